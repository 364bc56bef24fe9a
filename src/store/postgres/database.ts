import type { Client, ClientBase, ClientConfig, Pool, QueryResultRow } from 'pg';
import type { Clock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';

/** Where the database is and how it is entered. */
export interface DatabaseAddress {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Asked for at each connection, so that it can be changed without a restart. */
  readonly password?: () => string;
  /** Undefined: without TLS. */
  readonly tls?: { readonly ca?: string };
}

/** Connections for short transactions; those that hold a turn and the one that listens come on top. */
const MOST_POOLED = 4;
/** Milliseconds. */
const CONNECT_TIMEOUT = 3_000;
/** Milliseconds until an answer must be there: a server that has vanished answers nothing at all. */
export const QUERY_TIMEOUT = 10_000;
const IDLE_TIMEOUT = 10_000;
const KEEP_ALIVE_DELAY = 10_000;
/** Milliseconds for which a database that could not be reached is left alone, unless somebody reaches it. */
const AWAY_PAUSE = 5_000;
/** SQLSTATE `lock_not_available`: the database is there, somebody else has the lock. */
const LOCK_TIMEOUT = '55P03';

export type Query = <Row extends QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** The way to the database: short transactions on pooled connections, and connections for those who keep one. */
export class Database {
  readonly #address: DatabaseAddress;
  readonly #clock: Clock;
  #pool: Pool | undefined;
  #closed = false;
  /** Monotonic milliseconds until which nothing is tried. */
  #awayUntil = 0;

  constructor(address: DatabaseAddress, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  /** Somebody has reached the database: nobody need wait any longer before trying. */
  reached(): void {
    this.#awayUntil = 0;
  }

  /** @throws OAuthBrokerError `store_unavailable`, `store_denied` */
  async query<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    this.#refuseWhileAway();
    try {
      const { rows } = await (await this.#pooled()).query<Row>(text, [...values]);
      return rows;
    } catch (error) {
      throw this.#judged(error);
    }
  }

  /**
   * Runs `work` in one transaction, which is durable when this resolves even on a server that is set to be fast with
   * everybody's data: a token comes only once.
   *
   * @throws OAuthBrokerError `store_unavailable`, `store_denied`; then nothing has changed, unless the connection was lost
   *   in the very end
   */
  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    this.#refuseWhileAway();
    let client;
    try {
      client = await (await this.#pooled()).connect();
    } catch (error) {
      throw this.#judged(error);
    }
    try {
      await client.query(
        `begin; set local statement_timeout = ${QUERY_TIMEOUT}; set local synchronous_commit = on`,
      );
      const result = await work(queryOn(client));
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      // A connection of which nobody knows how it stands serves nobody.
      const isUsable = await client.query('rollback').then(
        () => true,
        () => false,
      );
      client.release(!isUsable);
      throw this.#judged(error);
    }
  }

  /**
   * A connection of its own, which the caller has to end. Whoever holds it hears of its loss by `end`.
   *
   * @throws OAuthBrokerError `store_unavailable`, `store_denied`
   */
  async connect(): Promise<Client> {
    if (this.#closed) throw new OAuthBrokerError('store_unavailable');
    const { Client } = await loadDriver();
    const client = new Client({ ...this.#config(), query_timeout: 0 });
    // The loss of a connection is told by `end`; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw asStoreError(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool?.end();
    this.#pool = undefined;
  }

  async #pooled(): Promise<Pool> {
    if (this.#closed) throw new OAuthBrokerError('store_unavailable');
    if (this.#pool !== undefined) return this.#pool;
    const { Pool } = await loadDriver();
    if (this.#pool !== undefined) return this.#pool;
    const pool = new Pool({
      ...this.#config(),
      max: MOST_POOLED,
      idleTimeoutMillis: IDLE_TIMEOUT,
      allowExitOnIdle: true,
    });
    pool.on('error', () => undefined);
    // Also while somebody has it: the loss shows at the next query, and must not end the process before.
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pool = pool;
    return pool;
  }

  /** Everybody need not wait for the same silence. */
  #refuseWhileAway(): void {
    if (this.#clock.monotonic() < this.#awayUntil) throw new OAuthBrokerError('store_unavailable');
  }

  #judged(thrown: unknown): OAuthBrokerError {
    const error = asStoreError(thrown);
    const isLock = error.details['reason'] === LOCK_TIMEOUT;
    if (error.code === 'store_unavailable' && !isLock) this.#awayUntil = this.#clock.monotonic() + AWAY_PAUSE;
    return error;
  }

  #config(): ClientConfig {
    const { host, port, database, user, password, tls } = this.#address;
    return {
      host,
      port,
      database,
      user,
      ...(password === undefined ? {} : { password }),
      // The server has to prove that it is the one: what is in there is worth it.
      ssl: tls === undefined ? false : { rejectUnauthorized: true, host, ...tls },
      application_name: 'ovos-oauth',
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      query_timeout: QUERY_TIMEOUT,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY,
    };
  }
}

export function queryOn(client: ClientBase): Query {
  return async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  };
}

/** Only where this store is configured does anybody pay for it. */
async function loadDriver(): Promise<{ Client: typeof Client; Pool: typeof Pool }> {
  const { default: pg } = await import('pg');
  return pg;
}

// Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html
const DENIED = /^(?:28|3D000|3F000|42501|42P01)/;
/** Of OpenSSL and Node: the certificate of the server does not hold. */
const UNTRUSTED = /CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH|^TLS_REFUSED$|^PASSWORD_MISSING$/;
const GONE = /^(?:08|53|55P03|57|58|25P0[34]|40)/;

/** What a failure of the driver or the server is to everybody else. Never quotes the server: it may quote us. */
export function asStoreError(thrown: unknown): OAuthBrokerError {
  if (thrown instanceof OAuthBrokerError) return thrown;
  const code = sqlStateOf(thrown) ?? wordOfDriver(thrown);
  const reason = code === undefined ? {} : { reason: code };
  if (code !== undefined && (DENIED.test(code) || UNTRUSTED.test(code))) {
    return new OAuthBrokerError('store_denied', reason, { cause: thrown });
  }
  // `EPIPE` has five letters as well; only what the server says has a severity.
  const isSaidByServer = thrown instanceof Error && 'severity' in thrown;
  if (code !== undefined && isSaidByServer && !GONE.test(code)) {
    return new OAuthBrokerError('internal', reason, { cause: thrown });
  }
  const isOurFault =
    thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof SyntaxError;
  return new OAuthBrokerError(isOurFault ? 'internal' : 'store_unavailable', reason, { cause: thrown });
}

/** What the driver itself finds out before the server can refuse, and says in words alone. */
function wordOfDriver(thrown: unknown): string | undefined {
  const message = thrown instanceof Error ? thrown.message : '';
  if (message.includes('does not support SSL')) return 'TLS_REFUSED';
  return /SASL.*password must be/.test(message) ? 'PASSWORD_MISSING' : undefined;
}

/** The SQLSTATE, or the system's word (`ECONNREFUSED`) where the server was never reached. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
