import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'en-US',
  scan: 'Scan the code to connect {provider}.',
  typeCode: 'To connect {provider}, open {address} and type this code: {code}.',
  scanAndType: 'To connect {provider}, scan the code on the screen and type: {code}.',
  codeAgain: 'The code for {provider} is: {code}.',
  noCode: 'There is no code at the moment.',
  connected: '{provider} is connected.',
  failed: {
    declined: 'The sign-in at {provider} was declined.',
    expired: 'The code for {provider} has expired. To get a new one, say: connect {provider}.',
    unreachable: 'I can’t reach {provider} at the moment. Please try again later.',
    refused: '{provider} does not accept how it was set up on this device.',
    other: 'The sign-in at {provider} did not work. Please try again.',
  },
  needsUser: '{provider} needs you to sign in again. To do that, say: connect {provider}.',
  needsSetup: '{provider} no longer accepts how it was set up on this device.',
  endsSoon: 'Your sign-in at {provider} ends {when}. To renew it, say: connect {provider}.',
  accounts: 'You are connected to {providers}.',
  noAccounts: 'You are not connected to any account.',
  accountsInNeed: {
    one: '{providers} needs you to sign in again.',
    other: '{providers} need you to sign in again.',
  },
  alreadyConnected: 'You are already connected to {provider}.',
  notHere: 'No skill on this device uses {provider}.',
  noCredentials: '{provider} is not fully set up on this device yet.',
  notConnected: 'You are not connected to {provider}.',
  which: 'I did not understand which account you mean.',
  confirmDisconnect: 'Should I disconnect {provider}?',
  disconnected: '{provider} is disconnected.',
  disconnectedHere:
    '{provider} is disconnected on this device. You can take back the permission in your settings there.',
  staysConnected: 'All right, {provider} stays connected.',
  signs: { dot: 'dot', slash: 'slash', dash: 'dash' },
};
