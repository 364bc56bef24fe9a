import type { OAuthContext } from '../oauth/types.ts';
import type { RandomBytes } from '../random.ts';
import type { Store } from '../store/port.ts';
import { Apps } from './apps.ts';
import { SignIn } from './sign-in.ts';
import { Tokens } from './tokens.ts';
import type { BrokerEvents } from './types.ts';

export interface BrokerOptions {
  readonly store: Store;
  readonly oauth: OAuthContext;
  readonly random: RandomBytes;
  readonly events: BrokerEvents;
  /** Milliseconds that a sign-in may take. */
  readonly attemptLifetime: number;
  /** Port of the callback. */
  readonly port: () => number;
  /** Host of the redirect URI that the device's own browser is sent to. */
  readonly loopbackHost: string;
  /** Host under which a phone reaches this device at this moment. */
  readonly lanHost: () => Promise<string>;
}

/** The rules of the broker, behind which every edge (bus, web, command line) stands. */
export class Broker {
  readonly apps: Apps;
  readonly signIn: SignIn;
  readonly tokens: Tokens;

  constructor(options: BrokerOptions) {
    const { store, oauth } = options;
    this.apps = new Apps(store);
    this.signIn = new SignIn({ ...options, apps: this.apps });
    this.tokens = new Tokens({ store, oauth, apps: this.apps });
  }

  /** Takes up what outlived a restart; the store is open. */
  async open(): Promise<void> {
    await this.signIn.open();
  }

  /** Waits for every request to a provider that is under way. */
  async close(): Promise<void> {
    await Promise.all([this.signIn.close(), this.tokens.close()]);
  }
}

export type * from './types.ts';
