import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'pt-BR',
  scan: 'Escaneie o código para conectar {provider}.',
  typeCode: 'Para conectar {provider}, abra {address} e digite este código: {code}.',
  scanAndType: 'Para conectar {provider}, escaneie o código na tela e digite: {code}.',
  codeAgain: 'O código de {provider} é: {code}.',
  noCode: 'Não há nenhum código no momento.',
  connected: 'A conta {provider} está conectada.',
  failed: {
    declined: 'O acesso à conta {provider} foi recusado.',
    expired: 'O código de {provider} expirou. Para receber outro, diga: conectar {provider}.',
    unreachable: 'Não consigo acessar {provider} no momento. Tente de novo mais tarde.',
    refused: '{provider} não aceita a configuração deste dispositivo.',
    other: 'O acesso à conta {provider} não deu certo. Tente de novo.',
  },
  needsUser: 'Você precisa entrar de novo na sua conta {provider}. Para isso, diga: conectar {provider}.',
  needsSetup: '{provider} não aceita mais a configuração deste dispositivo.',
  endsSoon: 'Seu acesso à conta {provider} termina {when}. Para renová-lo, diga: conectar {provider}.',
  accounts: 'As contas conectadas são: {providers}.',
  noAccounts: 'Nenhuma conta está conectada.',
  accountsInNeed: {
    one: 'Você precisa entrar de novo na sua conta {providers}.',
    other: 'Você precisa entrar de novo nestas contas: {providers}.',
  },
  alreadyConnected: 'A conta {provider} já está conectada.',
  notHere: 'Nenhuma skill deste dispositivo usa {provider}.',
  noCredentials: '{provider} ainda não está totalmente configurado neste dispositivo.',
  notConnected: 'A conta {provider} não está conectada.',
  which: 'Não entendi de qual conta você está falando.',
  confirmDisconnect: 'Devo desconectar {provider}?',
  disconnected: 'A conta {provider} está desconectada.',
  disconnectedHere:
    'A conta {provider} está desconectada neste dispositivo. Você pode retirar a permissão nas configurações dela.',
  staysConnected: 'Tudo bem, a conta {provider} continua conectada.',
  signs: { dot: 'ponto', slash: 'barra', dash: 'hífen' },
};
