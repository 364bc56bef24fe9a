import { OAuthBrokerError } from '../errors.ts';
import { discover } from '../oauth/discovery.ts';
import { parseEndpoint } from '../oauth/endpoint.ts';
import { endpointWith, type Provider, type Providers } from '../providers/index.ts';
import type { App } from '../store/records.ts';
import { defined } from './provider-access.ts';
import type { TrustedClock } from './trusted-clock.ts';
import type { Registration } from './types.ts';

/** What of an app says where its provider is. */
export type AppEndpoints = Pick<
  App,
  | 'authorizationEndpoint'
  | 'tokenEndpoint'
  | 'refreshEndpoint'
  | 'revocationEndpoint'
  | 'deviceAuthorizationEndpoint'
  | 'pushedAuthorizationRequestEndpoint'
  | 'registrationEndpoint'
  | 'requirePushed'
  | 'issuer'
  | 'issParameterSupported'
  | 'discoveredAt'
>;

/** Milliseconds for which discovered endpoints are not asked for again. */
const DISCOVERY_LIFE = 86_400_000;

/** Finds out where a provider's endpoints are: the skill says so, or the catalogue does, or the issuer's metadata. */
export class Endpoints {
  readonly #providers: Providers;
  readonly #trusted: TrustedClock;
  readonly #fetch: typeof globalThis.fetch;

  constructor(providers: Providers, trusted: TrustedClock, fetch: typeof globalThis.fetch) {
    this.#providers = providers;
    this.#trusted = trusted;
    this.#fetch = fetch;
  }

  /**
   * @param before the app as it was registered last, whose discovered endpoints serve while the issuer is away
   * @throws OAuthBrokerError `invalid_request` for a missing endpoint or an unknown provider, `endpoint_invalid`, and
   *   what {@link discover} throws
   */
  async of(registration: Registration, before: App | undefined): Promise<AppEndpoints> {
    const told = toldEndpoints(registration);
    const provider = await this.#providerOf(registration);
    const listed = provider === undefined ? {} : listedEndpoints(provider, registration);
    const issuer = told.issuer ?? listed.issuer;
    const known = { ...listed, ...told };
    if (known.authorizationEndpoint === undefined || known.tokenEndpoint === undefined) {
      if (issuer !== undefined) return { ...(await this.#discovered(issuer, before)), ...known };
    }
    return { ...known, ...required(known) };
  }

  async #providerOf({ provider: name }: Registration): Promise<Provider | undefined> {
    if (name === null) return undefined;
    const provider = await this.#providers.find(name);
    if (provider === undefined) throw new OAuthBrokerError('invalid_request', { field: 'provider' });
    return provider;
  }

  async #discovered(issuer: string, before: App | undefined): Promise<AppEndpoints> {
    const { host } = new URL(issuer);
    const now = this.#trusted.now(host);
    const earlier = before?.issuer === issuer && before.discoveredAt !== undefined ? before : undefined;
    if (earlier?.discoveredAt !== undefined && now - earlier.discoveredAt < DISCOVERY_LIFE)
      return earlierOf(earlier);
    try {
      const context = { fetch: this.#trusted.watch(this.#fetch), clock: this.#trusted.at(host) };
      const found = await discover(context, issuer);
      const { authorizationEndpoint, tokenEndpoint, issParameterSupported, requirePushed } = found;
      return {
        authorizationEndpoint,
        tokenEndpoint,
        issuer,
        issParameterSupported,
        requirePushed,
        discoveredAt: now,
        ...defined({
          revocationEndpoint: found.revocationEndpoint,
          deviceAuthorizationEndpoint: found.deviceAuthorizationEndpoint,
          pushedAuthorizationRequestEndpoint: found.pushedAuthorizationRequestEndpoint,
          registrationEndpoint: found.registrationEndpoint,
        }),
      };
    } catch (error) {
      if (earlier === undefined) throw error;
      return earlierOf(earlier);
    }
  }
}

function toldEndpoints(registration: Registration): Partial<AppEndpoints> {
  const told = {
    authorizationEndpoint: parsed('auth_endpoint', registration.authorizationEndpoint),
    tokenEndpoint: parsed('token_endpoint', registration.tokenEndpoint),
    refreshEndpoint: parsed('refresh_endpoint', registration.refreshEndpoint),
    revocationEndpoint: parsed('revocation_endpoint', registration.revocationEndpoint),
    deviceAuthorizationEndpoint: parsed(
      'device_authorization_endpoint',
      registration.deviceAuthorizationEndpoint,
    ),
    issuer: parsed('issuer', registration.issuer)?.replace(
      /\/$/,
      registration.issuer?.endsWith('/') ? '/' : '',
    ),
  };
  return defined(told);
}

function listedEndpoints(
  { endpoints }: Provider,
  { providerParameters }: Registration,
): Partial<AppEndpoints> {
  const address = (template: string | undefined): string | undefined => {
    if (template === undefined) return undefined;
    const filled = endpointWith(template, providerParameters);
    const [, missing] = /\{(\w+)\}/.exec(filled) ?? [];
    if (missing !== undefined) {
      throw new OAuthBrokerError('invalid_request', { field: `provider_parameters.${missing}` });
    }
    return parseEndpoint('provider_parameters', filled);
  };
  return defined({
    authorizationEndpoint: address(endpoints.authorization),
    tokenEndpoint: address(endpoints.token),
    refreshEndpoint: address(endpoints.refresh),
    revocationEndpoint: address(endpoints.revocation),
    deviceAuthorizationEndpoint: address(endpoints.deviceAuthorization),
    issuer: endpoints.issuer === undefined ? undefined : endpointWith(endpoints.issuer, providerParameters),
  });
}

function parsed(field: string, endpoint: string | null): string | undefined {
  return endpoint === null ? undefined : parseEndpoint(field, endpoint);
}

function required({ authorizationEndpoint, tokenEndpoint }: Partial<AppEndpoints>): {
  authorizationEndpoint: string;
  tokenEndpoint: string;
} {
  if (tokenEndpoint === undefined) throw new OAuthBrokerError('invalid_request', { field: 'token_endpoint' });
  if (authorizationEndpoint === undefined) {
    throw new OAuthBrokerError('invalid_request', { field: 'auth_endpoint' });
  }
  return { authorizationEndpoint, tokenEndpoint };
}

function earlierOf(app: App): AppEndpoints {
  const { authorizationEndpoint, tokenEndpoint } = app;
  return {
    authorizationEndpoint,
    tokenEndpoint,
    ...defined({
      revocationEndpoint: app.revocationEndpoint,
      deviceAuthorizationEndpoint: app.deviceAuthorizationEndpoint,
      pushedAuthorizationRequestEndpoint: app.pushedAuthorizationRequestEndpoint,
      requirePushed: app.requirePushed,
      registrationEndpoint: app.registrationEndpoint,
      issuer: app.issuer,
      issParameterSupported: app.issParameterSupported,
      discoveredAt: app.discoveredAt,
    }),
  };
}
