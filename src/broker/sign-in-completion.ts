import { isDeepStrictEqual } from 'node:util';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { judgeAuthorizationResponse } from '../oauth/authorization-response.ts';
import { exchangeCode } from '../oauth/code-exchange.ts';
import type { TokenResult } from '../oauth/token-request.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { grantedScopeIn, tokenEndpointAfter } from '../providers/index.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, AskerContext, Attempt, AttemptEnd } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { attemptIdOf } from './attempt-id.ts';
import type { Attempts } from './attempts.ts';
import { hasClientOf } from './credentials.ts';
import { digestOfSecret } from './secret-digest.ts';
import type { Connections } from './connections.ts';
import type { Links } from './links.ts';
import { hostOf, type ProviderAccess, tokenOriginOf } from './provider-access.ts';
import type { SignInRequests } from './sign-in-requests.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type { AuthorizationResponse, BrokerEvents, SignedIn } from './types.ts';

export interface SignInCompletionOptions {
  readonly store: Store;
  readonly apps: Apps;
  readonly attempts: Attempts;
  readonly links: Links;
  readonly requests: SignInRequests;
  readonly connections: Connections;
  readonly keeper: TokenKeeper;
  readonly access: ProviderAccess;
  readonly events: BrokerEvents;
  /** Called when one attempt of a link has connected, before anyone else hears of it. */
  readonly connectedLink: (attempt: Attempt) => Promise<void>;
  /** Called when a connection has a new token set. */
  readonly connected: () => void;
}

/** Ends that nobody is told of, wherever they happen. */
const QUIET_ENDS: ReadonlySet<AttemptEnd['outcome']> = new Set(['attempt_expired', 'attempt_used']);

/** The second half of a sign-in: from the authorization response (RFC 6749 §4.1.2) to the committed token set. */
export class SignInCompletion {
  readonly #options: SignInCompletionOptions;
  readonly #completing = new Set<Promise<unknown>>();

  constructor(options: SignInCompletionOptions) {
    this.#options = options;
  }

