import { OAuthBrokerError } from '../errors.ts';
import type { Store } from '../store/port.ts';
import { type AttemptId, attemptIdOf } from './attempt-id.ts';
import type { Links } from './links.ts';
import { readPasteFor } from './methods/paste.ts';
import { digestOfSecret } from './secret-digest.ts';
import type { AuthorizationResponse } from './types.ts';

export interface PastedResponsesOptions {
  readonly store: Pick<Store, 'attempts'>;
  readonly links: Links;
}

/** Authorization responses that the user copied out of the address bar of a page that could not be opened. */
export class PastedResponses {
  readonly #store: Pick<Store, 'attempts'>;
  readonly #links: Links;

  constructor({ store, links }: PastedResponsesOptions) {
    this.#store = store;
    this.#links = links;
  }

  /**
   * Of a sign-in that one browser has started from a link.
   *
   * @throws OAuthBrokerError `paste_empty`, `paste_no_code`, `paste_other_site`, `link_unknown`, `attempt_unknown`,
   *   `attempt_foreign`
   */
  async ofLink(linkCode: string, browserCookie: string, pasted: string): Promise<AuthorizationResponse> {
    const { attempts } = await this.#links.look(linkCode);
    const browser = digestOfSecret(browserCookie);
    const own = attempts.filter((one) => one.browser === browser && one.device === undefined);
    const [attempt] = own;
    if (attempt === undefined) throw new OAuthBrokerError('attempt_unknown');
    const params = readPasteFor(pasted, own);
    const state = params.get('state');
    if (state !== null && !attempts.some((one) => one.state === state))
      throw new OAuthBrokerError('attempt_foreign');
    return { params, mungedId: attempt.mungedId, browser: browserCookie };
  }

  /**
   * Of a sign-in that no page of this device has started.
   *
   * @throws OAuthBrokerError `paste_empty`, `paste_no_code`, `paste_other_site`, `attempt_unknown`, `attempt_foreign`
   */
  async ofAttempt(attemptId: AttemptId, pasted: string): Promise<AuthorizationResponse> {
    const attempts = await this.#store.attempts();
    const attempt = attempts.find(({ state }) => attemptIdOf(state) === attemptId);
    if (attempt === undefined || attempt.device !== undefined || attempt.browser !== undefined) {
      throw new OAuthBrokerError('attempt_unknown');
    }
    const params = readPasteFor(pasted, [attempt]);
    const state = params.get('state');
    if (state !== null && state !== attempt.state) throw new OAuthBrokerError('attempt_foreign');
    return { params, mungedId: attempt.mungedId };
  }
}
