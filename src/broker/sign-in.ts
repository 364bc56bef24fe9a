import { createHash } from 'node:crypto';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { exchangeCode } from '../oauth/code-exchange.ts';
import { authorizationUrl } from '../oauth/authorization-request.ts';
import { type AuthorizationCode, judgeAuthorizationResponse } from '../oauth/authorization-response.ts';
import { codeChallengeOf } from '../oauth/pkce.ts';
import type { TokenResult } from '../oauth/token-request.ts';
import type { Clock } from '../clock.ts';
import type { RandomBytes } from '../random.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, AskerContext, Attempt } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { Attempts } from './attempts.ts';
import { needsCredentials } from './credentials.ts';
import { Links } from './links.ts';
import type { Connections } from './connections.ts';
import { clientOf, hostOf, serverOf } from './provider-of-app.ts';
import { callbackUri } from './redirect-uri.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { TrustedClock } from './trusted-clock.ts';
import type {
  AppRef,
  AuthorizationResponse,
  BrokerEvents,
  Invitation,
  Landing,
  SignedIn,
  StartedSignIn,
  StartOptions,
} from './types.ts';

export interface SignInOptions {
  readonly store: Store;
  readonly apps: Apps;
  readonly connections: Connections;
  readonly keeper: TokenKeeper;
  readonly clock: Clock;
  readonly trusted: TrustedClock;
  readonly fetch: typeof globalThis.fetch;
  readonly random: RandomBytes;
  readonly events: BrokerEvents;
  /** Milliseconds that an attempt may take. */
  readonly attemptLifetime: number;
  /** Port of the callback. */
  readonly port: () => number;
  /** Host of the redirect URI that the device's own browser is sent to. */
  readonly loopbackHost: string;
  /** Host under which a phone reaches this device at this moment. */
  readonly lanHost: () => Promise<string>;
  /** Called when a connection has a new token set. */
  readonly connected: () => void;
}

