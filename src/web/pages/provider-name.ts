import type { Landing } from '../../broker/types.ts';
import { shown } from './text.ts';

/**
 * How a provider is called: as the catalogue has it, but only where the sign-in leads to a host of its own. A skill may
 * name a provider and an endpoint of somebody else.
 */
export function nameOfProvider({
  provider,
  providerHost,
}: Pick<Landing, 'provider' | 'providerHost'>): string {
  if (provider === undefined) return shown(providerHost);
  const { authorization, deviceAuthorization, issuer } = provider.endpoints;
  const hosts = [authorization, deviceAuthorization, issuer].flatMap(hostIn);
  return hosts.length === 0 || hosts.includes(providerHost) ? provider.title : shown(providerHost);
}

/** None for the address of a server that users run themselves: its host is theirs to say. */
function hostIn(address: string | undefined): string[] {
  const [, host] = /^https?:\/\/([^/{}]+)(?:[/?]|$)/.exec(address ?? '') ?? [];
  return host === undefined ? [] : [host];
}
