import { defined } from '../defined.ts';
import { OAuthBrokerError } from '../errors.ts';
import { authorizationUrl } from '../oauth/authorization-request.ts';
import { registerClient } from '../oauth/dynamic-registration.ts';
import { hostIn } from '../oauth/endpoint.ts';
import { DEVICE_CODE_GRANT } from '../oauth/grant-types.ts';
import { codeChallengeOf } from '../oauth/pkce.ts';
import { authorizationLink } from '../oauth/pushed-authorization-request.ts';
import { bendAuthorizationRequest, type Provider } from '../providers/index.ts';
import type { RandomBytes } from '../random.ts';
import type { Store } from '../store/port.ts';
import type { App, Attempt, Method, MungedId } from '../store/records.ts';
import { Turns } from '../turns.ts';
import type { Apps } from './apps.ts';
import type { Attempts, NewAttempt } from './attempts.ts';
import { AuthorizationUrls } from './authorization-urls.ts';
import { getsClientByItself, needsCredentials } from './credentials.ts';
import { appFacts, networkFacts, providerFacts } from './methods/facts.ts';
import type { Asker, MethodChoice, Place } from './methods/method.ts';
import { pickMethods, ruleOf } from './methods/picker.ts';
import { relayState } from './methods/relay.ts';
import { clientOf, type ProviderAccess, serverOf } from './provider-access.ts';
import { scopeOf } from './scopes.ts';
import type { AppRef } from './types.ts';

/** Where this device can be reached, at this moment. */
export interface SignInPlace {
  /** Port of the callback. */
  readonly port: () => number;
  /** Host of the redirect URI that the device's own browser is sent to. */
  readonly loopbackHost: string;
  /** Host under which a phone reaches this device at this moment. */
  readonly lanHost: () => Promise<string>;
  /** Whether the user has set that host, which is then believed. */
  readonly isLanHostSet?: boolean;
  /** The relay page of an app, if one is configured. */
  readonly relayUrl?: (mungedId: MungedId) => string | undefined;
}

export interface SignInRequestsOptions extends SignInPlace {
  readonly store: Pick<Store, 'token' | 'connection'>;
  readonly apps: Apps;
  readonly access: ProviderAccess;
  readonly attempts: Attempts;
  readonly random: RandomBytes;
}

/** What is possible for one app at this moment. */
export interface SignInPlan {
  readonly provider: Provider | undefined;
  readonly methods: readonly MethodChoice[];
  readonly place: Place;
}

/** Builds the requests that sign-ins begin with. */
export class SignInRequests {
  readonly #options: SignInRequestsOptions;
  // Sign-ins that start together need one client, not one each.
  readonly #registrations = new Turns<MungedId>();
  readonly #urls = new AuthorizationUrls();
  /** The last plan of each app, by record, which never changes: most that ask get the same one again. */
  readonly #plans = new WeakMap<App, { readonly key: string; readonly plan: SignInPlan }>();

  constructor(options: SignInRequestsOptions) {
    this.#options = options;
  }

