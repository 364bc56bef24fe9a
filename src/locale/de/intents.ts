import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    'mit welchen (konten|accounts|diensten) bin ich verbunden',
    'mit was bin ich verbunden',
    'welche (konten|accounts|dienste) sind verbunden',
    'wo bin ich angemeldet',
    'zeige [mir] meine verbundenen (konten|accounts)',
  ],
  connect: [
    '(verbinde|verknüpfe) [mein] {provider}',
    '(verbinde|verbind) mich mit {provider}',
    '{provider} (verbinden|verknüpfen)',
    'melde mich [wieder] bei {provider} an',
    'bei {provider} anmelden',
  ],
  connectAny: [
    '(verbinde|verknüpfe) mein {provider} konto',
    '(verbinde|verknüpfe) meinen {provider} account',
    'melde mich bei meinem {provider} konto an',
  ],
  disconnect: [
    '(trenne|trenn) [mein] {provider}',
    'trenne die verbindung (mit|zu) {provider}',
    '{provider} trennen',
    'melde mich (bei|von) {provider} ab',
    '(bei|von) {provider} abmelden',
  ],
  disconnectAny: [
    'trenne mein {provider} konto',
    'trenne meinen {provider} account',
    'melde mich von meinem {provider} konto ab',
  ],
  repeatCode: [
    'wiederhole den code',
    '(sage|sag) [mir] den code noch einmal',
    '(sage|sag) [mir] den code nochmal',
    'wie (lautet|war|ist) der code',
    'buchstabiere den code',
  ],
  yes: ['ja', 'jawohl', 'jo', 'klar', 'ok', 'okay', 'gerne', 'bitte', 'mach das', 'genau', 'sicher'],
  no: ['nein', 'nee', 'nö', 'nicht', 'kein', 'abbrechen', 'stopp', 'stop', 'lass es', 'lass das'],
};
