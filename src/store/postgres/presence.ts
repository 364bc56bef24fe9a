import { randomBytes } from 'node:crypto';
import type { Client, Notification as PgNotification } from 'pg';
import type { Clock } from '../../clock.ts';
import { asBrokerError, type ErrorCode, OAuthBrokerError } from '../../errors.ts';
import { type Log, logFailure } from '../../log.ts';
import { CHANNEL } from './announcements.ts';
import { asStoreError, type Database, type Query, queryOn } from './database.ts';

/**
 * Milliseconds between two tries to come back, growing from the first to the second; with the time for one try they stay
 * below `TURN_TIMES.comeback`, after which the others believe a broker dead.
 */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;
/** Milliseconds between two looks whether the server still answers, and until it must have. */
const HEARTBEAT = 15_000;
const HEARTBEAT_TIMEOUT = 5_000;

export interface PresenceOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with the connection's queries each time it is there again, before {@link Presence.isUp} says so. */
  readonly arrived: (query: Query, client: Client) => Promise<void>;
  readonly up: () => void;
  readonly down: () => void;
  readonly notified: (payload: string) => void;
  /** Now and then, while it is up. */
  readonly beat: () => Promise<void>;
}

/**
 * The one connection that a broker always has: it hears what the others notify, and the advisory lock that it holds tells
 * them that this process lives, be it frozen: the lock goes with the connection, and the connection with the process.
 */
export class Presence {
  /** Of this process; also the key of its advisory lock. */
  readonly instance = newInstance();
  readonly #options: PresenceOptions;
  #client: Client | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;
  #tries = 0;
  /** Of the last failure, so that the log tells of each kind once. */
  #lastCode: ErrorCode | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /**
   * Tries once, and goes on trying where the database is away.
   *
   * @throws OAuthBrokerError `store_denied`, `store_newer`
   */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (thrown) {
      const error = asBrokerError(thrown);
      if (error.code !== 'store_unavailable') throw error;
      logFailure(
        this.#options.log,
        'The database of the store cannot be reached; sign-ins and renewals wait.',
        error,
      );
      this.#again();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { database, arrived, up, down, notified } = this.#options;
    const client = await database.connect();
    let isOver = false;
    client.on('end', () => {
      isOver = true;
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#cancel?.();
      down();
      this.#again();
    });
    client.on('notification', ({ payload = '' }: PgNotification) => notified(payload));
    try {
      await client.query(`
        set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3;
        set tcp_user_timeout = 25000; set statement_timeout = 10000`);
      await arrived(queryOn(client), client);
      await client.query('select pg_advisory_lock($1)', [this.instance]);
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw asStoreError(error);
    }
    if (isOver) throw new OAuthBrokerError('store_unavailable');
    if (this.#closed) {
      await client.end();
      return;
    }
    this.#client = client;
    this.#tries = 0;
    this.#lastCode = undefined;
    database.reached();
    up();
    this.#beatLater(client);
  }

  #again(): void {
    if (this.#closed) return;
    this.#tries += 1;
    const pause = Math.min(FIRST_PAUSE * this.#tries, LONGEST_PAUSE);
    this.#cancel = this.#options.clock.after(pause, () => {
      this.#connect().catch((error: unknown) => {
        const { code } = asBrokerError(error);
        if (code !== this.#lastCode && code !== 'store_unavailable') {
          logFailure(this.#options.log, 'The database of the store cannot be used.', error);
        }
        this.#lastCode = code;
        this.#again();
      });
    });
  }

  #beatLater(client: Client): void {
    this.#cancel = this.#options.clock.after(HEARTBEAT, () => void this.#look(client));
  }

  async #look(client: Client): Promise<void> {
    const answered = await this.#beat(client);
    if (this.#client !== client) return;
    if (answered) this.#beatLater(client);
    // A server that has vanished never says so: `end` comes by itself only after the kernel has given up.
    else this.#give(client);
  }

  async #beat(client: Client): Promise<boolean> {
    let cancel: (() => void) | undefined;
    const silence = new Promise<false>((resolve) => {
      cancel = this.#options.clock.after(HEARTBEAT_TIMEOUT, () => resolve(false));
    });
    const answer = client.query('select 1').then(
      () => true,
      () => false,
    );
    const answered = await Promise.race([answer, silence]);
    cancel?.();
    if (answered) await this.#options.beat().catch(() => undefined);
    return answered;
  }

  #give(client: Client): void {
    this.#client = undefined;
    void client.end().catch(() => undefined);
    this.#options.down();
    this.#again();
  }
}

/** A positive bigint as decimal text. */
function newInstance(): string {
  return (randomBytes(8).readBigUInt64BE() >> 1n).toString();
}
