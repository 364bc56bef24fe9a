import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    '(what|which) (accounts|services) am i (connected|signed in|logged in) to',
    '(what|which) accounts are connected',
    'list my connected accounts',
  ],
  connect: [
    '(connect|reconnect|link) [my] {provider}',
    '(connect|link) to {provider}',
    '(sign|log) me in to {provider}',
    '(sign|log) in to {provider}',
  ],
  connectAny: ['(connect|reconnect|link) my {provider} account', '(sign|log) me in to my {provider} account'],
  disconnect: [
    '(disconnect|unlink) [my] {provider}',
    'disconnect from {provider}',
    '(sign|log) me out of {provider}',
    '(sign|log) out of {provider}',
  ],
  disconnectAny: ['(disconnect|unlink) my {provider} account', '(sign|log) me out of my {provider} account'],
  repeatCode: ['(repeat|spell) the code', '(repeat|say|spell) the code again', 'what (is|was) the code'],
  yes: ['yes', 'yeah', 'yep', 'sure', 'ok', 'okay', 'please', 'do it', 'go ahead', 'confirm'],
  no: ['no', 'nope', 'not', 'don’t', 'do not', 'never mind', 'cancel', 'stop', 'leave it'],
};
