import { Broker } from '../../src/broker/index.ts';
import { EventHub } from '../../src/broker/event-hub.ts';
import type { AppRef, ConnectionView } from '../../src/broker/types.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { MungedId } from '../../src/store/records.ts';
import { registrationOf } from './registration.ts';
import { MemoryStore } from './memory-store.ts';
import { seededRandom } from './seeded-random.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedProvider, type SimulatedProviderOptions } from './simulated-provider.ts';

export const BUILT_AT = Date.UTC(2026, 0, 1);

export interface SimulatedDeviceOptions {
  readonly clock?: SimulatedClock;
  readonly seed?: number;
}

/** A broker on simulated time, with a store without a disk and providers without a network. */
export class SimulatedDevice {
  readonly clock: SimulatedClock;
  readonly store = new MemoryStore();
  readonly events = new EventHub();
  readonly statuses: ConnectionView[] = [];
  readonly reminders: ConnectionView[] = [];
  readonly #providers = new Map<string, SimulatedProvider>();
  readonly #seed: number;
  broker: Broker;

  constructor({ clock = new SimulatedClock(BUILT_AT + 86_400_000), seed = 1 }: SimulatedDeviceOptions = {}) {
    this.clock = clock;
    this.#seed = seed;
    this.events.subscribe({
      statusChanged: ({ connection, reminder }) =>
        void (reminder ? this.reminders : this.statuses).push(connection),
    });
    this.broker = this.#boot();
  }

  /** Registers an app of a new provider and signs it in; the answer to the sign-in is `tokenSet`, if given. */
  async connect(
    name: string,
    options: Omit<SimulatedProviderOptions, 'clock'> & { readonly trueTime?: { now(): number } },
    extra: Partial<TokenSet> = {},
  ): Promise<{ ref: AppRef; id: MungedId; provider: SimulatedProvider }> {
    const { trueTime = this.clock, ...rest } = options;
    const provider = new SimulatedProvider({ ...rest, clock: trueTime, timers: this.clock });
    const host = `${name}.example`;
    this.#providers.set(host, provider);
    const ref = { skillId: 'skill', appId: name };
    const { app } = await this.broker.apps.register(
      registrationOf({
        ...ref,
        clientId: 'client',
        clientSecret: 'secret',
        authorizationEndpoint: `https://${host}/authorize`,
        tokenEndpoint: `https://${host}/token`,
        revocationEndpoint: `https://${host}/revoke`,
        scope: 'one two',
      }),
    );
    const answer = provider.grant();
    const expiresIn = Number(answer['expires_in']);
    const tokenSet: TokenSet = {
      ...answer,
      access_token: String(answer['access_token']),
      ...(Number.isNaN(expiresIn) ? {} : { expires_at: this.clock.now() / 1_000 + expiresIn }),
      ...extra,
    };
    const since = this.clock.now();
    await this.store.commit(
      [
        { op: 'put_token', mungedId: app.mungedId, tokenSet },
        {
          op: 'put_connection',
          connection: { mungedId: app.mungedId, state: 'connected', since, grantedAt: since },
        },
      ],
      'synced',
    );
    this.broker.tokens.changed();
    return { ref, id: app.mungedId, provider };
  }

  /** Ends the process without a goodbye and starts it again after `off` milliseconds without power. */
  async reboot(off = 0): Promise<void> {
    this.clock.dropTimers();
    await this.clock.advance(off);
    this.broker = this.#boot();
    await this.broker.open();
  }

  #boot(): Broker {
    return new Broker({
      store: this.store,
      clock: this.clock,
      random: seededRandom(this.#seed),
      events: this.events,
      fetch: (input, init) => {
        const { host } = new URL(input instanceof Request ? input.url : input);
        const provider = this.#providers.get(host);
        if (provider === undefined) throw new TypeError('fetch failed');
        return provider.fetch(input, init);
      },
      builtAt: BUILT_AT,
      attemptLifetime: 600_000,
      port: () => 36_536,
      loopbackHost: '127.0.0.1',
      lanHost: async () => '192.0.2.7',
    });
  }
}
