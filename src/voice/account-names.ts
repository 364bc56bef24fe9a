import type { Provider, Providers } from '../providers/index.ts';
import { titleAt } from '../providers/index.ts';
import type { App } from '../store/records.ts';

/** What accounts are called aloud. */
export class AccountNames {
  readonly #providers: Pick<Providers, 'find' | 'withEndpoint'>;

  constructor(providers: Pick<Providers, 'find' | 'withEndpoint'>) {
    this.#providers = providers;
  }

  /** The provider's title where the sign-in leads there, else the host without what is the same everywhere. */
  async of(app: App): Promise<string> {
    const { host } = new URL(app.authorizationEndpoint);
    return titleAt(await this.#providerOf(app), host) ?? host.replace(/^(?:www|accounts?|auth|login)\./, '');
  }

  #providerOf({ provider, authorizationEndpoint }: App): Promise<Provider | undefined> {
    return provider === undefined
      ? this.#providers.withEndpoint(authorizationEndpoint)
      : this.#providers.find(provider);
  }
}
