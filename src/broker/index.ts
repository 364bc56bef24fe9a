import type { Clock } from '../clock.ts';
import type { RandomBytes } from '../random.ts';
import type { Store } from '../store/port.ts';
import { Apps } from './apps.ts';
import { Connections } from './connections.ts';
import { SignIn } from './sign-in.ts';
import { TokenKeeper } from './token-keeper.ts';
import { Tokens } from './tokens.ts';
import { TrustedClock } from './trusted-clock.ts';
import type { BrokerEvents } from './types.ts';

export interface BrokerOptions {
  readonly store: Store;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly events: BrokerEvents;
  /** When this program was built, milliseconds since the Unix epoch: no true time is earlier. */
  readonly builtAt: number;
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
  readonly connections: Connections;
  readonly #keeper: TokenKeeper;

  constructor(options: BrokerOptions) {
    const { store, clock, events } = options;
    const trusted = new TrustedClock(clock, options.builtAt);
    const keeper = new TokenKeeper(store, clock);
    const connections = new Connections({ store, clock, events });
    const apps = new Apps(store, connections);
    this.#keeper = keeper;
    this.connections = connections;
    this.apps = apps;
    this.tokens = new Tokens({ ...options, apps, connections, keeper, trusted });
    this.signIn = new SignIn({
      ...options,
      apps,
      connections,
      keeper,
      trusted,
      connected: () => this.tokens.changed(),
    });
  }

  /** Takes up what outlived a restart; the store is open. */
  async open(): Promise<void> {
    await this.signIn.open();
    await this.tokens.open();
  }

  /** Waits for every request to a provider that is under way, and for what it brought to be kept. */
  async close(): Promise<void> {
    await Promise.all([this.signIn.close(), this.tokens.close()]);
    await this.#keeper.close();
  }
}

export type * from './types.ts';
