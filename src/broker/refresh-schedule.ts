import type { Clock } from '../clock.ts';
import { asBrokerError } from '../errors.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Due, Store } from '../store/port.ts';
import type { App, Connection, MungedId } from '../store/records.ts';
import { retryDelay } from './retry-delays.ts';
import type { Connections } from './connections.ts';
import { isInterrupted, refreshDelay } from './refresh-due.ts';
import { hostOf } from './provider-access.ts';
import type { Refresher } from './refresher.ts';
import type { Revoker } from './revoker.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { TrustedClock } from './trusted-clock.ts';

const SECOND = 1_000;
/** A suspended device's timers stand still: at the latest after this long awake the real time is looked at again. */
const LONGEST_SLEEP = 300 * SECOND;
/** What fell due while the device was off is spread over this. */
const START_SPREAD = 60 * SECOND;
/** A refresh that a crash interrupted is repeated at once: some providers take the old token for a short grace. */
const INTERRUPTED_SPREAD = 2 * SECOND;
const MOST_AT_ONCE = 4;
/** Connections that a store which picks them is asked for at once: what these four do within the time they are left alone. */
const MOST_PICKED = 16;
const REMIND_EVERY = 3_600 * SECOND;

export interface RefreshScheduleOptions {
  readonly store: Store;
  readonly keeper: TokenKeeper;
  readonly refresher: Refresher;
  readonly revoker: Revoker;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly trusted: TrustedClock;
  /** 0 to 1, a new value at each call. */
  readonly jitter: () => number;
}

interface Pace {
  /** 0 to 1, the connection's own. */
  readonly jitter: number;
  failures: number;
  /** Monotonic milliseconds. */
  notBefore: number;
}

