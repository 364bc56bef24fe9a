import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'it-IT',
  scan: 'Scansiona il codice per collegare {provider}.',
  typeCode: 'Per collegare {provider}, apri {address} e digita questo codice: {code}.',
  scanAndType: 'Per collegare {provider}, scansiona il codice sullo schermo e digita: {code}.',
  codeAgain: 'Il codice per {provider} è: {code}.',
  noCode: 'Al momento non c’è nessun codice.',
  connected: '{provider} è collegato.',
  failed: {
    declined: 'L’accesso a {provider} è stato rifiutato.',
    expired: 'Il codice per {provider} è scaduto. Per averne uno nuovo, di’: collega {provider}.',
    unreachable: 'Al momento non riesco a raggiungere {provider}. Riprova più tardi.',
    refused: '{provider} non accetta la configurazione di questo dispositivo.',
    other: 'L’accesso a {provider} non è riuscito. Riprova.',
  },
  needsUser: 'Devi accedere di nuovo a {provider}. Per farlo, di’: collega {provider}.',
  needsSetup: '{provider} non accetta più la configurazione di questo dispositivo.',
  endsSoon: 'Il tuo accesso a {provider} scade {when}. Per rinnovarlo, di’: collega {provider}.',
  accounts: 'Gli account collegati sono: {providers}.',
  noAccounts: 'Non c’è nessun account collegato.',
  accountsInNeed: {
    one: 'Devi accedere di nuovo a {providers}.',
    other: 'Devi accedere di nuovo a questi account: {providers}.',
  },
  alreadyConnected: '{provider} è già collegato.',
  notHere: 'Nessuna skill di questo dispositivo usa {provider}.',
  noCredentials: '{provider} non è ancora configurato del tutto su questo dispositivo.',
  notConnected: '{provider} non è collegato.',
  which: 'Non ho capito quale account intendi.',
  confirmDisconnect: 'Vuoi che scolleghi {provider}?',
  disconnected: '{provider} è scollegato.',
  disconnectedHere:
    '{provider} è scollegato su questo dispositivo. Puoi revocare il permesso nelle tue impostazioni di quel servizio.',
  staysConnected: 'Va bene, {provider} resta collegato.',
  signs: { dot: 'punto', slash: 'barra', dash: 'trattino' },
};
