import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventHub } from '../../src/broker/event-hub.ts';
import { Broker } from '../../src/broker/index.ts';
import { systemClock } from '../../src/clock.ts';
import { isJsonObject } from '../../src/json.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { systemRandom } from '../../src/random.ts';
import { FileStore } from '../../src/store/file-store.ts';
import type { Store } from '../../src/store/port.ts';
import { idOf } from './store-samples.ts';
import type { AuthorizationServer } from './authorization-server.ts';
import { type Reuse, type Seen, TokenWitness } from './killable-witness.ts';
import { createOvosHome, type OvosHome } from './ovos-home.ts';
import type { RaceAction, RaceSkill } from './race-skill.ts';
import { recordedLog } from './recorded-log.ts';
import { registrationOf } from './registration.ts';
import { userAgent } from './user-agent.ts';

/** Milliseconds for which an older token may stand in the shared file. */
const LONGEST_STALE = 1_000;
const OBSERVE_EVERY = 5;

/** How grants ended, and what else is counted. */
export interface RaceTally {
  refreshesByBroker: number;
  refreshesByPython: number;
  /** The broker sent a token although a newer one was in the journal or in the shared file. Must be 0. */
  lostByBroker: number;
  /** Python sent a token that stood in the shared file though the broker had replaced it long before. Must be 0. */
  lostToLongStale: number;
  /** The broker's request and Python's were under way at once; the broker's was first, or Python's. */
  crossedBrokerFirst: number;
  crossedPythonFirst: number;
  /** Python took a token out of the file after a stale copy had put it back, before the broker mended that. */
  lostToStaleCopy: number;
  /** Two Python processes spent the same token. */
  lostAmongPython: number;
  /** How often an older token was in the file instead of the broker's, and for how long at most, milliseconds. */
  setBack: number;
  longestSetBack: number;
  /** Of those, how many for longer than a second. Must be 0. */
  setBackTooLong: number;
}

export interface RaceOptions {
  readonly server: AuthorizationServer;
  readonly connections: readonly string[];
  /** Milliseconds that a request to the provider, and its answer, take. */
  readonly latency: () => number;
  /** Whether the broker refreshes ahead by itself. */
  readonly refreshesAhead: boolean;
}

/** A device on which the broker (in this process) and Python programs (in theirs) share the token files. */
export class RaceDevice {
  readonly tally: RaceTally = {
    refreshesByBroker: 0,
    refreshesByPython: 0,
    lostByBroker: 0,
    lostToLongStale: 0,
    crossedBrokerFirst: 0,
    crossedPythonFirst: 0,
    lostToStaleCopy: 0,
    lostAmongPython: 0,
    setBack: 0,
    longestSetBack: 0,
    setBackTooLong: 0,
  };
  readonly home: OvosHome;
  readonly broker: Broker;
  readonly #options: RaceOptions;
  readonly #store: FileStore;
  readonly #witness: TokenWitness;
  /** When the broker had written a refresh token to the shared file, by `performance.now()`. */
  readonly #inFileSince = new Map<string, number>();
  /** When a refresh token was first seen in the shared file, whoever wrote it. */
  readonly #seenSince = new Map<string, number>();
  /** When the broker last began to look at the shared file for a connection. */
  readonly #lookedAt = new Map<string, number>();
  /** Since when an older token has been in the file, by connection. */
  readonly #setBackSince = new Map<string, number>();
  /** When the Python program of a connection began what it does. */
  readonly #pythonSince = new Map<string, number>();
  #observer: NodeJS.Timeout | undefined;