/** Authorization code sign-ins (RFC 6749 §4.1) with PKCE (RFC 7636), from the request to the committed token set. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #attempts: Attempts;
  readonly #links: Links;
  readonly #completing = new Set<Promise<unknown>>();

  constructor(options: SignInOptions) {
    const { store, clock, random, events, attemptLifetime: lifetime } = options;
    this.#options = options;
    this.#attempts = new Attempts({ store, clock, random, events, lifetime });
    this.#links = new Links({ store, attempts: this.#attempts, random, clock });
  }

  async open(): Promise<void> {
    await this.#attempts.open();
  }

  /** Waits for the sign-ins that are being completed; each ends, since every request to a provider has a time-out. */
  async close(): Promise<void> {
    this.#attempts.close();
    await Promise.allSettled(this.#completing);
  }

  /**
   * Starts a sign-in in a browser on the device itself.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `store_unavailable`
   */
  async start(ref: AppRef, { method, asker }: StartOptions): Promise<StartedSignIn> {
    const app = await this.#readyApp(ref);
    const attempt = await this.#attempts.create({
      mungedId: app.mungedId,
      method,
      redirectUri: callbackUri(this.#options.loopbackHost, this.#options.port(), app.mungedId),
      ...issuerOf(app),
      ...(asker === undefined ? {} : { asker }),
    });
    return { app, attempt, authorizationUrl: urlOf(app, attempt) };
  }

  /**
   * Makes a short link that a phone opens.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `store_unavailable`
   */
  async invite(ref: AppRef, { asker }: { readonly asker?: AskerContext }): Promise<Invitation> {
    const app = await this.#readyApp(ref);
    const host = await this.#options.lanHost();
    const attempt = await this.#links.create({
      mungedId: app.mungedId,
      method: 'lan',
      redirectUri: callbackUri(host, this.#options.port(), app.mungedId),
      ...issuerOf(app),
      ...(asker === undefined ? {} : { asker }),
    });
    return { app, linkCode: attempt.linkCode, expiresAt: attempt.expiresAt };
  }

  /** @throws OAuthBrokerError `link_unknown`, `unknown_app` */
  async landing(linkCode: string): Promise<Landing> {
    const { attempt, end } = await this.#links.look(linkCode);
    const app = await this.#options.apps.withId(attempt.mungedId);
    return {
      app,
      linkCode,
      scopes: app.scope?.split(/\s+/).filter((scope) => scope !== '') ?? [],
      providerHost: new URL(app.authorizationEndpoint).host,
      redirectUri: attempt.redirectUri,
      expiresAt: attempt.expiresAt,
      ...end,
    };
  }

  /**
   * Starts the sign-in of a link in one browser; each browser has an attempt of its own.
   *
   * @param browserCookie the random value that the browser will present again at the callback
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`, `unknown_app`, `needs_credentials`
   */
  async continue(linkCode: string, browserCookie: string): Promise<StartedSignIn> {
    const attempt = await this.#links.start(linkCode, digest(browserCookie));
    const app = await this.#options.apps.withId(attempt.mungedId);
    refuseWithoutCredentials(app);
    return { app, attempt, authorizationUrl: urlOf(app, attempt) };
  }

  /**
   * Takes an authorization response, by whichever way it came, through to the committed token set.
   *
   * @throws OAuthBrokerError every code of a sign-in, of the provider's side and of the store
   */
  complete(response: AuthorizationResponse): Promise<SignedIn> {
    const completing: Promise<SignedIn> = this.#complete(response).finally(() =>
      this.#completing.delete(completing),
    );
    this.#completing.add(completing);
    return completing;
  }

  async #complete(response: AuthorizationResponse): Promise<SignedIn> {
    const attempt = await this.#claim(response);
    const app = await this.#options.apps.withId(attempt.mungedId).catch(async (error: unknown) => {
      throw await this.#attempts.fail(attempt, asBrokerError(error));
    });
    try {
      return await this.#exchange(app, attempt, response.params);
    } catch (thrown) {
      const error = asBrokerError(thrown);
      // The failure itself is what the user must hear of, even where its record can't be kept.
      await this.#attempts.fail(attempt, error).catch(() => this.#attempts.ended(attempt));
      this.#options.events.signInFailed({ app, error, ...askerOf(attempt) });
      throw error;
    }
  }

  async #claim(response: AuthorizationResponse): Promise<Attempt> {
    const states = response.params.getAll('state');
    const [state] = states;
    if (state === undefined || states.length > 1) throw new OAuthBrokerError('callback_malformed');
    const attempt = await this.#options.store.attempt(state);
    if (attempt === undefined) throw new OAuthBrokerError('attempt_unknown');
    // Neither of these spends the attempt: the right app or browser can still finish it.
    if (response.mungedId !== null && response.mungedId !== attempt.mungedId) {
      throw new OAuthBrokerError('attempt_foreign');
    }
    if (attempt.browser !== undefined && attempt.browser !== digest(response.browser ?? '')) {
      throw new OAuthBrokerError('attempt_other_browser');
    }
    return this.#attempts.claim(state).catch(async (thrown: unknown) => {
      const error = asBrokerError(thrown);
      const app = await this.#options.store.app(attempt.mungedId);
      throw app === undefined
        ? error
        : new OAuthBrokerError(error.code, { ...error.details, provider: hostOf(app) });
    });
  }

  async #exchange(app: App, attempt: Attempt, params: URLSearchParams): Promise<SignedIn> {
    const { fetch, trusted } = this.#options;
    const server = serverOf(app);
    const client = clientOf(app);
    const code: AuthorizationCode = await judgeAuthorizationResponse(server, client, params, attempt.state);
    const context = { fetch: trusted.watch(fetch), clock: trusted.at(hostOf(app)) };
    const result = await exchangeCode(context, server, client, {
      code,
      redirectUri: attempt.redirectUri,
      codeVerifier: attempt.codeVerifier,
    });
    return this.#keep(app, attempt, result);
  }

  async #keep(app: App, attempt: Attempt, { tokenSet, authentication }: TokenResult): Promise<SignedIn> {
    const { store, keeper, connections, events, connected } = this.#options;
    // A refresh of the grant that this one replaces must not write its result over ours.
    await store.exclusively(app.mungedId, async () => {
      const changes: Change[] = [
        this.#attempts.endChange(attempt, 'connected'),
        await connections.change(app.mungedId, { state: 'connected', granted: true }),
        ...(await this.#links.endSiblings(attempt)),
      ];
      const current = await store.app(app.mungedId);
      if (current !== undefined && current.learnedAuthentication !== authentication) {
        changes.push({ op: 'put_app', app: { ...current, learnedAuthentication: authentication } });
      }
      await keeper.keep(app.mungedId, tokenSet, changes);
    });
    this.#attempts.ended(attempt);
    events.tokenReceived({ app, tokenSet, ...askerOf(attempt) });
    await connections.announce(app);
    connected();
    return { app, tokenSet };
  }

  async #readyApp(ref: AppRef): Promise<App> {
    const app = await this.#options.apps.find(ref);
    refuseWithoutCredentials(app);
    return app;
  }
}

function refuseWithoutCredentials(app: App): void {
  if (needsCredentials(app)) throw new OAuthBrokerError('needs_credentials', { app: app.mungedId });
}

function urlOf(app: App, attempt: Attempt): string {
  return authorizationUrl(serverOf(app), clientOf(app), {
    redirectUri: attempt.redirectUri,
    state: attempt.state,
    codeChallenge: codeChallengeOf(attempt.codeVerifier),
    ...(app.scope === null ? {} : { scope: app.scope }),
  });
}

function issuerOf(app: App): { issuer?: string } {
  return app.issuer === undefined ? {} : { issuer: app.issuer };
}

function askerOf(attempt: Attempt): { asker?: AskerContext } {
  return attempt.asker === undefined ? {} : { asker: attempt.asker };
}

/** A cookie is kept as its digest only: who reads the journal can't take part in a sign-in. */
function digest(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64url');
}
