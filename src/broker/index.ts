import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RandomBytes } from '../random.ts';
import type { Elsewhere, Store } from '../store/port.ts';
import { Apps } from './apps.ts';
import { Providers } from '../providers/index.ts';
import { Connections } from './connections.ts';
import { EndpointChanges } from './endpoint-changes.ts';
import { Endpoints } from './endpoints.ts';
import { EventLog } from './event-log.ts';
import { ProviderAccess } from './provider-access.ts';
import type { SignInPlace } from './sign-in-requests.ts';
import { SignIn } from './sign-in.ts';
import { TokenKeeper } from './token-keeper.ts';
import { Tokens } from './tokens.ts';
import { TrustedClock } from './trusted-clock.ts';
import type { BrokerEvents } from './types.ts';

export interface BrokerOptions extends SignInPlace {
  readonly store: Store;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly events: BrokerEvents;
  /** Default: none. */
  readonly log?: Log;
  /** When this program was built, milliseconds since the Unix epoch: no true time is earlier. */
  readonly builtAt: number;
  /** Milliseconds that a sign-in may take. */
  readonly attemptLifetime: number;
  /** Default: the catalogue. */
  readonly providers?: Providers;
}

/** The rules of the broker, behind which every edge (bus, web, command line) stands. */
export class Broker {
  readonly apps: Apps;
  readonly signIn: SignIn;
  readonly tokens: Tokens;
  readonly connections: Connections;
  readonly providers: Providers;
  /** What happened lately. */
  readonly eventLog: EventLog;
  readonly #store: Store;
  readonly #keeper: TokenKeeper;
  readonly #unsubscribe: Array<() => void> = [];

  constructor(options: BrokerOptions) {
    const { store, clock, events } = options;
    const trusted = new TrustedClock(clock, options.builtAt);
    const eventLog = new EventLog(clock);
    const keeper = new TokenKeeper(store, clock, eventLog, options.log);
    const { providers = new Providers(), fetch } = options;
    const access = new ProviderAccess(providers, trusted, fetch);
    const connections = new Connections({
      store,
      clock,
      events,
      eventLog,
      access,
      nextRefresh: (app, tokenSet, connection) => this.tokens.nextRefresh(app, tokenSet, connection),
    });
    const apps = new Apps({
      store,
      connections,
      endpoints: new Endpoints(providers, trusted, fetch),
      changes: new EndpointChanges(providers),
      eventLog,
      events,
      clock,
    });
    this.#store = store;
    this.#keeper = keeper;
    this.eventLog = eventLog;
    this.connections = connections;
    this.apps = apps;
    this.providers = providers;
    this.tokens = new Tokens({ ...options, apps, connections, keeper, trusted, access, eventLog });
    this.signIn = new SignIn({
      ...options,
      apps,
      connections,
      keeper,
      access,
      eventLog,
      connected: () => this.tokens.changed(),
    });
  }

  /** Takes up what outlived a restart; the store is open. */
  async open(): Promise<void> {
    await this.signIn.open();
    await this.tokens.open();
    this.#unsubscribe.push(
      this.#store.onForeignChange((change) => this.eventLog.add({ kind: 'foreign_change', ...change })),
      this.#store.onElsewhere((event) => this.#tell(event)),
    );
  }

  /** Waits for every request to a provider that is under way, and for what it brought to be kept. */
  async close(): Promise<void> {
    await Promise.all([this.signIn.close(), this.tokens.close()]);
    await this.#keeper.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** Tells this device what another broker on the same store did. */
  async #tell(event: Elsewhere): Promise<void> {
    switch (event.what) {
      case 'attempt_ended':
        return this.signIn.endedElsewhere(event.attempt);
      case 'state_changed':
        return this.connections.changedElsewhere(event.mungedId);
      case 'reached':
        await this.signIn.open();
        return this.tokens.changed();
    }
  }
}

export type * from './types.ts';