  private constructor(options: RaceOptions, home: OvosHome) {
    this.#options = options;
    this.home = home;
    this.#witness = new TokenWitness({
      tokenEndpoint: options.server.tokenEndpoint,
      hasGrace: () => false,
      latency: options.latency,
      onReuse: (reuse) => this.#judge(reuse),
      onSeen: (seen) => this.#count(seen),
    });
    this.#store = new FileStore({
      stateDir: join(home.stateDir, 'ovos-oauth'),
      cacheDir: home.databaseDir,
      tempDir: home.tempDir,
      clock: systemClock,
      log: recordedLog(),
    });
    this.broker = new Broker({
      store: this.#notingStore(),
      fetch: createOutboundFetch(),
      clock: systemClock,
      random: systemRandom,
      events: new EventHub(),
      builtAt: 0,
      attemptLifetime: 600_000,
      port: () => 36_536,
      loopbackHost: '127.0.0.1',
      lanHost: async () => '127.0.0.1',
    });
  }

  /** Makes the device, with every connection signed in. */
  static async start(options: RaceOptions): Promise<RaceDevice> {
    const device = new RaceDevice(options, await createOvosHome());
    const tokenEndpoint = await device.#witness.start();
    await device.#store.open();
    if (options.refreshesAhead) await device.broker.open();
    for (const appId of options.connections) {
      await options.server.addClient({
        id: appId,
        secret: 'secret',
        redirectUris: [`http://127.0.0.1:36536/auth/callback/${device.mungedId(appId)}`],
      });
      await device.broker.apps.register(
        registrationOf({
          appId,
          clientId: appId,
          clientSecret: 'secret',
          authorizationEndpoint: options.server.authorizationEndpoint,
          tokenEndpoint,
          scope: 'offline_access read',
        }),
      );
      await device.signIn(appId);
    }
    device.#observer = setInterval(() => device.#observe(), OBSERVE_EVERY);
    return device;
  }

  async stop(): Promise<void> {
    clearInterval(this.#observer);
    await this.broker.close();
    await this.#store.close();
    await this.#witness.idle();
    await this.#witness.close();
    await this.home.remove();
  }

  mungedId(appId: string): string {
    return `skill_${appId}`;
  }

  ref(appId: string): { skillId: string; appId: string } {
    return { skillId: 'skill', appId };
  }

  /** Grants that were ended by anybody's reuse of a token. */
  get lost(): number {
    const { lostByBroker, lostToLongStale, crossedBrokerFirst, crossedPythonFirst } = this.tally;
    const { lostToStaleCopy, lostAmongPython } = this.tally;
    const crossed = crossedBrokerFirst + crossedPythonFirst;
    return lostByBroker + lostToLongStale + crossed + lostToStaleCopy + lostAmongPython;
  }

  async signIn(appId: string): Promise<void> {
    const { app, authorizationUrl } = await this.broker.signIn.start(this.ref(appId), { method: 'loopback' });
    const callback = new URL(await userAgent.approve(authorizationUrl));
    await this.broker.signIn.complete({ params: callback.searchParams, mungedId: app.mungedId });
  }

  /** Makes the access token of a connection look expired, here and in the shared file. */
  async expire(appId: string): Promise<void> {
    const mungedId = idOf(this.mungedId(appId));
    const tokenSet = await this.#store.token(mungedId);
    if (tokenSet === undefined) throw new Error(`${appId} is not connected`);
    const expired = { ...tokenSet, expires_at: Date.now() / 1_000 - 60 };
    await this.#store.commit([{ op: 'put_token', mungedId, tokenSet: expired }], 'synced');
  }

  /** Lets a Python program do something with a connection. @param wait milliseconds before it begins */
  async python(skill: RaceSkill, action: RaceAction, appId: string, wait = 0): Promise<void> {
    await skill.run(action, this.mungedId(appId), wait, () =>
      this.#pythonSince.set(appId, performance.now()),
    );
  }

  #notingStore(): Store {
    const commit: Store['commit'] = async (changes, durability) => {
      await this.#store.commit(changes, durability);
      for (const change of changes) {
        if (change.op === 'put_token') this.#noteInFile(change.tokenSet.refresh_token);
      }
    };
    const reread: Store['reread'] = (mungedId) => {
      this.#lookedAt.set(mungedId, performance.now());
      return this.#store.reread(mungedId);
    };
    return new Proxy<Store>(this.#store, {
      get(target, name) {
        if (name === 'commit') return commit;
        if (name === 'reread') return reread;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  #noteInFile(token: string | undefined): void {
    if (token !== undefined && !this.#inFileSince.has(token)) this.#inFileSince.set(token, performance.now());
  }

  #judge({ connection, successors, first, second }: Reuse): void {
    const { tally } = this;
    const firstOf = (times: ReadonlyMap<string, number>): number =>
      Math.min(...successors.map((token) => times.get(token) ?? Number.POSITIVE_INFINITY));
    const since = firstOf(this.#inFileSince);
    if (second === 'broker') {
      const lookedAt = this.#lookedAt.get(this.mungedId(connection)) ?? 0;
      if (firstOf(this.#seenSince) < lookedAt || first === 'broker') tally.lostByBroker += 1;
      else tally.crossedPythonFirst += 1;
    } else if (first === 'python') tally.lostAmongPython += 1;
    else if (since === undefined || since > (this.#pythonSince.get(connection) ?? 0))
      tally.crossedBrokerFirst += 1;
    else if (performance.now() - (this.#setBackSince.get(connection) ?? Infinity) > LONGEST_STALE)
      tally.lostToLongStale += 1;
    else tally.lostToStaleCopy += 1;
  }

  #count(seen: Seen): void {
    if (seen.kind !== 'refreshed') return;
    if (seen.sender === 'python') this.tally.refreshesByPython += 1;
    else this.tally.refreshesByBroker += 1;
  }

  /** Looks whether the shared file has older tokens than the broker. */
  #observe(): void {
    const now = performance.now();
    for (const appId of this.#options.connections) {
      const inFile = this.#tokenInFile(appId);
      // Half written: neither the one nor the other.
      if (inFile === undefined) continue;
      if (!this.#seenSince.has(inFile)) this.#seenSince.set(inFile, now);
      const isOld = this.#witness.isSuperseded(inFile, (token) => this.#inFileSince.has(token));
      if (isOld) this.#noteSetBack(appId, now);
      else this.#setBackSince.delete(appId);
    }
  }

  #noteSetBack(appId: string, now: number): void {
    const { tally } = this;
    const since = this.#setBackSince.get(appId);
    if (since === undefined) {
      tally.setBack += 1;
      this.#setBackSince.set(appId, now);
      return;
    }
    const wasLongest = now - OBSERVE_EVERY - since;
    tally.longestSetBack = Math.max(tally.longestSetBack, Math.round(now - since));
    if (now - since > LONGEST_STALE && wasLongest <= LONGEST_STALE) tally.setBackTooLong += 1;
  }

  #tokenInFile(appId: string): string | undefined {
    try {
      const text = readFileSync(join(this.home.databaseDir, 'ovos_oauth.json'), 'utf8');
      const content: unknown = JSON.parse(text);
      const entry = isJsonObject(content) ? content[this.mungedId(appId)] : undefined;
      const token = isJsonObject(entry) ? entry['refresh_token'] : undefined;
      return typeof token === 'string' ? token : undefined;
    } catch {
      return undefined;
    }
  }
}
