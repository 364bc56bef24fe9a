import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'es-ES',
  scan: 'Escanea el código para conectar {provider}.',
  typeCode: 'Para conectar {provider}, abre {address} y escribe este código: {code}.',
  scanAndType: 'Para conectar {provider}, escanea el código de la pantalla y escribe: {code}.',
  codeAgain: 'El código de {provider} es: {code}.',
  noCode: 'Ahora mismo no hay ningún código.',
  connected: '{provider} está conectado.',
  failed: {
    declined: 'Se rechazó el inicio de sesión en {provider}.',
    expired: 'El código de {provider} ha caducado. Para obtener otro, di: conecta {provider}.',
    unreachable: 'Ahora mismo no puedo comunicarme con {provider}. Inténtalo más tarde.',
    refused: '{provider} no acepta la configuración de este dispositivo.',
    other: 'El inicio de sesión en {provider} no ha funcionado. Inténtalo de nuevo.',
  },
  needsUser: 'Tienes que volver a iniciar sesión en {provider}. Para hacerlo, di: conecta {provider}.',
  needsSetup: '{provider} ya no acepta la configuración de este dispositivo.',
  endsSoon: 'Tu sesión en {provider} termina {when}. Para renovarla, di: conecta {provider}.',
  accounts: 'Tienes conexión con {providers}.',
  noAccounts: 'No tienes ninguna cuenta conectada.',
  accountsInNeed: {
    one: 'Tienes que volver a iniciar sesión en {providers}.',
    other: 'Tienes que volver a iniciar sesión en {providers}.',
  },
  alreadyConnected: 'Ya tienes conectado {provider}.',
  notHere: 'Ninguna skill de este dispositivo usa {provider}.',
  noCredentials: '{provider} todavía no está del todo configurado en este dispositivo.',
  notConnected: 'No tienes conectado {provider}.',
  which: 'No he entendido a qué cuenta te refieres.',
  confirmDisconnect: '¿Quieres que desconecte {provider}?',
  disconnected: '{provider} está desconectado.',
  disconnectedHere:
    '{provider} está desconectado en este dispositivo. Puedes retirar el permiso en tus ajustes de allí.',
  staysConnected: 'De acuerdo, {provider} sigue conectado.',
  signs: { dot: 'punto', slash: 'barra', dash: 'guion' },
};
