import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    'a qué (cuentas|servicios) estoy (conectado|conectada)',
    'qué cuentas (tengo conectadas|están conectadas)',
    'con qué cuentas estoy (conectado|conectada)',
    'dónde tengo la sesión iniciada',
    'muéstrame mis cuentas conectadas',
  ],
  connect: [
    '(conecta|conectar|vincula|vincular) [mi] {provider}',
    '(conéctame|conéctate) (a|con) {provider}',
    'inicia sesión en {provider}',
    'iniciar sesión en {provider}',
  ],
  connectAny: [
    '(conecta|conectar|vincula|vincular) mi cuenta de {provider}',
    'inicia sesión en mi cuenta de {provider}',
  ],
  disconnect: [
    '(desconecta|desconectar|desvincula|desvincular) [mi] {provider}',
    '(desconéctame|desconéctate) de {provider}',
    'cierra [la] sesión (en|de) {provider}',
    'cerrar sesión (en|de) {provider}',
  ],
  disconnectAny: [
    '(desconecta|desconectar|desvincula|desvincular) mi cuenta de {provider}',
    'cierra la sesión de mi cuenta de {provider}',
  ],
  repeatCode: [
    '(repite|deletrea) el código',
    'dime el código otra vez',
    'di otra vez el código',
    'cuál (es|era) el código',
  ],
  yes: ['sí', 'si', 'claro', 'vale', 'de acuerdo', 'por favor', 'adelante', 'hazlo', 'confirmo', 'ok'],
  no: ['no', 'nunca', 'cancela', 'cancelar', 'para', 'déjalo', 'mejor no'],
};
