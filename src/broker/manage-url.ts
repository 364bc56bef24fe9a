import { endpointWith, type Provider } from '../providers/index.ts';
import type { App } from '../store/records.ts';

/** The page of the provider where a user takes a grant back by hand; undefined where none is known. */
export function manageUrlOf(app: App, provider: Provider | undefined): string | undefined {
  if (provider?.manageUrl === undefined) return undefined;
  // On a server of the user's own its address is a parameter.
  const url = endpointWith(provider.manageUrl, app.providerParameters ?? {});
  return URL.canParse(url) && /^https?:\/\/[^{}]+$/.test(url) ? url : undefined;
}
