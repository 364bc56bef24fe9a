import type { Provider } from './provider.ts';

/**
 * How a provider is called: as the catalogue has it, but only where the sign-in leads to a host of its own. A skill may
 * name a provider and an endpoint of somebody else.
 *
 * @param host of the authorization endpoint
 */
export function titleAt(provider: Provider | undefined, host: string): string | undefined {
  if (provider === undefined) return undefined;
  const { authorization, deviceAuthorization, issuer } = provider.endpoints;
  const hosts = [authorization, deviceAuthorization, issuer].flatMap(hostIn);
  return hosts.length === 0 || hosts.includes(host) ? provider.title : undefined;
}

/** None for the address of a server that users run themselves: its host is theirs to say. */
function hostIn(address: string | undefined): string[] {
  const [, host] = /^https?:\/\/([^/{}]+)(?:[/?]|$)/.exec(address ?? '') ?? [];
  return host === undefined ? [] : [host];
}
