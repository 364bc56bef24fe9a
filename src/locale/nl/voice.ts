import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'nl-NL',
  scan: 'Scan de code om {provider} te koppelen.',
  typeCode: 'Open {address} om {provider} te koppelen en typ deze code: {code}.',
  scanAndType: 'Scan de code op het scherm om {provider} te koppelen en typ: {code}.',
  codeAgain: 'De code voor {provider} is: {code}.',
  noCode: 'Er is op dit moment geen code.',
  connected: '{provider} is gekoppeld.',
  failed: {
    declined: 'De aanmelding bij {provider} is geweigerd.',
    expired: 'De code voor {provider} is verlopen. Zeg voor een nieuwe: koppel {provider}.',
    unreachable: 'Ik kan {provider} op dit moment niet bereiken. Probeer het later nog eens.',
    refused: '{provider} accepteert niet hoe het op dit apparaat is ingesteld.',
    other: 'De aanmelding bij {provider} is niet gelukt. Probeer het nog eens.',
  },
  needsUser: 'Je moet je opnieuw aanmelden bij {provider}. Zeg daarvoor: koppel {provider}.',
  needsSetup: '{provider} accepteert niet meer hoe het op dit apparaat is ingesteld.',
  endsSoon: 'Je aanmelding bij {provider} eindigt {when}. Zeg om die te vernieuwen: koppel {provider}.',
  accounts: 'Je bent verbonden met {providers}.',
  noAccounts: 'Je bent met geen enkel account verbonden.',
  accountsInNeed: {
    one: 'Je moet je opnieuw aanmelden bij {providers}.',
    other: 'Je moet je opnieuw aanmelden bij {providers}.',
  },
  alreadyConnected: '{provider} is al gekoppeld.',
  notHere: 'Geen enkele skill op dit apparaat gebruikt {provider}.',
  noCredentials: '{provider} is op dit apparaat nog niet helemaal ingesteld.',
  notConnected: '{provider} is niet gekoppeld.',
  which: 'Ik heb niet begrepen welk account je bedoelt.',
  confirmDisconnect: 'Zal ik {provider} ontkoppelen?',
  disconnected: '{provider} is ontkoppeld.',
  disconnectedHere:
    '{provider} is op dit apparaat ontkoppeld. De toestemming kun je daar in je instellingen intrekken.',
  staysConnected: 'Goed, {provider} blijft gekoppeld.',
  signs: { dot: 'punt', slash: 'schuine streep', dash: 'streepje' },
};
