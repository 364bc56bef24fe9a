import * as v from 'valibot';
import { CATALOGUE } from './catalogue/index.ts';
import { type Provider, providerSchema } from './provider.ts';

/** The catalogue of providers. Data is loaded one provider at a time: a device knows a handful of the hundred. */
export class Providers {
  readonly #loaded = new Map<string, Promise<Provider>>();
  readonly #namesByHost = namesByHost();

  /** Every name, sorted. */
  get names(): readonly string[] {
    return Object.keys(CATALOGUE);
  }

  async find(name: string): Promise<Provider | undefined> {
    return Object.hasOwn(CATALOGUE, name) ? this.#load(name) : undefined;
  }

  /**
   * The provider whose authorization endpoint this is: most skills name the endpoints themselves, and what is known of
   * the provider helps them all the same.
   */
  async withEndpoint(authorizationEndpoint: string): Promise<Provider | undefined> {
    if (!URL.canParse(authorizationEndpoint)) return undefined;
    const { host, origin, pathname } = new URL(authorizationEndpoint);
    for (const name of this.#namesByHost.get(host) ?? []) {
      const provider = await this.#load(name);
      const { authorization } = provider.endpoints;
      if (authorization === undefined) continue;
      const known = new URL(authorization);
      const pathOf = (path: string): string => (provider.anyTenant ? path.replace(/^\/[^/]+/, '') : path);
      if (known.origin === origin && pathOf(known.pathname) === pathOf(pathname)) return provider;
    }
    return undefined;
  }

  async all(): Promise<readonly Provider[]> {
    return Promise.all(this.names.map((name) => this.#load(name)));
  }

  #load(name: string): Promise<Provider> {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known;
    const loading = loadProvider(name);
    this.#loaded.set(name, loading);
    return loading;
  }
}

function namesByHost(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const [name, { hosts }] of Object.entries(CATALOGUE)) {
    for (const host of hosts) names.set(host, [...(names.get(host) ?? []), name]);
  }
  return names;
}

async function loadProvider(name: string): Promise<Provider> {
  const data = await CATALOGUE[name]?.load();
  return v.parse(providerSchema, data?.default);
}

/** An endpoint of a provider with the user's parameters, such as their own server's address, put in. */
export function endpointWith(address: string, parameters: Readonly<Record<string, string>>): string {
  return address.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = parameters[name];
    // A slash at the end of an address that is the whole template may be part of its name, as with Auth0's issuers.
    return (place === address ? value : value?.replace(/\/+$/, '')) ?? place;
  });
}

export type { Provider } from './provider.ts';
export type { QuirkName } from './quirks/names.ts';
export {
  bendAuthorizationRequest,
  grantedScopeIn,
  type QuirkContext,
  tokenEndpointAfter,
  withQuirks,
} from './quirks/index.ts';
export { titleAt } from './title.ts';
export { withTokenParameters } from './token-parameters.ts';
