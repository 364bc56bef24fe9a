import type { Client } from 'pg';
import type { Clock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { Turns } from '../../turns.ts';
import type { Turn } from '../port.ts';
import type { MungedId } from '../records.ts';
import { asStoreError, type Database } from './database.ts';

/** Times in milliseconds; tests have less of it. */
export interface TurnTimes {
  /** For which the turn is waited for. */
  readonly patience: number;
  /** After which the server ends the turn of a process that is frozen; the longest exchange is much shorter. */
  readonly frozen: number;
  /** For which an instance must be away until its exchange counts as dead. */
  readonly comeback: number;
}

export const TURN_TIMES: TurnTimes = { patience: 15_000, frozen: 600_000, comeback: 8_000 };

/** Connections that hold or wait for a turn, at most; the others wait in the process. */
const MOST_AT_ONCE = 8;
/** Milliseconds for which what must not be lost waits for the turn of another one. */
const BRIEFLY = 2_000;
const LOOK_AGAIN = 250;
/** Milliseconds that may lie between the question whether the turn is still ours and what is done on the answer. */
const CONFIRMED_FOR = 3_000;

export interface RowTurnsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly visible: readonly string[];
  readonly home: string;
  /** Of this process. */
  readonly instance: string;
  readonly times: TurnTimes;
  /** Called while the turn is still held: what this process has begun is over. */
  readonly settle: (mungedId: MungedId) => Promise<void>;
}

interface Held extends Turn {
  release(): Promise<void>;
}

/**
 * Whose turn it is with a connection, among all brokers: a row lock, held by an open transaction on a connection of its
 * own. It ends when it is let go or when the connection ends, and no sooner.
 */
export class RowTurns {
  readonly #options: RowTurnsOptions;
  readonly #local = new Turns<MungedId>();
  /** Since when an instance has been seen away, monotonic milliseconds. */
  readonly #away = new Map<string, number>();
  readonly #waiting: Array<() => void> = [];
  #busy = 0;

  constructor(options: RowTurnsOptions) {
    this.#options = options;
  }

  /** @throws OAuthBrokerError `store_unavailable` where the turn is not to be had */
  async take<T>(mungedId: MungedId, work: (turn: Turn) => Promise<T>): Promise<T> {
    const held = await this.#takeLocally(mungedId);
    try {
      const turn = await this.#certain(mungedId);
      try {
        return await work(turn);
      } finally {
        await this.#options.settle(mungedId);
        await turn.release();
      }
    } finally {
      held();
    }
  }

