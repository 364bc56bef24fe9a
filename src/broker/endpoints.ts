import { defined } from '../defined.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { discover } from '../oauth/discovery.ts';
import { parseEndpoint } from '../oauth/endpoint.ts';
import { endpointWith, type Provider, type Providers } from '../providers/index.ts';
import type { App } from '../store/records.ts';
import { serverOf } from './provider-access.ts';
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
  | 'discoveredUntil'
  | 'usesOwnAddress'
>;

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
    const known = { ...listed, ...told };
    const { issuer } = known;
    if (issuer === undefined || hasBoth(known)) return { ...known, ...required(known) };
    // To the letter where a skill wrote it; what a user typed may have a slash at its end too many or too few.
    const issuers = told.issuer === undefined ? [issuer, toggledSlash(issuer)] : [issuer];
    return { ...known, ...(await this.#discovered(issuers, before)), ...told };
  }

  async #providerOf({ provider: name }: Registration): Promise<Provider | undefined> {
    if (name === null) return undefined;
    const provider = await this.#providers.find(name);
    if (provider === undefined) throw new OAuthBrokerError('invalid_request', { field: 'provider' });
    return provider;
  }

  /** @param issuers ways to write one issuer, the likeliest first */
  async #discovered(issuers: readonly string[], before: App | undefined): Promise<AppEndpoints> {
    const isSame = before?.issuer !== undefined && issuers.includes(before.issuer);
    const earlier = isSame && before.discoveredUntil !== undefined ? before : undefined;
    const now = earlier?.issuer === undefined ? 0 : this.#trusted.now(new URL(earlier.issuer).host);
    if (earlier?.discoveredUntil !== undefined && now < earlier.discoveredUntil) return earlierOf(earlier);
    try {
      return await this.#discover(earlier?.issuer === undefined ? issuers : [earlier.issuer]);
    } catch (error) {
      if (earlier === undefined) throw error;
      return earlierOf(earlier);
    }
  }

  async #discover([issuer = '', ...others]: readonly string[]): Promise<AppEndpoints> {
    try {
      const context = { fetch: this.#trusted.watch(this.#fetch), clock: this.#trusted.at(hostIn(issuer)) };
      const found = await discover(context, issuer);
      return {
        authorizationEndpoint: found.authorizationEndpoint,
        tokenEndpoint: found.tokenEndpoint,
        issuer,
        issParameterSupported: found.issParameterSupported,
        requirePushed: found.requirePushed,
        discoveredUntil: found.expiresAt,
        ...defined({
          revocationEndpoint: found.revocationEndpoint,
          deviceAuthorizationEndpoint: found.deviceAuthorizationEndpoint,
          pushedAuthorizationRequestEndpoint: found.pushedAuthorizationRequestEndpoint,
          registrationEndpoint: found.registrationEndpoint,
        }),
      };
    } catch (thrown) {
      const isOtherIssuer = asBrokerError(thrown).details['reason'] === 'other_issuer';
      if (!isOtherIssuer || others.length === 0) throw thrown;
      return this.#discover(others);
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
    issuer: registration.issuer === null ? undefined : parseIssuer('issuer', registration.issuer),
  };
  return defined(told);
}

function listedEndpoints(
  { endpoints, ownAddressIsClientId }: Provider,
  { providerParameters }: Registration,
): Partial<AppEndpoints> {
  const address = (
    template: string | undefined,
    parse: (field: string, address: string) => string = parseEndpoint,
  ): string | undefined => {
    if (template === undefined) return undefined;
    const filled = endpointWith(template, providerParameters);
    const [, missing] = /\{(\w+)\}/.exec(filled) ?? [];
    if (missing !== undefined) {
      throw new OAuthBrokerError('invalid_request', { field: `provider_parameters.${missing}` });
    }
    return parse('provider_parameters', filled);
  };
  const isDeviceOnly = endpoints.authorization === undefined && endpoints.issuer === undefined;
  return defined({
    authorizationEndpoint: address(isDeviceOnly ? endpoints.deviceAuthorization : endpoints.authorization),
    tokenEndpoint: address(endpoints.token),
    refreshEndpoint: address(endpoints.refresh),
    revocationEndpoint: address(endpoints.revocation),
    deviceAuthorizationEndpoint: address(endpoints.deviceAuthorization),
    issuer: address(endpoints.issuer, parseIssuer),
    usesOwnAddress: ownAddressIsClientId || undefined,
  });
}

/** Like {@link parseEndpoint}, but an issuer is compared to the letter (RFC 8414 §3.3): its end stays as it was written. */
function parseIssuer(field: string, issuer: string): string {
  const parsed = parseEndpoint(field, issuer);
  return issuer.trim().endsWith('/') ? parsed : parsed.replace(/\/$/, '');
}

function toggledSlash(issuer: string): string {
  return issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`;
}

function hostIn(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}

function parsed(field: string, endpoint: string | null): string | undefined {
  return endpoint === null ? undefined : parseEndpoint(field, endpoint);
}

type BothEndpoints = Pick<AppEndpoints, 'authorizationEndpoint' | 'tokenEndpoint'>;

function hasBoth(known: Partial<AppEndpoints>): boolean {
  return known.authorizationEndpoint !== undefined && known.tokenEndpoint !== undefined;
}

/** Where a skill names a device flow alone, there is nothing else to open (see `isDeviceOnly`). */
function required({
  deviceAuthorizationEndpoint,
  authorizationEndpoint = deviceAuthorizationEndpoint,
  tokenEndpoint,
}: Partial<AppEndpoints>): BothEndpoints {
  if (tokenEndpoint === undefined) throw new OAuthBrokerError('invalid_request', { field: 'token_endpoint' });
  if (authorizationEndpoint === undefined) {
    throw new OAuthBrokerError('invalid_request', { field: 'auth_endpoint' });
  }
  return { authorizationEndpoint, tokenEndpoint };
}

function earlierOf(app: App): AppEndpoints {
  const { refreshEndpoint: _told, ...discovered } = serverOf(app);
  return { ...discovered, ...defined({ discoveredUntil: app.discoveredUntil }) };
}
