import { OAuthBrokerError } from '../errors.ts';
import { refreshToken } from '../oauth/refresh.ts';
import { mergeRefreshed, type TokenSet } from '../oauth/token-set.ts';
import type { OAuthContext } from '../oauth/types.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, MungedId } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { clientOf, serverOf } from './provider-of-app.ts';
import type { AppRef, SignedIn } from './types.ts';

export interface TokensOptions {
  readonly store: Store;
  readonly apps: Apps;
  readonly oauth: OAuthContext;
}

/** Keeps token sets alive (RFC 6749 §6). */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #refreshing = new Map<MungedId, Promise<SignedIn>>();

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  /** Waits for the refreshes under way: an answer of the provider that is lost now is lost for good. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#refreshing.values());
  }

  /**
   * Gets a new access token. Any number of callers at once make one request: a rotated refresh token must not be
   * spent twice (RFC 9700 §4.14.2).
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `not_connected`, `no_refresh_token`,
   *   `invalid_grant`, `invalid_client`, the codes of the provider's side and of the store
   */
  async refresh(ref: AppRef): Promise<SignedIn> {
    const app = await this.#options.apps.find(ref);
    const underWay = this.#refreshing.get(app.mungedId);
    if (underWay !== undefined) return underWay;
    const refreshing = this.#options.store
      .exclusively(app.mungedId, () => this.#refresh(app))
      .finally(() => this.#refreshing.delete(app.mungedId));
    this.#refreshing.set(app.mungedId, refreshing);
    return refreshing;
  }

  async #refresh(app: App): Promise<SignedIn> {
    const { store, oauth } = this.#options;
    // A Python skill may have refreshed by itself: what it wrote is taken in before anything is spent.
    const before = await store.reread(app.mungedId);
    const spent = refreshTokenOf(app, before);
    try {
      const fresh = await refreshToken(oauth, serverOf(app), clientOf(app), { refreshToken: spent });
      const tokenSet = before === undefined ? fresh.tokenSet : mergeRefreshed(before, fresh.tokenSet);
      const current = await store.app(app.mungedId);
      const learned: Change[] =
        current === undefined || current.learnedAuthentication === fresh.authentication
          ? []
          : [{ op: 'put_app', app: { ...current, learnedAuthentication: fresh.authentication } }];
      await store.commit([{ op: 'put_token', mungedId: app.mungedId, tokenSet }, ...learned], 'synced');
      return { app, tokenSet };
    } catch (thrown) {
      const adopted = await this.#adoptedInstead(app.mungedId, spent, thrown);
      if (adopted === undefined) throw thrown;
      return { app, tokenSet: adopted };
    }
  }

  /** After `invalid_grant`: what another program that was faster has written meanwhile. */
  async #adoptedInstead(mungedId: MungedId, spent: string, thrown: unknown): Promise<TokenSet | undefined> {
    if (!(thrown instanceof OAuthBrokerError) || thrown.code !== 'invalid_grant') return undefined;
    const now = await this.#options.store.reread(mungedId);
    return now === undefined || now.refresh_token === spent ? undefined : now;
  }
}

function refreshTokenOf(app: App, tokenSet: TokenSet | undefined): string {
  if (tokenSet === undefined) throw new OAuthBrokerError('not_connected', { app: app.mungedId });
  if (!tokenSet.refresh_token) throw new OAuthBrokerError('no_refresh_token', { app: app.mungedId });
  return tokenSet.refresh_token;
}