  /** Takes the turn if it can be had soon, and does the work in any case. */
  async takeBriefly<T>(mungedId: MungedId, work: () => Promise<T>): Promise<T> {
    let release = async (): Promise<void> => {};
    let isLate = false;
    const taking = (async () => {
      const held = await this.#takeLocally(mungedId);
      if (isLate) return held();
      try {
        const turn = await this.#lock(mungedId);
        const letGo = async (): Promise<void> => {
          held();
          await turn.release();
        };
        if (isLate) await letGo();
        else release = letGo;
      } catch {
        held();
      }
      return undefined;
    })();
    let cancel: (() => void) | undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(BRIEFLY, resolve);
    });
    await Promise.race([taking, late]);
    cancel?.();
    isLate = true;
    try {
      return await work();
    } finally {
      await release();
    }
  }

  /** @returns lets the next one of this process have its turn */
  #takeLocally(mungedId: MungedId): Promise<() => void> {
    return new Promise((resolve) => {
      void this.#local.take(mungedId, () => new Promise<void>((letGo) => resolve(letGo)));
    });
  }

  /** The turn, once nobody else may be in the middle of an exchange that it has begun. */
  async #certain(mungedId: MungedId): Promise<Held> {
    const { clock, times } = this.#options;
    const until = clock.monotonic() + times.patience;
    for (;;) {
      const held = await this.#lock(mungedId);
      let isInDoubt = true;
      try {
        isInDoubt = await this.#isInDoubt(mungedId);
      } finally {
        if (isInDoubt) await held.release();
      }
      if (!isInDoubt) return held;
      if (clock.monotonic() >= until) throw new OAuthBrokerError('store_unavailable', { reason: 'in_doubt' });
      await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN, resolve));
    }
  }

  /**
   * True while an exchange that another instance began may still bring something: the server may have ended its turn, or
   * all connections may have been cut, and yet it lives.
   */
  async #isInDoubt(mungedId: MungedId): Promise<boolean> {
    const { database, visible, instance, clock, times } = this.#options;
    const [row] = await database.query<{ intent_by: string | null }>(
      `select intent_by from ovos_oauth.connections where munged_id = $1 and visibility = any($2)
       order by array_position($2, visibility) limit 1`,
      [mungedId, visible],
    );
    const other = row?.intent_by ?? instance;
    if (other === instance) return false;
    const [presence] = await database.query<{ free: boolean }>(
      'select pg_try_advisory_xact_lock($1) as free',
      [other],
    );
    if (presence?.free !== true) {
      this.#away.delete(other);
      return true;
    }
    const since = this.#away.get(other) ?? clock.monotonic();
    this.#away.set(other, since);
    return clock.monotonic() - since < times.comeback;
  }

  async #lock(mungedId: MungedId): Promise<Held> {
    await this.#slot();
    let client: Client | undefined;
    try {
      client = await this.#options.database.connect();
      await this.#begin(client, mungedId);
      return this.#held(client);
    } catch (error) {
      void client?.end().catch(() => undefined);
      this.#freeSlot();
      throw asStoreError(error);
    }
  }

  async #begin(client: Client, mungedId: MungedId): Promise<void> {
    const { patience, frozen } = this.#options.times;
    // A host that has vanished is noticed within 25 seconds. On a Unix socket there is none, and these do nothing.
    await client.query(`begin;
      set local lock_timeout = ${patience}; set local statement_timeout = ${patience + 5_000};
      set local idle_in_transaction_session_timeout = ${frozen};
      set local tcp_keepalives_idle = 10; set local tcp_keepalives_interval = 5;
      set local tcp_keepalives_count = 3; set local tcp_user_timeout = 25000`);
    for (let of = await this.#visibilityOf(client, mungedId); ; ) {
      await this.#lockRow(client, [mungedId, of]);
      // It may have been given to another audience while its turn was waited for: then its turn is another one.
      const now = await this.#visibilityOf(client, mungedId);
      if (now === of) return;
      of = now;
    }
  }

  async #lockRow(client: Client, key: readonly [string, string]): Promise<void> {
    const lock = `select 1 from ovos_oauth.turns where munged_id = $1 and visibility = $2 for update`;
    if ((await client.query(lock, [...key])).rowCount === 1) return;
    // Who makes the row has its lock as well: others wait here until this transaction ends.
    await client.query(
      `insert into ovos_oauth.turns (munged_id, visibility) values ($1, $2) on conflict do nothing`,
      [...key],
    );
    await client.query(lock, [...key]);
  }

  /** Devices that have a connection each must not wait for each other. */
  async #visibilityOf(client: Client, mungedId: MungedId): Promise<string> {
    const { visible, home } = this.#options;
    const { rows } = await client.query<{ visibility: string }>(
      `select visibility from ovos_oauth.connections where munged_id = $1 and visibility = any($2)
       order by array_position($2, visibility) limit 1`,
      [mungedId, visible],
    );
    return rows[0]?.visibility ?? home;
  }

  #held(client: Client): Held {
    let isLost = false;
    client.on('end', () => (isLost = true));
    return {
      isShared: true,
      confirm: () => this.#confirm(client, () => isLost),
      release: async () => {
        // The end of the connection ends the transaction, and with it the lock, whatever state it is in.
        await client.query('commit').catch(() => undefined);
        void client.end().catch(() => undefined);
        this.#freeSlot();
      },
    };
  }

  async #confirm(client: Client, isLost: () => boolean): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const asked = { monotonic: clock.monotonic(), sinceBoot: clock.sinceBoot() };
      let cancel: (() => void) | undefined;
      const silence = new Promise<'silence'>((resolve) => {
        cancel = clock.after(CONFIRMED_FOR, () => resolve('silence'));
      });
      const answer = await Promise.race([client.query('select 1').catch(() => 'lost' as const), silence]);
      cancel?.();
      // A process that slept between the question and this line, or a machine, asks again.
      const isOld =
        clock.monotonic() - asked.monotonic > CONFIRMED_FOR ||
        clock.sinceBoot() - asked.sinceBoot > CONFIRMED_FOR;
      if (answer === 'lost' || answer === 'silence' || isLost()) {
        throw new OAuthBrokerError('store_unavailable', { reason: 'turn_lost' });
      }
      if (!isOld) return;
    }
  }

  async #slot(): Promise<void> {
    if (this.#busy < MOST_AT_ONCE) {
      this.#busy += 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #freeSlot(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }
}