  /**
   * The app, with a client of its own where the provider lets us register one (RFC 7591) or takes this device's address
   * for one (IndieAuth §3.3).
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `endpoint_invalid` for an app of a file without endpoints,
   *   and what {@link registerClient} throws
   */
  async readyApp(which: AppRef | MungedId): Promise<App> {
    const { apps } = this.#options;
    const found = await (typeof which === 'string' ? apps.withId(which) : apps.find(which));
    const { mungedId } = found;
    if (hostIn(found.authorizationEndpoint) === '')
      throw new OAuthBrokerError('endpoint_invalid', { field: 'auth_endpoint' });
    // Most have a client of their own, and wait for nobody.
    if (!mayRegister(found) && !needsCredentials(found)) return found;
    return this.#registrations.take(mungedId, async () => {
      const app = await apps.withId(mungedId);
      if (await this.#mustRegister(app)) return this.#register(app);
      if (needsCredentials(app)) throw new OAuthBrokerError('needs_credentials', { app: mungedId });
      return app;
    });
  }

  /** Which methods are open for an app, and why others are not. */
  async plan(app: App, asker: Asker): Promise<SignInPlan> {
    const { access, lanHost: findLanHost, port, relayUrl } = this.#options;
    const [provider, lanHost] = await Promise.all([access.providerOf(app), findLanHost()]);
    const key = `${asker} ${lanHost} ${port()} ${relayUrl?.(app.mungedId) ?? ''}`;
    const last = this.#plans.get(app);
    if (last?.key === key) return last.plan;
    const plan = this.#planAt(app, asker, provider, lanHost);
    this.#plans.set(app, { key, plan });
    return plan;
  }

  #planAt(app: App, asker: Asker, provider: Provider | undefined, lanHost: string): SignInPlan {
    const { port, isLanHostSet = false, relayUrl: relayOf, loopbackHost } = this.#options;
    const place: Place = {
      mungedId: app.mungedId,
      port: port(),
      loopbackHost: provider?.redirect.loopbackHost ?? loopbackHost,
      lanHost,
      ...defined({ relayUrl: relayOf?.(app.mungedId) }),
    };
    const facts = appFacts(app, place);
    const methods = pickMethods({
      provider: {
        ...providerFacts(app, provider),
        ...(isUnregistered(app, lanUri(place)) ? { takesPrivateHttp: false } : {}),
        ...(isUnregistered(app, place.relayUrl) ? { takesHttps: false } : {}),
      },
      app: facts,
      network: networkFacts(lanHost, isLanHostSet),
      asker,
    });
    const isBound = facts.clientIdBindsTo !== undefined && app.clientId !== null;
    return {
      provider,
      methods,
      place: isBound ? { ...place, boundOrigin: new URL(app.clientId).origin } : place,
    };
  }

  /** @throws OAuthBrokerError `method_not_possible`, with the `reason`, where a method is not open */
  requireOffered({ place, methods }: SignInPlan, method: Method): void {
    const choice = methods.find((one) => one.method === method);
    if (choice === undefined || choice.offered) return;
    throw new OAuthBrokerError('method_not_possible', {
      app: place.mungedId,
      method,
      reason: choice.reason,
    });
  }

  /** @throws OAuthBrokerError `method_not_possible` for a method without a redirect, such as a relay that is not there */
  redirectFields(
    { place }: SignInPlan,
    method: Method,
  ): Pick<NewAttempt, 'method' | 'redirectUri' | 'state'> {
    const redirectUri = ruleOf(method).redirectUri?.(place) ?? '';
    if (redirectUri === '')
      throw new OAuthBrokerError('method_not_possible', { app: place.mungedId, method });
    if (method !== 'relay') return { method, redirectUri };
    return { method, redirectUri, state: relayState(this.#options.random, `${place.lanHost}:${place.port}`) };
  }

  redirectUris({ place, methods }: SignInPlan): Partial<Record<Method, string>> {
    const uris = methods.map(({ method }) => [method, ruleOf(method).redirectUri?.(place) ?? ''] as const);
    return Object.fromEntries(uris.filter(([, uri]) => uri !== ''));
  }

  /**
   * Where the user's browser goes.
   *
   * @throws OAuthBrokerError what {@link authorizationLink} throws, where the provider takes pushed requests
   */
  async urlOf(app: App, attempt: Attempt): Promise<string> {
    const { redirectUri, state, codeVerifier } = attempt;
    const provider = await this.#options.access.providerOf(app);
    const variables = {
      state,
      ...((await this.usesPkce(app)) ? { codeChallenge: codeChallengeOf(codeVerifier) } : {}),
    };
    const common = {
      redirectUri,
      ...defined({ scope: scopeOf(app, provider) }),
      extraParams: {
        ...(app.provider === undefined ? {} : provider?.authorizationParameters),
        ...app.extraParams,
      },
    };
    if (app.pushedAuthorizationRequestEndpoint !== undefined || app.requirePushed === true) {
      const { context, server, client } = await this.#options.access.to(app, redirectUri);
      return (await authorizationLink(context, server, client, { ...common, ...variables })).url;
    }
    return this.#urls.of(app, redirectUri, variables, (these) => {
      const url = authorizationUrl(serverOf(app), clientOf(app), { ...common, ...these });
      if (provider === undefined || provider.quirks.length === 0) return url;
      const bent = new URL(url);
      bendAuthorizationRequest(bent.searchParams, provider.quirks, {
        redirectUri,
        ...defined({ parameters: app.providerParameters }),
      });
      return bent.href;
    });
  }

  /** RFC 7636, unless the provider is known to reject it. */
  async usesPkce(app: App): Promise<boolean> {
    return app.pkce ?? (await this.#options.access.providerOf(app))?.pkce !== 'none';
  }

  /**
   * A registered client is bound to its redirect URIs: on another address the device needs another client, unless the
   * tokens that it has belong to the old one. A client that the provider has forgotten is of no use either.
   */
  async #mustRegister(app: App): Promise<boolean> {
    if (!mayRegister(app)) return false;
    if (getsClientByItself(app)) return true;
    const { store } = this.#options;
    if ((await store.connection(app.mungedId))?.state === 'needs_credentials') return true;
    if ((await store.token(app.mungedId)) !== undefined) return false;
    const uris = this.redirectUris(await this.plan({ ...app, clientId: null }, 'phone'));
    return Object.values(uris).some((uri) => isUnregistered(app, uri));
  }

  async #register(app: App): Promise<App> {
    const { access, apps } = this.#options;
    const plan = await this.plan({ ...app, clientId: null }, 'phone');
    const redirectUris = [...new Set(Object.values(this.redirectUris(plan)))];
    if (app.usesOwnAddress === true) {
      const clientId = new URL(lanUri(plan.place)).origin;
      return apps.setRegisteredClient(app.mungedId, { clientId, authentication: 'none' }, redirectUris);
    }
    const { context, server, provider } = await access.to({ ...app, clientId: app.clientId ?? '' });
    const clientName = `OpenVoiceOS: ${app.skillId ?? app.mungedId}`;
    const client = await registerClient(context, server, {
      redirectUris,
      clientName,
      grantTypes: [
        'authorization_code',
        'refresh_token',
        ...(app.deviceAuthorizationEndpoint === undefined ? [] : [DEVICE_CODE_GRANT]),
      ],
      ...defined({ scope: scopeOf(app, provider) }),
    });
    return apps.setRegisteredClient(app.mungedId, client, redirectUris);
  }
}

function mayRegister(app: App): boolean {
  return getsClientByItself(app) || app.credentialsFrom === 'registration';
}

function lanUri(place: Place): string {
  return ruleOf('lan').redirectUri?.(place) ?? '';
}

/** The client was registered when this device had another address, or no relay. */
function isUnregistered({ credentialsFrom, registeredRedirectUris }: App, uri: string | undefined): boolean {
  if (credentialsFrom !== 'registration' || uri === undefined) return false;
  return registeredRedirectUris?.includes(uri) === false;
}
