import { refOf } from '../broker/munged-id.ts';
import { isPrivateHost } from '../oauth/private-host.ts';
import type { Provider, Providers } from '../providers/index.ts';
import { titleAt } from '../providers/index.ts';
import type { App } from '../store/records.ts';

/** What accounts are called aloud. */
export class AccountNames {
  readonly #providers: Pick<Providers, 'find' | 'withEndpoint'>;

  constructor(providers: Pick<Providers, 'find' | 'withEndpoint'>) {
    this.#providers = providers;
  }

  /**
   * The provider's title where the sign-in leads there, else the host without what is the same everywhere. A server on
   * this network has no name worth saying: it is called as its skill calls it.
   */
  async of(app: App): Promise<string> {
    const { appId } = refOf(app);
    // An app of another program's file may lead nowhere.
    if (!URL.canParse(app.authorizationEndpoint)) return spoken(appId || app.mungedId);
    const { host, hostname } = new URL(app.authorizationEndpoint);
    const title = titleAt(await this.#providerOf(app), host);
    if (title !== undefined) return title;
    if (isPrivateHost(hostname) && appId !== '') return spoken(appId);
    return hostname.replace(/^(?:www|accounts?|auth|login)\./, '');
  }

  #providerOf({ provider, authorizationEndpoint }: App): Promise<Provider | undefined> {
    return provider === undefined
      ? this.#providers.withEndpoint(authorizationEndpoint)
      : this.#providers.find(provider);
  }
}

function spoken(id: string): string {
  return id.replaceAll(/[-_.]+/g, ' ').trim();
}
