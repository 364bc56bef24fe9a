import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    'a que (contas|serviços) estou (conectado|conectada|ligado|ligada)',
    'a quais (contas|serviços) estou (conectado|conectada)',
    '(que|quais) contas estão (conectadas|ligadas)',
    'em que contas tenho sessão iniciada',
    'mostra as minhas contas (conectadas|ligadas)',
  ],
  connect: [
    '(conecta|conecte|conectar|liga|ligue|ligar) (o|a|ao|à) [meu|minha] {provider}',
    '(conecta|conecte|conectar) {provider}',
    '(conecta-me|conecte-me|liga-me) ao {provider}',
    '(me conecta|me conecte) ao {provider}',
    '(inicia|inicie|iniciar) sessão (no|na|em) {provider}',
    '(entra|entre|entrar) (no|na) {provider}',
  ],
  connectAny: [
    '(conecta|conecte|conectar|liga|ligar) a minha conta (do|da|de) {provider}',
    '(conecta|conecte|conectar) minha conta (do|da|de) {provider}',
    '(inicia|inicie) sessão na minha conta (do|da|de) {provider}',
  ],
  disconnect: [
    '(desconecta|desconecte|desconectar|desliga|desligue|desligar) (o|a|do|da) [meu|minha] {provider}',
    '(desconecta|desconecte|desconectar) {provider}',
    '(termina|termine|terminar|encerra|encerre) [a] sessão (no|na|do|da|em) {provider}',
    '(sai|saia|sair) (do|da) {provider}',
  ],
  disconnectAny: [
    '(desconecta|desconecte|desconectar) a minha conta (do|da|de) {provider}',
    '(desconecta|desconecte|desconectar) minha conta (do|da|de) {provider}',
    '(termina|termine) a sessão da minha conta (do|da|de) {provider}',
  ],
  repeatCode: [
    '(repete|repita|repetir) o código',
    '(soletra|soletre) o código',
    '(diz|diga|fala|fale) o código (outra vez|de novo)',
    'qual (é|era) o código',
  ],
  yes: [
    'sim',
    'claro',
    'ok',
    'okay',
    'está bem',
    'tudo bem',
    'por favor',
    'pode ser',
    'pode',
    'confirmo',
    'com certeza',
    'isso',
  ],
  no: ['não', 'nao', 'nunca', 'cancela', 'cancelar', 'para', 'pare', 'deixa', 'deixe', 'esquece'],
};
