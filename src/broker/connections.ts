import type { Clock } from '../clock.ts';
import { defined } from '../defined.ts';
import type { ErrorCode } from '../errors.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, Connection, ConnectionState, MungedId } from '../store/records.ts';
import { needsCredentials } from './credentials.ts';
import type { EventLog } from './event-log.ts';
import { grantEnd, REMINDER_AHEAD } from './grant-life.ts';
import type { ProviderAccess } from './provider-access.ts';
import type { BrokerEvents, ConnectionView } from './types.ts';

export interface ConnectionsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: BrokerEvents;
  readonly eventLog: EventLog;
  readonly access: ProviderAccess;
  /** When a token set will be renewed, milliseconds since the Unix epoch; undefined: never. */
  readonly nextRefresh: (app: App, tokenSet: TokenSet, connection?: Connection) => number | undefined;
}

/** A state that a connection comes into. */
export interface Transition {
  readonly state: ConnectionState;
  readonly reason?: ErrorCode;
  /** The user has just signed in. */
  readonly granted?: boolean;
  /** Of that sign-in. */
  readonly redirectUri?: string;
  /** The provider is still to be told of the end. */
  readonly revocation?: Connection['revocation'];
}

/** The state of each app's connection, and who is told of it. */
export class Connections {
  readonly #options: ConnectionsOptions;
  /** Milliseconds since the Unix epoch. In memory only: a write for every token handed out would wear out the card. */
  readonly #lastUsed = new Map<MungedId, number>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** What to commit, together with whatever caused it, to bring a connection into a state. Ends an intent. */
  async change(mungedId: MungedId, transition: Transition): Promise<Change> {
    const before = await this.#options.store.connection(mungedId);
    const { state, reason, granted = false, redirectUri = before?.redirectUri, revocation } = transition;
    const now = this.#options.clock.now();
    const stays = before?.state === state && before.reason === reason && !granted;
    const grantedAt = granted ? now : before?.grantedAt;
    const connection: Connection = {
      mungedId,
      state,
      ...(reason === undefined ? {} : { reason }),
      since: stays ? before.since : now,
      ...(grantedAt === undefined ? {} : { grantedAt }),
      ...(redirectUri === undefined ? {} : { redirectUri }),
      ...(revocation === undefined ? {} : { revocation }),
      ...(stays && before.remindedAt !== undefined ? { remindedAt: before.remindedAt } : {}),
    };
    return { op: 'put_connection', connection };
  }

  /**
   * Commits `changes` together with the connection's transition, then tells the subscribers if the state is another one.
   */
  async transit(app: App, transition: Transition, changes: readonly Change[] = []): Promise<void> {
    const before = await this.#options.store.connection(app.mungedId);
    const change = await this.change(app.mungedId, transition);
    await this.#options.store.commit([...changes, change], 'synced');
    const changed = before?.state !== transition.state || before.reason !== transition.reason;
    if (changed || transition.granted === true) await this.announce(app);
  }

  /** Tells the subscribers how an app stands. */
  async announce(app: App, reminder = false): Promise<void> {
    const { events, eventLog } = this.#options;
    const connection = await this.view(app);
    const { mungedId } = app;
    const { state, reason: code } = connection;
    if (reminder) eventLog.add({ kind: 'reminder', mungedId });
    else eventLog.add({ kind: 'state_changed', mungedId, state, ...defined({ code }) });
    events.statusChanged({ connection, reminder });
  }

  /** A token of this connection was handed out. */
  used(mungedId: MungedId): void {
    this.#lastUsed.set(mungedId, this.#options.clock.now());
  }

  /** Another broker on the same store has brought a connection into another state. */
  async changedElsewhere(mungedId: MungedId): Promise<void> {
    const app = await this.#options.store.app(mungedId);
    if (app !== undefined) await this.announce(app);
  }

  async view(app: App): Promise<ConnectionView> {
    const { store } = this.#options;
    const [tokenSet, connection] = await Promise.all([
      store.token(app.mungedId),
      store.connection(app.mungedId),
    ]);
    const state = stateOf(app, tokenSet, connection);
    const { reason } = connection ?? {};
    const endsAt = tokenSet === undefined ? undefined : await this.#endOf(app, tokenSet, connection);
    const nextRefreshAt =
      tokenSet === undefined || state !== 'connected'
        ? undefined
        : this.#options.nextRefresh(app, tokenSet, connection);
    return {
      app,
      state,
      ...(state === 'connected' || reason === undefined ? {} : { reason }),
      ...(connection === undefined ? {} : { since: connection.since }),
      ...(tokenSet?.scope === undefined ? {} : { scope: tokenSet.scope }),
      ...(tokenSet?.expires_at === undefined ? {} : { expiresAt: tokenSet.expires_at * 1_000 }),
      renews: tokenSet?.refresh_token !== undefined,
      ...defined({ endsAt, nextRefreshAt, lastUsedAt: this.#lastUsed.get(app.mungedId) }),
    };
  }

  async #endOf(
    app: App,
    tokenSet: TokenSet,
    connection: Connection | undefined,
  ): Promise<number | undefined> {
    const provider = await this.#options.access.providerOf(app);
    const receivedAt =
      tokenSet.expires_at === undefined || tokenSet.expires_in === undefined
        ? undefined
        : (tokenSet.expires_at - Number(tokenSet.expires_in)) * 1_000;
    return grantEnd(provider?.refresh.grantDays, tokenSet, connection?.grantedAt, receivedAt);
  }

  /** Reminds once of a grant that will end soon; the caller looks now and then. */
  async remindOfEnd(app: App): Promise<void> {
    const { store, clock } = this.#options;
    const connection = await store.connection(app.mungedId);
    const { endsAt, state } = await this.view(app);
    if (connection === undefined || connection.remindedAt !== undefined) return;
    if (state !== 'connected' || endsAt === undefined || endsAt - clock.now() > REMINDER_AHEAD) return;
    await store.exclusively(app.mungedId, async () => {
      const now = await store.connection(app.mungedId);
      // Another broker on the same store may have been faster.
      if (now === undefined || now.remindedAt !== undefined || now.state !== connection.state) return;
      const reminded = { ...now, remindedAt: clock.now() };
      await store.commit([{ op: 'put_connection', connection: reminded }], 'synced');
      await this.announce(app, true);
    });
  }
}

function stateOf(
  app: App,
  tokenSet: TokenSet | undefined,
  connection: Connection | undefined,
): ConnectionState {
  if (needsCredentials(app) || connection?.state === 'needs_credentials') return 'needs_credentials';
  if (tokenSet !== undefined) return 'connected';
  return connection?.state === 'needs_user' ? 'needs_user' : 'disconnected';
}
