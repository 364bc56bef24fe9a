import { defined } from '../defined.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import { createDpopKey } from '../oauth/dpop.ts';
import type { RegisteredClient } from '../oauth/dynamic-registration.ts';
import { parseResource } from '../oauth/resource-indicator.ts';
import type { Change, Store } from '../store/port.ts';
import { Turns } from '../turns.ts';
import type { App, MungedId } from '../store/records.ts';
import type { Connections } from './connections.ts';
import { isUrlClientId, needsCredentials, settleCredentials } from './credentials.ts';
import { type AppEndpoints, type Endpoints } from './endpoints.ts';
import type { EndpointChanges, EndpointChange } from './endpoint-changes.ts';
import type { EventLog, Happening } from './event-log.ts';
import { mungedIdOf } from './munged-id.ts';
import type { AppRef, BrokerEvents, Credentials, Registered, Registration } from './types.ts';

/** Characters of an app's record: one with everything that a provider can ask for has two thousand. */
const LARGEST_APP = 32_768;

type AppEventKind = Extract<Happening['kind'], 'registered' | 'credentials_set' | 'client_registered'>;

export interface AppsOptions {
  readonly store: Store;
  readonly connections: Connections;
  readonly endpoints: Endpoints;
  readonly changes: EndpointChanges;
  readonly eventLog: EventLog;
  readonly events: Pick<BrokerEvents, 'endpointsChanged'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** The registered OAuth clients of skills. */
export class Apps {
  readonly #store: Store;
  readonly #connections: Connections;
  readonly #endpoints: Endpoints;
  readonly #changes: EndpointChanges;
  readonly #eventLog: EventLog;
  readonly #events: Pick<BrokerEvents, 'endpointsChanged'>;
  readonly #clock: Pick<Clock, 'now'>;
  /** Of all records, in characters, as far as it was counted. */
  #size: number | undefined;
  // Not the connection's lock: a registration must not wait for a provider that is slow to answer a refresh.
  readonly #turns = new Turns<MungedId>();

  constructor({ store, connections, endpoints, changes, eventLog, events, clock }: AppsOptions) {
    this.#store = store;
    this.#connections = connections;
    this.#endpoints = endpoints;
    this.#changes = changes;
    this.#eventLog = eventLog;
    this.#events = events;
    this.#clock = clock;
  }

  /**
   * Takes in or renews an app. One that holds a token, or credentials that no skill has sent, goes to no other origin than
   * before unless the user has confirmed it: until then it stays as it was.
   *
   * @throws OAuthBrokerError `invalid_request`, `endpoint_invalid`, `endpoint_insecure`, `app_id_taken`, `too_many_apps`,
   *   `request_too_large`, `change_unconfirmed`, `store_unavailable`; with an issuer also what its discovery throws
   */
  register(registration: Registration): Promise<Registered> {
    return this.#register(registration, undefined);
  }

  /** The changes of endpoints that wait for the user, oldest first. */
  endpointChanges(): readonly EndpointChange[] {
    return this.#changes.all();
  }

  /**
   * Makes a change that the user has seen and wants.
   *
   * @param id of a {@link EndpointChange}
   * @throws OAuthBrokerError `invalid_request` where no such change waits; what {@link register} throws, and
   *   `change_unconfirmed` where it would by now go elsewhere
   */
  async confirmEndpointChange(id: string): Promise<Registered> {
    const change = this.#changes.find(id);
    if (change === undefined) throw new OAuthBrokerError('invalid_request', { field: 'change' });
    return this.#register(change.registration, id);
  }

  /**
   * Leaves an app as it is. The skill goes on being told so.
   *
   * @param id of a {@link EndpointChange}
   * @returns false where no such change waits
   */
  rejectEndpointChange(id: string): boolean {
    return this.#changes.refuse(id);
  }

