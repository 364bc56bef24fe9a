import type { Landing } from '../../broker/types.ts';
import { titleAt } from '../../providers/index.ts';
import { shown } from './text.ts';

/** How a provider is called on a page: by its title where the sign-in leads there, else by the host. */
export function nameOfProvider({
  provider,
  providerHost,
}: Pick<Landing, 'provider' | 'providerHost'>): string {
  return titleAt(provider, providerHost) ?? shown(providerHost);
}
