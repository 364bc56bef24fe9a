import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { exchangeCode } from '../oauth/code-exchange.ts';
import { judgeAuthorizationResponse } from '../oauth/authorization-response.ts';
import type { TokenResult } from '../oauth/token-request.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { grantedScopeIn, tokenEndpointAfter } from '../providers/index.ts';
import type { RandomBytes } from '../random.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, AskerContext, Attempt, Method, MungedId } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { Attempts } from './attempts.ts';
import type { Connections } from './connections.ts';
import { DeviceSignIns } from './device-sign-ins.ts';
import { Links } from './links.ts';
import { readPaste } from './methods/paste.ts';
import { hostOf, type ProviderAccess } from './provider-access.ts';
import { SignInRequests, type SignInPlace } from './sign-in-requests.ts';
import type { TokenKeeper } from './token-keeper.ts';
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

export interface SignInOptions extends SignInPlace {
  readonly store: Store;
  readonly apps: Apps;
  readonly connections: Connections;
  readonly keeper: TokenKeeper;
  readonly access: ProviderAccess;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly events: BrokerEvents;
  /** Milliseconds that an attempt may take. */
  readonly attemptLifetime: number;
  /** Called when a connection has a new token set. */
  readonly connected: () => void;
}

/** Sign-ins from the request to the committed token set, by whichever method the response comes back. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #attempts: Attempts;
  readonly #links: Links;
  readonly #requests: SignInRequests;
  readonly #devices: DeviceSignIns;
  readonly #completing = new Set<Promise<unknown>>();

  constructor(options: SignInOptions) {
    const { store, clock, random, events, access, attemptLifetime: lifetime } = options;
    this.#options = options;
    this.#attempts = new Attempts({ store, clock, random, events, lifetime });
    this.#links = new Links({ store, attempts: this.#attempts, random, clock });
    this.#requests = new SignInRequests({ ...options, attempts: this.#attempts });
    this.#devices = new DeviceSignIns({
      access,
      store,
      random,
      attempts: this.#attempts,
      received: (app, attempt, result) => this.#keep(app, attempt, result),
      failed: (app, attempt, error) => this.#fail(app, attempt, error),
    });
  }

  async open(): Promise<void> {
    await this.#attempts.open();
    await this.#devices.open();
  }

  /** Waits for the sign-ins that are being completed; each ends, since every request to a provider has a time-out. */
  async close(): Promise<void> {
    this.#attempts.close();
    await this.#devices.close();
    await Promise.allSettled(this.#completing);
  }

  /**
   * Starts a sign-in by one method.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `method_not_possible`, `store_unavailable`; a device
   *   flow and a pushed request also what the provider's side throws
   */
  async start(ref: AppRef, { method, through, asker }: StartOptions): Promise<StartedSignIn> {
    const app = await this.#requests.readyApp(ref);
    const plan = await this.#requests.plan(app, through ?? (method === 'shell' ? 'shell' : 'browser'));
    const fields = { mungedId: app.mungedId, ...issuerOf(app), ...(asker === undefined ? {} : { asker }) };
    if (method === 'device') {
      const attempt = await this.#devices.start(app, fields);
      return { app, attempt, authorizationUrl: pageOf(attempt), methods: plan.methods };
    }
    const attempt = await this.#attempts.create({
      ...fields,
      ...this.#requests.redirectFields(plan, method),
    });
    return {
      app,
      attempt,
      authorizationUrl: await this.#requests.urlOf(app, attempt),
      methods: plan.methods,
    };
  }

  /**
   * Makes a short link that a phone opens.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `store_unavailable`
   */
  async invite(
    ref: AppRef,
    { asker, method }: { readonly asker?: AskerContext; readonly method?: Method },
  ): Promise<Invitation> {
    const app = await this.#requests.readyApp(ref);
    const plan = await this.#requests.plan(app, 'phone');
    // A link must lead somewhere even where no way is open: its page says why.
    const best =
      plan.methods.find(({ offered, method }) => offered && method !== 'device')?.method ?? 'paste';
    const attempt = await this.#links.create({
      mungedId: app.mungedId,
      ...this.#requests.redirectFields(plan, method === undefined || method === 'device' ? best : method),
      ...issuerOf(app),
      ...(asker === undefined ? {} : { asker }),
    });
    return { app, linkCode: attempt.linkCode, expiresAt: attempt.expiresAt };
  }

  /** @throws OAuthBrokerError `link_unknown`, `unknown_app` */
  async landing(linkCode: string): Promise<Landing> {
    const { attempt, attempts, end } = await this.#links.look(linkCode);
    const app = await this.#options.apps.withId(attempt.mungedId);
    const plan = await this.#requests.plan(app, 'phone');
    return {
      app,
      linkCode,
      scopes: app.scope?.split(/\s+/).filter((scope) => scope !== '') ?? [],
      providerHost: new URL(app.authorizationEndpoint).host,
      ...(plan.provider === undefined ? {} : { provider: plan.provider }),
      methods: plan.methods,
      redirectUris: this.#requests.redirectUris(plan),
      ...deviceFlowOf(attempts),
      redirectUri: attempt.redirectUri,
      expiresAt: attempt.expiresAt,
      canStart: await this.#links.siblingFields(linkCode).then(
        () => true,
        () => false,
      ),
      ...end,
    };
  }

  /**
   * Starts the sign-in of a link in one browser; each browser has an attempt of its own for each method.
   *
   * @param browserCookie the random value that the browser will present again at the callback
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`, `unknown_app`, `needs_credentials`,
   *   `method_not_possible`, and for a device flow what the provider's side throws
   */
  async continue(linkCode: string, browserCookie: string, method?: Method): Promise<StartedSignIn> {
    const { attempt: first, attempts } = await this.#links.look(linkCode);
    const app = await this.#requests.readyApp(first.mungedId);
    const plan = await this.#requests.plan(app, 'phone');
    if (method !== undefined && !plan.methods.some((one) => one.method === method && one.offered)) {
      throw new OAuthBrokerError('method_not_possible', { app: app.mungedId, method });
    }
    if (method === 'device') {
      const waiting = attempts.find((one) => one.device !== undefined && one.end === undefined);
      const attempt = waiting ?? (await this.#devices.start(app, await this.#links.siblingFields(linkCode)));
      return { app, attempt, authorizationUrl: pageOf(attempt), methods: plan.methods };
    }
    const fields = method === undefined ? undefined : this.#requests.redirectFields(plan, method);
    const attempt = await this.#links.start(linkCode, digest(browserCookie), fields);
    return {
      app,
      attempt,
      authorizationUrl: await this.#requests.urlOf(app, attempt),
      methods: plan.methods,
    };
  }

  /**
   * Takes what the user copied out of the address bar of the page that could not be opened.
   *
   * @throws OAuthBrokerError `paste_empty`, `paste_no_code`, `paste_other_site`, `link_unknown`, `attempt_foreign`, and
   *   all that {@link complete} throws
   */
  async paste(linkCode: string, browserCookie: string, pasted: string): Promise<SignedIn> {
    const { attempts } = await this.#links.look(linkCode);
    const browser = digest(browserCookie);
    const own = attempts.filter((one) => one.browser === browser && one.device === undefined);
    const attempt = own.findLast((one) => one.method === 'paste') ?? own.at(-1);
    if (attempt === undefined) throw new OAuthBrokerError('attempt_unknown');
    const params = readPaste(pasted, attempt.state, attempt.redirectUri);
    const state = params.get('state');
    if (state !== null && !attempts.some((one) => one.state === state))
      throw new OAuthBrokerError('attempt_foreign');
    return this.complete({ params, mungedId: attempt.mungedId, browser: browserCookie });
  }

  /**
   * Ends every sign-in of an app that waits.
   *
   * @returns how many there were
   * @throws OAuthBrokerError `unknown_app`, `store_unavailable`
   */
  async cancel(ref: AppRef): Promise<number> {
    const app = await this.#options.apps.find(ref);
    const all = await this.#options.store.attempts();
    const waiting = all.filter((one) => one.mungedId === app.mungedId && isWaiting(one));
    for (const attempt of waiting) {
      this.#devices.cancel(attempt);
      await this.#attempts.fail(attempt, new OAuthBrokerError('attempt_cancelled', { app: app.mungedId }));
    }
    return waiting.length;
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
      throw await this.#fail(app, attempt, naming(app, asBrokerError(thrown)));
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
    const { context, server, client, quirks } = await this.#options.access.to(app, attempt.redirectUri);
    const code = await judgeAuthorizationResponse(server, client, params, attempt.state);
    const tokenEndpoint = tokenEndpointAfter(params, app.tokenEndpoint, quirks);
    const result = await exchangeCode(context, { ...server, tokenEndpoint }, client, {
      code,
      redirectUri: attempt.redirectUri,
      ...((await this.#requests.usesPkce(app)) ? { codeVerifier: attempt.codeVerifier } : {}),
    });
    const scope = result.tokenSet.scope ?? grantedScopeIn(params, quirks);
    const tokenSet: TokenSet = scope === undefined ? result.tokenSet : { ...result.tokenSet, scope };
    return this.#keep({ ...app, tokenEndpoint }, attempt, { ...result, tokenSet });
  }

  async #keep(app: App, attempt: Attempt, { tokenSet, authentication }: TokenResult): Promise<SignedIn> {
    const { store, keeper, connections, events, connected } = this.#options;
    // A refresh of the grant that this one replaces must not write its result over ours.
    await store.exclusively(app.mungedId, async () => {
      const changes: Change[] = [
        this.#attempts.endChange(attempt, 'connected'),
        await connections.change(app.mungedId, {
          state: 'connected',
          granted: true,
          redirectUri: attempt.redirectUri,
        }),
        ...(await this.#links.endSiblings(attempt)),
        ...(await this.#learned(app, authentication)),
      ];
      await keeper.keep(app.mungedId, tokenSet, changes);
    });
    this.#attempts.ended(attempt);
    events.tokenReceived({ app, tokenSet, ...askerOf(attempt) });
    await connections.announce(app);
    connected();
    return { app, tokenSet };
  }

  /** What the exchange has taught about the app. */
  async #learned(app: App, authentication: TokenResult['authentication']): Promise<Change[]> {
    const { tokenEndpoint, mungedId } = app;
    const current = await this.#options.store.app(mungedId);
    if (current === undefined) return [];
    if (current.learnedAuthentication === authentication && current.tokenEndpoint === tokenEndpoint)
      return [];
    return [{ op: 'put_app', app: { ...current, tokenEndpoint, learnedAuthentication: authentication } }];
  }

  async #fail(app: App, attempt: Attempt, error: OAuthBrokerError): Promise<OAuthBrokerError> {
    // The failure itself is what the user must hear of, even where its record can't be kept.
    await this.#attempts.fail(attempt, error).catch(() => this.#attempts.ended(attempt));
    this.#options.events.signInFailed({ app, error, ...askerOf(attempt) });
    return error;
  }

  async #appOf(attempt: Attempt): Promise<App> {
    return this.#options.apps.withId(attempt.mungedId).catch(async (error: unknown) => {
      throw await this.#attempts.fail(attempt, asBrokerError(error));
    });
  }
}

/** The error with the app in it: the answer of a relay does not say whose it is. */
function naming({ mungedId }: App, { code, details, cause }: OAuthBrokerError): OAuthBrokerError {
  return new OAuthBrokerError(code, { app: mungedId, ...details }, { cause });
}

function isWaiting(attempt: Attempt): boolean {
  return attempt.claimedAt === undefined && attempt.end === undefined;
}

/** Where the user of a device flow goes. */
function pageOf({ device }: Attempt): string {
  return device?.verificationUriComplete ?? device?.verificationUri ?? '';
}

/** How the device flows of a link stand, without what is secret. */
function deviceFlowOf(attempts: readonly Attempt[]): Pick<Landing, 'device' | 'deviceFailure'> {
  const flows = attempts.filter(({ device }) => device !== undefined);
  const { device, expiresAt = 0 } = flows.find(({ end }) => end === undefined) ?? {};
  if (device !== undefined) {
    const { deviceCode: _secret, interval: _ours, ...shown } = device;
    return { device: { ...shown, expiresAt } };
  }
  const outcome = flows.at(-1)?.end?.outcome;
  if (outcome === undefined || outcome === 'connected') return {};
  return { deviceFailure: new OAuthBrokerError(outcome) };
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

export type { MungedId };
