import type { PluralForms } from './plural.ts';

/**
 * What is said aloud. `{provider}` is the provider's name, `{code}` a code letter by letter, `{address}` an address in
 * words. A sentence is short and holds nothing that only an eye can use.
 */
export interface VoiceWords {
  /** BCP 47 tag, with a region: what a voice is chosen by where the asker's own language is not to be had. */
  readonly lang: string;
  /** Somebody is to scan what the screen shows. */
  readonly scan: string;
  /** Somebody is to type a code at the provider. */
  readonly typeCode: string;
  /** The same where the address is too long to be spoken. */
  readonly scanAndType: string;
  /** The code once more, on request. */
  readonly codeAgain: string;
  readonly noCode: string;
  readonly connected: string;
  /** Why a sign-in came to nothing. */
  readonly failed: {
    readonly declined: string;
    readonly expired: string;
    /** The provider could not be reached or is in trouble. */
    readonly unreachable: string;
    /** The client id, the secret or an address is wrong. */
    readonly refused: string;
    readonly other: string;
  };
  readonly needsUser: string;
  readonly needsSetup: string;
  /** `{when}` is a time to come, such as "in 2 weeks". */
  readonly endsSoon: string;
  /** `{providers}` is a list of names. */
  readonly accounts: string;
  readonly noAccounts: string;
  /** `{providers}` need the user; chosen by their count. */
  readonly accountsInNeed: PluralForms;
  readonly alreadyConnected: string;
  readonly notHere: string;
  readonly noCredentials: string;
  readonly notConnected: string;
  /** Nobody understood which account is meant. */
  readonly which: string;
  readonly confirmDisconnect: string;
  readonly disconnected: string;
  /** The provider itself could not be told. */
  readonly disconnectedHere: string;
  readonly staysConnected: string;
  /** The signs of an address. */
  readonly signs: { readonly dot: string; readonly slash: string; readonly dash: string };
}
