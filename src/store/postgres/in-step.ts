import type { Client } from 'pg';
import type { Clock } from '../../clock.ts';
import { type Log, logFailure } from '../../log.ts';
import type { Elsewhere } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import type { Announcements } from './announcements.ts';
import type { Database, Query } from './database.ts';
import type { DeviceRows } from './device-rows.ts';
import { migrate } from './migrate.ts';
import type { Place } from './place.ts';
import { Presence } from './presence.ts';
import { resealAll } from './reseal.ts';
import type { SharedView } from './shared-view.ts';

/** Milliseconds between two times at which this device says that it is still there. */
const PRESENT_EVERY = 3_600_000;
const SWEEP_EVERY = 60_000;

export interface InStepOptions {
  readonly database: Database;
  readonly query: Query;
  readonly announcements: Announcements;
  readonly place: Place;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  readonly seen: () => DeviceRows | undefined;
  readonly view: () => SharedView | undefined;
  /** Brings to the database what it has missed. */
  readonly bringUnsaved: () => Promise<void>;
  /** Removes what is of no use any longer. */
  readonly sweep: (query: Query) => Promise<void>;
}

/** Keeps this broker in step with the others, and gets it into step again after a time without the database. */
export class InStep {
  readonly #options: InStepOptions;
  readonly #presence: Presence;
  readonly #listeners = new Set<(event: Elsewhere) => Promise<void>>();
  /** Connections whose exchange is over while the database could not be told. */
  readonly #unsettled = new Set<MungedId>();
  /** The database could not be reached at the start. */
  #isLate = false;
  #resealing = Promise.resolve();
  #catchingUp = Promise.resolve();
  #presentAt = Number.NEGATIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(options: InStepOptions) {
    this.#options = options;
    this.#presence = new Presence({
      ...options,
      arrived: (query, client) => this.#arrived(query, client),
      up: () => this.#inStep(),
      down: () => this.#outOfStep(),
      notified: (payload) => this.#notified(payload),
      beat: () => this.#beat(),
    });
  }

  /** Whether notifications arrive. */
  get isUp(): boolean {
    return this.#presence.isUp;
  }

  /** Of this process; the others see by it that it lives. */
  get instance(): string {
    return this.#presence.instance;
  }

  /** @throws OAuthBrokerError `store_denied`, `store_newer` */
  async open(): Promise<void> {
    await this.#presence.open();
    this.#isLate = !this.isUp;
  }

  async close(): Promise<void> {
    await this.#presence.close();
    await Promise.all([this.#catchingUp, this.#resealing]);
  }

  onElsewhere(listener: (event: Elsewhere) => Promise<void>): () => void {
    this.#listeners.add(listener);
    this.catchUp();
    return () => this.#listeners.delete(listener);
  }

  /** An exchange is over, however it ended: nobody need wait for what may come of it. */
  async settle(mungedId: MungedId): Promise<void> {
    const seen = this.#options.seen();
    const isOurs = seen?.last(mungedId)?.intentBy === this.instance;
    if (!isOurs || seen?.isUnsaved(mungedId)) return;
    this.#unsettled.add(mungedId);
    await this.#settleAll(this.#options.query).catch(() => undefined);
  }

  async #settleAll(query: Query): Promise<void> {
    const ids = [...this.#unsettled];
    if (ids.length === 0) return;
    await query(
      `update ovos_oauth.connections set intent_by = null where munged_id = any($1) and intent_by = $2`,
      [ids, this.instance],
    );
    for (const id of ids) this.#unsettled.delete(id);
  }

  async #arrived(query: Query, client: Client): Promise<void> {
    await migrate(client);
    await this.#takeName(query);
    await this.#options.announcements.present(query);
    await this.#settleAll(query);
  }

  /** Two brokers of one name would tell each other's news; after a crash the old one's connection may linger. */
  async #takeName(query: Query): Promise<void> {
    const { place, log } = this.#options;
    const [row] = await query<{ free: boolean }>(
      `select pg_try_advisory_lock(hashtext('ovos-oauth device'), hashtext($1)) as free`,
      [place.device],
    );
    if (row?.free !== true)
      log.warn('Another broker uses the name of this device.', { reason: place.device });
  }

  #inStep(): void {
    this.#options.seen()?.allStale();
    void this.#options.view()?.allChanged();
    this.#resealing = this.#resealing.then(() => this.#reseal());
    this.#presentAt = this.#options.clock.monotonic();
    this.catchUp();
  }

  async #reseal(): Promise<void> {
    const { sealer, log } = this.#options;
    if (sealer.olderKeyIds.length === 0) return;
    try {
      const count = await resealAll(this.#options.database, sealer);
      if (count > 0) log.info('What an older key had sealed is sealed with the current one.', { count });
    } catch (error) {
      logFailure(
        log,
        'What an older key has sealed could not be sealed anew; the next start tries again.',
        error,
      );
    }
  }

  #outOfStep(): void {
    this.#options.seen()?.allStale();
    this.#options.log.warn('The connection to the database of the store is lost.');
  }

  #notified(payload: string): void {
    const notification = this.#options.announcements.read(payload);
    if (notification?.of === 'connection') {
      this.#options.seen()?.changed(notification.key, notification.version);
      void this.#options.view()?.changed(notification.key);
    } else if (notification?.of === 'announcements') this.catchUp();
  }

  /** Brings to the database what it has missed, then tells this device what it has. */
  catchUp(): void {
    this.#catchingUp = this.#catchingUp.then(() => this.#catchUpNow());
  }

  async #catchUpNow(): Promise<void> {
    if (!this.#presence.isUp) return;
    try {
      await this.#options.bringUnsaved();
      if (this.#isLate && this.#listeners.size > 0) {
        for (const listener of this.#listeners) await listener({ what: 'reached' });
        this.#isLate = false;
      }
      await this.#tellAll();
    } catch (error) {
      logFailure(this.#options.log, 'What happened at other brokers could not be taken in.', error);
    }
  }

  async #tellAll(): Promise<void> {
    if (this.#listeners.size === 0) return;
    for (;;) {
      const pending = await this.#options.announcements.pending(this.#options.query);
      if (pending.length === 0) return;
      for (const { id, event } of pending) {
        for (const listener of this.#listeners) await listener(event);
        await this.#options.announcements.told(this.#options.query, [id]);
      }
    }
  }

  async #beat(): Promise<void> {
    const now = this.#options.clock.monotonic();
    this.catchUp();
    await this.#settleAll(this.#options.query);
    if (now - this.#presentAt >= PRESENT_EVERY) {
      this.#presentAt = now;
      await this.#options.announcements.present(this.#options.query);
    }
    if (now - this.#sweptAt >= SWEEP_EVERY) {
      this.#sweptAt = now;
      await this.#options.sweep(this.#options.query);
    }
  }
}
