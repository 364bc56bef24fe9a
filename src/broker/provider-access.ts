import { defined } from '../defined.ts';
import { OAuthBrokerError } from '../errors.ts';
import { hostIn } from '../oauth/endpoint.ts';
import type { AuthorizationServer, Client, OAuthContext } from '../oauth/types.ts';
import {
  type Provider,
  type Providers,
  type QuirkName,
  withQuirks,
  withTokenParameters,
} from '../providers/index.ts';
import type { App } from '../store/records.ts';
import type { TrustedClock } from './trusted-clock.ts';

/** Everything that an exchange with an app's provider needs. */
export interface Access {
  readonly context: OAuthContext;
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly provider: Provider | undefined;
  readonly quirks: readonly QuirkName[];
}

/** The way to the provider behind an app: its endpoints, its client, its time, its quirks. */
export class ProviderAccess {
  readonly #providers: Providers;
  readonly #trusted: TrustedClock;
  readonly #fetch: typeof globalThis.fetch;
  readonly #providerOf = new WeakMap<App, Promise<Provider | undefined>>();

  constructor(providers: Providers, trusted: TrustedClock, fetch: typeof globalThis.fetch) {
    this.#providers = providers;
    this.#trusted = trusted;
    this.#fetch = fetch;
  }

  /** What the catalogue knows of the app's provider, also where the skill named the endpoints itself. */
  providerOf(app: App): Promise<Provider | undefined> {
    // A record never changes, and every sign-in asks for it several times.
    const known = this.#providerOf.get(app);
    if (known !== undefined) return known;
    const search = this.#search(app);
    this.#providerOf.set(app, search);
    return search;
  }

  async #search(app: App): Promise<Provider | undefined> {
    return app.provider === undefined
      ? this.#providers.withEndpoint(app.authorizationEndpoint)
      : this.#providers.find(app.provider);
  }

  /**
   * @param redirectUri the one of the sign-in, for the providers that want to see it again at a refresh
   * @throws OAuthBrokerError `needs_credentials` while there is no client id
   */
  async to(app: App, redirectUri?: string): Promise<Access> {
    const provider = await this.providerOf(app);
    const quirks = provider?.quirks ?? [];
    const { providerParameters: parameters } = app;
    const quirkContext = {
      ...(redirectUri === undefined ? {} : { redirectUri }),
      ...(parameters === undefined ? {} : { parameters }),
    };
    return {
      context: {
        fetch: withTokenParameters(
          withQuirks(this.#trusted.watch(this.#fetch), quirks, quirkContext),
          provider?.tokenParameters ?? {},
        ),
        clock: this.#trusted.at(hostOf(app)),
      },
      server: serverOf(app),
      client: clientOf(app, provider),
      provider,
      quirks,
    };
  }
}

/** What the protocol needs to know of the server behind an app. */
export function serverOf(app: App): AuthorizationServer {
  const { authorizationEndpoint, tokenEndpoint } = app;
  const known = {
    refreshEndpoint: refreshEndpointOf(app),
    revocationEndpoint: app.revocationEndpoint,
    deviceAuthorizationEndpoint: app.deviceAuthorizationEndpoint,
    pushedAuthorizationRequestEndpoint: app.pushedAuthorizationRequestEndpoint,
    requirePushed: app.requirePushed,
    registrationEndpoint: app.registrationEndpoint,
    issuer: app.issuer,
    issParameterSupported: app.issParameterSupported,
  };
  return { authorizationEndpoint, tokenEndpoint, ...defined(known) };
}

/** @throws OAuthBrokerError `needs_credentials` while there is no client id */
export function clientOf(app: App, provider?: Provider): Client {
  if (app.clientId === null) throw new OAuthBrokerError('needs_credentials', { app: app.mungedId });
  // What nobody has checked must not keep both ways from being tried.
  const announced =
    provider?.status === 'checked' ? provider.clientAuthentication.find((way) => way !== 'none') : undefined;
  return {
    clientId: app.clientId,
    ...defined({
      clientSecret: app.clientSecret ?? undefined,
      authentication: app.learnedAuthentication ?? announced,
      resource: app.resource,
      dpop: app.dpopKey,
    }),
  };
}

/** The host whose time, health and limits count for an app: where its refresh tokens are spent; empty for none. */
export function hostOf(app: App): string {
  return hostIn(refreshEndpointOf(app) ?? app.tokenEndpoint);
}

/** The origin of the token endpoint as it was registered; empty where there is none, as in some files. */
export function tokenOriginOf({ registeredTokenEndpoint, tokenEndpoint }: App): string {
  const endpoint = registeredTokenEndpoint ?? tokenEndpoint;
  return URL.canParse(endpoint) ? new URL(endpoint).origin : '';
}

/** A skill that names its token endpoint a second time does not know that the account lives elsewhere. */
function refreshEndpointOf({ refreshEndpoint, registeredTokenEndpoint }: App): string | undefined {
  return refreshEndpoint === registeredTokenEndpoint ? undefined : refreshEndpoint;
}