  /** @param confirmed id of a change that the user wants */
  #register(registration: Registration, confirmed: string | undefined): Promise<Registered> {
    const mungedId = mungedIdOf(registration);
    return this.#turns.take(mungedId, async () => {
      const before = await this.#store.app(mungedId);
      if (before === undefined) await this.#refuseTooMany();
      if (before !== undefined && isOtherOwner(before, registration)) {
        throw new OAuthBrokerError('app_id_taken', { app: mungedId });
      }
      const app = await this.#registered(mungedId, registration, before);
      // Skills register at every start and at every ping: only a change is worth a write.
      if (!isDeepStrictEqual(app, before)) {
        const growth = sizeOf(app) - (before === undefined ? 0 : sizeOf(before));
        await this.#refuseTooLarge(app, growth);
        if (before !== undefined) await this.#refuseUnconfirmed(before, app, registration, confirmed);
        await this.#keep('registered', app, before);
        this.#size = (this.#size ?? 0) + growth;
        if (confirmed !== undefined) this.#events.endpointsChanged({ app });
      }
      this.#changes.settled(mungedId);
      await this.#store.showHere(mungedId);
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
    return this.#turns.take(mungedId, async () => {
      const before = await this.find(ref);
      const { learnedAuthentication: _outdated, ...rest } = before;
      const app: App = {
        ...rest,
        clientId: credentials.clientId,
        clientSecret: credentials.clientSecret,
        credentialsFrom: 'user',
        isPublic: credentials.isPublic ?? (before.isPublic || isUrlClientId(credentials.clientId)),
      };
      await this.#keep('credentials_set', app, before);
      return { app, needsCredentials: needsCredentials(app) };
    });
  }

  /** Keeps the client that this program registered for an app (RFC 7591), or its own address as one. */
  setRegisteredClient(
    mungedId: MungedId,
    client: RegisteredClient,
    registeredRedirectUris: readonly string[],
  ): Promise<App> {
    return this.#turns.take(mungedId, async () => {
      const before = await this.withId(mungedId);
      const app: App = {
        ...before,
        clientId: client.clientId,
        clientSecret: client.clientSecret ?? null,
        credentialsFrom: 'registration',
        isPublic: client.clientSecret === undefined,
        learnedAuthentication: client.authentication,
        registeredRedirectUris,
      };
      await this.#keep('client_registered', app, before);
      return app;
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

  async #registered(mungedId: MungedId, registration: Registration, before: App | undefined): Promise<App> {
    const endpoints = await this.#endpoints.of(registration, before);
    const credentials = settleCredentials(
      registration,
      isForeignClient(before, endpoints) ? undefined : before,
    );
    const { skillId, appId, scope, shellIntegration, provider, providerParameters, extraParams } =
      registration;
    const isEmpty = (record: object): boolean => Object.keys(record).length === 0;
    return {
      mungedId,
      skillId,
      appId,
      ...credentials,
      ...endpoints,
      scope,
      shellIntegration,
      ...defined({
        provider: provider ?? undefined,
        providerParameters: isEmpty(providerParameters) ? undefined : providerParameters,
        extraParams: isEmpty(extraParams) ? undefined : extraParams,
        pkce: registration.pkce ?? undefined,
        resource:
          registration.resource === null ? undefined : parseResource('resource', registration.resource),
        dpopKey: registration.dpop ? (before?.dpopKey ?? (await createDpopKey())) : undefined,
      }),
      ...keptOf(before, endpoints, credentials),
    };
  }

  /** Other credentials end the state into which refused ones had brought the connection. */
  async #keep(kind: AppEventKind, app: App, before: App | undefined): Promise<void> {
    const changes: Change[] = [{ op: 'put_app', app }];
    const renewed = app.clientId !== before?.clientId || app.clientSecret !== before?.clientSecret;
    const connection = await this.#store.connection(app.mungedId);
    if (!renewed || connection?.state !== 'needs_credentials') {
      await this.#store.commit(changes, 'synced');
      this.#eventLog.add({ kind, mungedId: app.mungedId });
      return;
    }
    const state = (await this.#store.token(app.mungedId)) === undefined ? 'disconnected' : 'connected';
    await this.#connections.transit(app, { state }, changes);
    this.#eventLog.add({ kind, mungedId: app.mungedId });
  }

  async #refuseUnconfirmed(
    before: App,
    after: App,
    registration: Registration,
    confirmed: string | undefined,
  ): Promise<void> {
    const difference = await this.#changes.between(before, after, registration);
    if (difference === undefined || difference.id === confirmed) return;
    if (!(await this.#hasSomethingToLose(before, after))) return;
    const isNew = this.#changes.wait({ ...difference, app: before, at: this.#clock.now(), registration });
    if (isNew) this.#eventLog.add({ kind: 'change_waits', mungedId: before.mungedId });
    throw new OAuthBrokerError('change_unconfirmed', {
      app: before.mungedId,
      from: difference.from.join(', '),
      to: difference.to.join(', '),
      change: difference.id,
    });
  }

  /** A token, be it one that is tried again now and then, or a secret that would be kept and no skill has sent. */
  async #hasSomethingToLose({ mungedId }: App, after: App): Promise<boolean> {
    if (after.clientSecret !== null && after.credentialsFrom !== 'skill') return true;
    if ((await this.#store.token(mungedId)) !== undefined) return true;
    return (await this.#store.quarantined(mungedId)).length > 0;
  }

  async #refuseTooLarge(app: App, growth: number): Promise<void> {
    if (sizeOf(app) > LARGEST_APP) throw new OAuthBrokerError('request_too_large');
    const { largestApps } = this.#store;
    if (this.#size !== undefined && this.#size + growth <= largestApps) return;
    // Counted anew: apps also come and go by the shared files, or at other brokers.
    const size = await this.#store.appsSize();
    this.#size = size;
    if (size + growth > largestApps) {
      throw new OAuthBrokerError('too_many_apps', { limit: await this.#store.appCount() });
    }
  }

  async #refuseTooMany(): Promise<void> {
    const { mostApps: limit } = this.#store;
    if ((await this.#store.appCount()) >= limit) {
      throw new OAuthBrokerError('too_many_apps', { limit });
    }
  }
}

function sizeOf(app: App): number {
  return JSON.stringify(app).length;
}

/** `a_b` + `c` and `a` + `b_c` share a munged id; the second of them must not reach the first's tokens. */
function isOtherOwner(app: App, ref: AppRef): boolean {
  return app.skillId !== undefined && (app.skillId !== ref.skillId || app.appId !== ref.appId);
}

/** A client that was registered at one server (RFC 7591) is none at another. */
function isForeignClient(before: App | undefined, now: AppEndpoints): boolean {
  return (
    before?.credentialsFrom === 'registration' && before.registrationEndpoint !== now.registrationEndpoint
  );
}

/** What an app keeps of an earlier registration: what was learned, and what other programs wrote. */
function keptOf(
  before: App | undefined,
  now: AppEndpoints,
  credentials: Pick<App, 'clientId'>,
): Partial<App> {
  const isSameServer = (before?.registeredTokenEndpoint ?? before?.tokenEndpoint) === now.tokenEndpoint;
  const isSameClient = isSameServer && before?.clientId === credentials.clientId;
  return defined({
    ...(isSameServer && before?.registeredTokenEndpoint !== undefined
      ? { tokenEndpoint: before.tokenEndpoint, registeredTokenEndpoint: before.registeredTokenEndpoint }
      : {}),
    learnedAuthentication: isSameClient ? before.learnedAuthentication : undefined,
    registeredRedirectUris: isSameClient ? before.registeredRedirectUris : undefined,
    foreignFields: before?.foreignFields,
  });
}