/** Renews every connection ahead of its expiry. One timer serves them all; without connections there is none. */
export class RefreshSchedule {
  readonly #options: RefreshScheduleOptions;
  readonly #paces = new Map<MungedId, Pace>();
  #cancel: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  /** Monotonic milliseconds of the next look. */
  #next = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #reminded = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: RefreshScheduleOptions) {
    this.#options = options;
  }

  /** Starts after a restart: what is overdue is not asked for in one burst. */
  async open(): Promise<void> {
    const { store } = this.#options;
    const { due } = await store.due(MOST_PICKED);
    for (const entry of due) this.#spread(entry);
    this.#unsubscribe = store.onForeignChange(() => this.poke());
    this.poke();
  }

  #spread({ app: { mungedId }, tokenSet, connection }: Due): void {
    if (tokenSet === undefined) return;
    const { clock, jitter } = this.#options;
    const spread = isInterrupted(connection, tokenSet) ? INTERRUPTED_SPREAD : START_SPREAD;
    const notBefore = clock.monotonic() + jitter() * spread;
    this.#paces.set(mungedId, { jitter: jitter(), failures: 0, notBefore });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe?.();
    this.#cancel?.();
    await this.#running;
  }

  /** Looks again soon: a token set came, went or changed. */
  poke(): void {
    this.#wakeAt(this.#options.clock.monotonic());
  }

  /** When a token set is due, milliseconds since the Unix epoch; undefined: never. */
  nextRefresh(app: App, tokenSet: TokenSet, connection?: Connection): number | undefined {
    // Of what is not yet due the time of day makes no difference.
    const now = this.#options.clock.now();
    const delay = this.#delayOf(app, now, tokenSet, connection);
    return delay === Number.POSITIVE_INFINITY ? undefined : now + delay;
  }

  #wakeAt(at: number): void {
    if (this.#closed || at >= this.#next) return;
    this.#cancel?.();
    this.#next = at;
    this.#cancel = this.#options.clock.after(at - this.#options.clock.monotonic(), () => {
      this.#next = Number.POSITIVE_INFINITY;
      this.#running = this.#lookAlone().catch(() =>
        this.#wakeAt(this.#options.clock.monotonic() + LONGEST_SLEEP),
      );
    });
  }

  /** One look at a time: while a slow provider keeps one waiting, the next begins when it is over. */
  async #lookAlone(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#look();
  }

  async #look(): Promise<void> {
    const { store, keeper, clock } = this.#options;
    const { due: found, nextIn } = await store.due(MOST_PICKED);
    const entries = found.map((entry): Due => {
      const unsaved = keeper.unsaved(entry.app.mungedId);
      return unsaved === undefined ? entry : { ...entry, tokenSet: unsaved };
    });
    const isIdle = entries.every(
      ({ tokenSet, connection }) => tokenSet === undefined && connection === undefined,
    );
    if (isIdle && nextIn === undefined) return;
    const due: Due[] = [];
    let sleep = Number.POSITIVE_INFINITY;
    // Asked once a host: the time since boot is read from a file.
    const times = new Map<string, number>();
    for (const entry of entries) {
      const host = hostOf(entry.app);
      const now = times.get(host) ?? this.#options.trusted.now(host);
      times.set(host, now);
      const delay = this.#delayOf(entry.app, now, entry.tokenSet, entry.connection);
      if (delay <= 0) due.push(entry);
      else sleep = Math.min(sleep, delay);
    }
    await this.#runAll(due);
    if (nextIn === undefined) await this.#remindNowAndThen(entries);
    // A store that picks shows each connection when it is renewed.
    else await this.#remind(due);
    // With nothing to renew only the reminders are left.
    const longest = sleep === Number.POSITIVE_INFINITY ? REMIND_EVERY : LONGEST_SLEEP;
    const rest = Math.min(sleep, longest, nextIn ?? longest);
    this.#wakeAt(clock.monotonic() + (due.length > 0 ? SECOND : Math.max(rest, SECOND)));
  }

  /**
   * Milliseconds until there is something to do for an app; `Infinity` where there never is.
   *
   * @param now at its provider, milliseconds since the Unix epoch
   */
  #delayOf(
    app: App,
    now: number,
    tokenSet: TokenSet | undefined,
    connection: Connection | undefined,
  ): number {
    const { clock } = this.#options;
    if (connection?.state === 'needs_credentials') return Number.POSITIVE_INFINITY;
    const pause = this.#paceOf(app.mungedId).notBefore - clock.monotonic();
    if (tokenSet === undefined) {
      const later = connection?.revocation ?? connection?.revival;
      return later === undefined ? Number.POSITIVE_INFINITY : Math.max(later.nextAt - now, pause);
    }
    return Math.max(this.#timeToRefresh(app, now, tokenSet, connection), pause);
  }

  /** Milliseconds until a token set should be renewed; `Infinity` where it never needs to be. */
  #timeToRefresh(app: App, now: number, tokenSet: TokenSet, connection: Connection | undefined): number {
    if (isInterrupted(connection, tokenSet)) return 0;
    const delay = refreshDelay(tokenSet, now, this.#paceOf(app.mungedId).jitter);
    // While nobody knows the time, a refresh is what tells it; the token stays in use meanwhile.
    return this.#options.trusted.isTrusted(hostOf(app)) || delay === Number.POSITIVE_INFINITY ? delay : 0;
  }

  async #runAll(due: readonly Due[]): Promise<void> {
    const queue = [...due];
    const worker = async (): Promise<void> => {
      for (let entry = queue.shift(); entry !== undefined && !this.#closed; entry = queue.shift()) {
        await this.#run(entry.app, entry.tokenSet !== undefined);
      }
    };
    await Promise.all(Array.from({ length: MOST_AT_ONCE }, worker));
  }

  async #run(app: App, connected: boolean): Promise<void> {
    const { store, refresher, revoker, clock, trusted, jitter } = this.#options;
    const pace = this.#paceOf(app.mungedId);
    try {
      const connection = await store.connection(app.mungedId);
      // Another program, or a caller, may have refreshed it since it was found due.
      const isFresh = (found: TokenSet): boolean =>
        this.#timeToRefresh(app, trusted.now(hostOf(app)), found, connection) > 0;
      if (connected) await refresher.refresh(app, isFresh);
      else if (connection?.revocation !== undefined) await revoker.retry(app);
      else await refresher.revive(app);
      pace.failures = 0;
      pace.notBefore = clock.monotonic() + SECOND;
    } catch (thrown) {
      pace.failures += 1;
      const wait = retryDelay(pace.failures, jitter(), asBrokerError(thrown).retryAfter);
      pace.notBefore = clock.monotonic() + wait;
      await store.postpone(app.mungedId, wait);
    }
  }

  async #remindNowAndThen(entries: readonly Due[]): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#reminded < REMIND_EVERY) return;
    this.#reminded = clock.monotonic();
    await this.#remind(entries);
  }

  async #remind(entries: readonly Due[]): Promise<void> {
    for (const { app } of entries) await this.#options.connections.remindOfEnd(app);
  }

  #paceOf(mungedId: MungedId): Pace {
    const known = this.#paces.get(mungedId);
    if (known !== undefined) return known;
    const pace = { jitter: this.#options.jitter(), failures: 0, notBefore: 0 };
    this.#paces.set(mungedId, pace);
    return pace;
  }
}
