import { isDeepStrictEqual } from 'node:util';
import { OAuthBrokerError } from '../errors.ts';
import { parseEndpoint } from '../oauth/endpoint.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, MungedId } from '../store/records.ts';
import type { Connections } from './connections.ts';
import { isUrlClientId, needsCredentials, settleCredentials } from './credentials.ts';
import { mungedIdOf } from './munged-id.ts';
import type { AppRef, Credentials, Registered, Registration } from './types.ts';

/** Ten times what the largest household has; a mad client must not fill the card. */
const MOST_APPS = 10_000;

/** The registered OAuth clients of skills. */
export class Apps {
  readonly #store: Store;
  readonly #connections: Connections;

  constructor(store: Store, connections: Connections) {
    this.#store = store;
    this.#connections = connections;
  }

  /**
   * Takes in or renews an app.
   *
   * @throws OAuthBrokerError `invalid_request`, `endpoint_invalid`, `app_id_taken`, `too_many_apps`, `store_unavailable`
   */
  register(registration: Registration): Promise<Registered> {
    const mungedId = mungedIdOf(registration);
    return this.#store.exclusively(mungedId, async () => {
      const before = await this.#store.app(mungedId);
      if (before === undefined) await this.#refuseTooMany();
      const app = registeredApp(mungedId, registration, before);
      // Skills register at every start and at every ping: only a change is worth a write.
      if (!isDeepStrictEqual(app, before)) await this.#keep(app, before);
      return { app, needsCredentials: needsCredentials(app) };
    });
  }

  /**
   * Keeps what the user typed for an app.
   *
   * @throws OAuthBrokerError `unknown_app`, `store_unavailable`
   */
  setCredentials(ref: AppRef, credentials: Credentials): Promise<Registered> {
    const mungedId = mungedIdOf(ref);
    return this.#store.exclusively(mungedId, async () => {
      const before = await this.find(ref);
      const { learnedAuthentication: _outdated, ...rest } = before;
      const app: App = {
        ...rest,
        clientId: credentials.clientId,
        clientSecret: credentials.clientSecret,
        credentialsFrom: 'user',
        isPublic: before.isPublic || isUrlClientId(credentials.clientId),
      };
      await this.#keep(app, before);
      return { app, needsCredentials: needsCredentials(app) };
    });
  }

  /** @throws OAuthBrokerError `unknown_app`, also where the munged id belongs to another skill and app */
  async find(ref: AppRef): Promise<App> {
    const app = await this.withId(mungedIdOf(ref));
    if (isOtherOwner(app, ref)) throw new OAuthBrokerError('unknown_app', { app: app.mungedId });
    return app;
  }

  /** @throws OAuthBrokerError `unknown_app` */
  async withId(mungedId: MungedId): Promise<App> {
    const app = await this.#store.app(mungedId);
    if (app === undefined) throw new OAuthBrokerError('unknown_app', { app: mungedId });
    return app;
  }

  async all(): Promise<readonly App[]> {
    return this.#store.apps();
  }

  needsCredentials(app: App): boolean {
    return needsCredentials(app);
  }

  /** Other credentials end the state into which refused ones had brought the connection. */
  async #keep(app: App, before: App | undefined): Promise<void> {
    const changes: Change[] = [{ op: 'put_app', app }];
    const renewed = app.clientId !== before?.clientId || app.clientSecret !== before?.clientSecret;
    const connection = await this.#store.connection(app.mungedId);
    if (!renewed || connection?.state !== 'needs_credentials') {
      await this.#store.commit(changes, 'synced');
      return;
    }
    const state = (await this.#store.token(app.mungedId)) === undefined ? 'disconnected' : 'connected';
    await this.#connections.transit(app, { state }, changes);
  }

  async #refuseTooMany(): Promise<void> {
    if ((await this.#store.apps()).length >= MOST_APPS) {
      throw new OAuthBrokerError('too_many_apps', { limit: MOST_APPS });
    }
  }
}

function registeredApp(mungedId: MungedId, registration: Registration, before: App | undefined): App {
  if (before !== undefined && isOtherOwner(before, registration)) {
    throw new OAuthBrokerError('app_id_taken', { app: mungedId });
  }
  const tokenEndpoint = requiredEndpoint('token_endpoint', registration.tokenEndpoint);
  const credentials = settleCredentials(registration, before);
  const learned =
    before?.tokenEndpoint === tokenEndpoint && before.clientId === credentials.clientId
      ? before.learnedAuthentication
      : undefined;
  return {
    mungedId,
    skillId: registration.skillId,
    appId: registration.appId,
    ...credentials,
    authorizationEndpoint: requiredEndpoint('auth_endpoint', registration.authorizationEndpoint),
    tokenEndpoint,
    ...(registration.refreshEndpoint === null
      ? {}
      : { refreshEndpoint: parseEndpoint('refresh_endpoint', registration.refreshEndpoint) }),
    ...(registration.revocationEndpoint === null
      ? {}
      : { revocationEndpoint: parseEndpoint('revocation_endpoint', registration.revocationEndpoint) }),
    scope: registration.scope,
    shellIntegration: registration.shellIntegration,
    ...(learned === undefined ? {} : { learnedAuthentication: learned }),
    ...(before?.foreignFields === undefined ? {} : { foreignFields: before.foreignFields }),
  };
}

/** `a_b` + `c` and `a` + `b_c` share a munged id; the second of them must not reach the first's tokens. */
function isOtherOwner(app: App, ref: AppRef): boolean {
  return app.skillId !== undefined && (app.skillId !== ref.skillId || app.appId !== ref.appId);
}

function requiredEndpoint(field: string, endpoint: string | null): string {
  if (endpoint === null) throw new OAuthBrokerError('invalid_request', { field });
  return parseEndpoint(field, endpoint);
}
