import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'de-DE',
  scan: 'Scanne den Code, um {provider} zu verbinden.',
  typeCode: 'Um {provider} zu verbinden, öffne {address} und gib diesen Code ein: {code}.',
  scanAndType: 'Um {provider} zu verbinden, scanne den Code auf dem Bildschirm und gib ein: {code}.',
  codeAgain: 'Der Code für {provider} lautet: {code}.',
  noCode: 'Im Moment gibt es keinen Code.',
  connected: '{provider} ist verbunden.',
  failed: {
    declined: 'Die Anmeldung bei {provider} wurde abgelehnt.',
    expired: 'Der Code für {provider} ist abgelaufen. Für einen neuen sage: {provider} verbinden.',
    unreachable: 'Ich kann {provider} gerade nicht erreichen. Bitte versuche es später noch einmal.',
    refused: '{provider} akzeptiert nicht, wie es auf diesem Gerät eingerichtet ist.',
    other: 'Die Anmeldung bei {provider} hat nicht geklappt. Bitte versuche es noch einmal.',
  },
  needsUser: 'Bei {provider} musst du dich neu anmelden. Sage dazu: {provider} verbinden.',
  needsSetup: '{provider} akzeptiert nicht mehr, wie es auf diesem Gerät eingerichtet ist.',
  endsSoon: 'Deine Anmeldung bei {provider} endet {when}. Um sie zu erneuern, sage: {provider} verbinden.',
  accounts: 'Du bist mit {providers} verbunden.',
  noAccounts: 'Du bist mit keinem Konto verbunden.',
  accountsInNeed: {
    one: 'Bei {providers} musst du dich neu anmelden.',
    other: 'Bei {providers} musst du dich neu anmelden.',
  },
  alreadyConnected: 'Du bist schon mit {provider} verbunden.',
  notHere: 'Kein Skill auf diesem Gerät verwendet {provider}.',
  noCredentials: '{provider} ist auf diesem Gerät noch nicht fertig eingerichtet.',
  notConnected: 'Du bist nicht mit {provider} verbunden.',
  which: 'Ich habe nicht verstanden, welches Konto du meinst.',
  confirmDisconnect: 'Soll ich {provider} trennen?',
  disconnected: '{provider} ist getrennt.',
  disconnectedHere:
    '{provider} ist auf diesem Gerät getrennt. Die Erlaubnis kannst du in deinen Einstellungen dort zurücknehmen.',
  staysConnected: 'In Ordnung, {provider} bleibt verbunden.',
  signs: { dot: 'Punkt', slash: 'Schrägstrich', dash: 'Bindestrich' },
};
