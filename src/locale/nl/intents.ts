import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    'met welke (accounts|diensten) ben ik verbonden',
    'welke (accounts|diensten) zijn verbonden',
    'bij welke (accounts|diensten) ben ik (aangemeld|ingelogd)',
    'waar ben ik (aangemeld|ingelogd)',
    'toon mijn verbonden accounts',
  ],
  connect: [
    '(verbind|koppel) [mijn] {provider}',
    'verbind [me|mij] met {provider}',
    '{provider} (verbinden|koppelen)',
    'meld (me|mij) aan bij {provider}',
    'log (me|mij) in bij {provider}',
    '(aanmelden|inloggen) bij {provider}',
  ],
  connectAny: [
    '(verbind|koppel) mijn {provider} account',
    'meld me aan bij mijn {provider} account',
    'log me in bij mijn {provider} account',
  ],
  disconnect: [
    '(ontkoppel|verbreek) [mijn] {provider}',
    'verbreek de verbinding met {provider}',
    '{provider} ontkoppelen',
    'meld (me|mij) af bij {provider}',
    'log (me|mij) uit bij {provider}',
  ],
  disconnectAny: [
    'ontkoppel mijn {provider} account',
    'meld me af bij mijn {provider} account',
    'log me uit bij mijn {provider} account',
  ],
  repeatCode: [
    '(herhaal|spel) de code',
    'zeg de code (nog een keer|opnieuw|nog eens)',
    'wat (is|was) de code',
  ],
  yes: [
    'ja',
    'jawel',
    'jazeker',
    'zeker',
    'goed',
    'oké',
    'ok',
    'oke',
    'graag',
    'doe maar',
    'alsjeblieft',
    'klopt',
  ],
  no: ['nee', 'niet', 'geen', 'annuleer', 'annuleren', 'stop', 'laat maar', 'nooit'],
};