  /** Waits for the sign-ins that are being completed; each ends, since every request to a provider has a time-out. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#completing);
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
    const app = await this.#appOf(attempt);
    try {
      return await this.#exchange(app, attempt, response.params);
    } catch (thrown) {
      throw await this.fail(app, attempt, asBrokerError(thrown));
    }
  }

  async #claim(response: AuthorizationResponse): Promise<Attempt> {
    const states = response.params.getAll('state');
    const [state] = states;
    if (state === undefined || states.length > 1) throw new OAuthBrokerError('callback_malformed');
    const attempt = await this.#options.store.attempt(state);
    if (attempt === undefined || attempt.device !== undefined) throw new OAuthBrokerError('attempt_unknown');
    // Neither of these spends the attempt: the right app or browser can still finish it.
    if (response.mungedId !== null && response.mungedId !== attempt.mungedId) {
      throw naming(attempt, new OAuthBrokerError('attempt_foreign'));
    }
    if (attempt.browser !== undefined && attempt.browser !== digestOfSecret(response.browser ?? '')) {
      throw naming(attempt, new OAuthBrokerError('attempt_other_browser'));
    }
    return this.#options.attempts.claim(state).catch(async (thrown: unknown) => {
      const error = naming(attempt, asBrokerError(thrown));
      const app = await this.#options.store.app(attempt.mungedId);
      throw app === undefined
        ? error
        : new OAuthBrokerError(error.code, { ...error.details, provider: hostOf(app) });
    });
  }

  async #exchange(app: App, attempt: Attempt, params: URLSearchParams): Promise<SignedIn> {
    // The skill has registered another provider since: its answer would be judged, and its code spent, at the wrong one.
    if (attempt.issuer !== app.issuer || isElsewhere(attempt, app))
      throw new OAuthBrokerError('issuer_mismatch');
    const { context, server, client, quirks } = await this.#options.access.to(app, attempt.redirectUri);
    const code = await judgeAuthorizationResponse(server, client, params, attempt.state);
    const registered = app.registeredTokenEndpoint ?? app.tokenEndpoint;
    const tokenEndpoint = tokenEndpointAfter(params, registered, quirks);
    const result = await exchangeCode(context, { ...server, tokenEndpoint }, client, {
      code,
      redirectUri: attempt.redirectUri,
      ...((await this.#options.requests.usesPkce(app)) ? { codeVerifier: attempt.codeVerifier } : {}),
    });
    const scope = result.tokenSet.scope ?? grantedScopeIn(params, quirks);
    const tokenSet: TokenSet = scope === undefined ? result.tokenSet : { ...result.tokenSet, scope };
    const taught: App = { ...app, tokenEndpoint, registeredTokenEndpoint: registered };
    return this.keep(taught, attempt, { ...result, tokenSet });
  }

  /** Commits a token set together with the end of its attempt, then tells whoever waits for it. */
  async keep(app: App, attempt: Attempt, { tokenSet, authentication }: TokenResult): Promise<SignedIn> {
    const { store, keeper, connections, events, connectedLink, connected } = this.#options;
    // A refresh of the grant that this one replaces must not write its result over ours.
    await store.replacing(app.mungedId, async () => {
      const changes: Change[] = [
        this.#options.attempts.endChange(attempt, 'connected'),
        await connections.change(app.mungedId, {
          state: 'connected',
          granted: true,
          ...(attempt.redirectUri === '' ? {} : { redirectUri: attempt.redirectUri }),
        }),
        // Without a database nobody can look; they expire by themselves.
        ...(await this.#options.links.endSiblings(attempt).catch(() => [])),
        ...(await this.#learned(app, authentication)),
      ];
      await keeper.keep(app.mungedId, tokenSet, changes);
    });
    this.#options.attempts.ended(attempt, 'connected');
    await connectedLink(attempt);
    // Who asked at another device hears of it there.
    if (attempt.origin === undefined) events.tokenReceived({ app, tokenSet, ...askerOf(attempt) });
    await connections.announce(app);
    connected();
    return { app, tokenSet };
  }

  /** What the exchange has taught about the app, unless a skill has registered another one meanwhile. */
  async #learned(app: App, authentication: TokenResult['authentication']): Promise<Change[]> {
    const current = await this.#options.store.app(app.mungedId);
    if (current === undefined || current.clientId !== app.clientId) return [];
    const registered = current.registeredTokenEndpoint ?? current.tokenEndpoint;
    if (registered !== (app.registeredTokenEndpoint ?? app.tokenEndpoint)) return [];
    const { registeredTokenEndpoint: _outdated, ...rest } = current;
    const learned: App = {
      ...rest,
      learnedAuthentication: authentication,
      tokenEndpoint: app.tokenEndpoint,
      ...(app.tokenEndpoint === registered ? {} : { registeredTokenEndpoint: registered }),
    };
    return isDeepStrictEqual(learned, current) ? [] : [{ op: 'put_app', app: learned }];
  }

  /** Ends an attempt without a token, tells whoever waits, and returns the error to be thrown. */
  async fail(app: App, attempt: Attempt, failure: OAuthBrokerError): Promise<OAuthBrokerError> {
    const { attempts } = this.#options;
    const error = naming(attempt, failure);
    // The failure itself is what the user must hear of, even where its record can't be kept.
    await attempts.fail(attempt, error).catch(() => attempts.ended(attempt, error.code));
    if (error.code === 'invalid_client') await this.#clientRefused(app);
    if (attempt.origin === undefined) this.#options.events.signInFailed({ app, error, ...askerOf(attempt) });
    return error;
  }

  /** Whoever typed the credentials is asked again, or this program registers a client again. */
  async #clientRefused(app: App): Promise<void> {
    const refused = { state: 'needs_credentials', reason: 'invalid_client' } as const;
    const { store, connections } = this.#options;
    if (!hasClientOf(app, await store.app(app.mungedId))) return;
    await connections.transit(app, refused).catch(() => undefined);
  }

  /** Tells whoever asked here how a sign-in ended that came back to another device. */
  async endedElsewhere(attempt: Attempt): Promise<void> {
    const { store, attempts, events, connectedLink, connected } = this.#options;
    const { end, mungedId } = attempt;
    if (end === undefined) return;
    attempts.ended(attempt, end.outcome);
    const app = await store.app(mungedId);
    if (app === undefined) return;
    if (end.outcome === 'connected') {
      const tokenSet = await store.token(mungedId);
      await connectedLink(attempt);
      if (tokenSet !== undefined) events.tokenReceived({ app, tokenSet, ...askerOf(attempt) });
      connected();
    } else if (!QUIET_ENDS.has(end.outcome)) {
      const error = naming(attempt, new OAuthBrokerError(end.outcome));
      events.signInFailed({ app, error, ...askerOf(attempt) });
    }
  }

  async #appOf(attempt: Attempt): Promise<App> {
    return this.#options.apps.withId(attempt.mungedId).catch(async (error: unknown) => {
      throw await this.#options.attempts.fail(attempt, naming(attempt, asBrokerError(error)));
    });
  }
}

/** An attempt of an earlier version does not say where its code goes. */
function isElsewhere({ tokenOrigin }: Attempt, app: App): boolean {
  return tokenOrigin !== undefined && tokenOrigin !== tokenOriginOf(app);
}

/** The error with its attempt and app in it: the answer of a relay does not say whose it is. */
function naming({ mungedId, state }: Attempt, { code, details, cause }: OAuthBrokerError): OAuthBrokerError {
  const attempt = attemptIdOf(state);
  return new OAuthBrokerError(code, { app: mungedId, ...details, attempt }, { cause });
}

function askerOf(attempt: Attempt): { asker?: AskerContext } {
  return attempt.asker === undefined ? {} : { asker: attempt.asker };
}
