import type { Clock } from '../clock.ts';
import { defined } from '../defined.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { RandomBytes } from '../random.ts';
import type { Store } from '../store/port.ts';
import { type App, type AskerContext, type Attempt, isWaiting, type Method } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { type AttemptId, attemptIdOf } from './attempt-id.ts';
import { Attempts } from './attempts.ts';
import { digestOfSecret } from './secret-digest.ts';
import type { Connections } from './connections.ts';
import type { EventLog } from './event-log.ts';
import { DeviceSignIns } from './device-sign-ins.ts';
import { withoutSecret } from './device-codes.ts';
import { Links } from './links.ts';
import { type ProviderAccess, tokenOriginOf } from './provider-access.ts';
import { isDeviceOnly } from './methods/facts.ts';
import { type Asker, ASKER_OF_METHOD } from './methods/method.ts';
import { PastedResponses } from './pasted-responses.ts';
import { SignInCompletion } from './sign-in-completion.ts';
import { type SignInPlace, type SignInPlan, SignInRequests } from './sign-in-requests.ts';
import { SignInViews } from './sign-in-views.ts';
import type { TokenKeeper } from './token-keeper.ts';
import type {
  AppRef,
  AuthorizationResponse,
  BrokerEvents,
  Invitation,
  Landing,
  SignedIn,
  SignInProspect,
  StartedSignIn,
  StartOptions,
  WaitingSignIn,
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
  readonly eventLog: EventLog;
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
  readonly #completion: SignInCompletion;
  readonly #views: SignInViews;
  readonly #pasted: PastedResponses;

  constructor(options: SignInOptions) {
    const { store, clock, random, events, eventLog, access, attemptLifetime: lifetime } = options;
    this.#options = options;
    this.#attempts = new Attempts({ store, clock, random, events, eventLog, lifetime });
    this.#links = new Links({ store, attempts: this.#attempts, random, clock, lifetime });
    this.#requests = new SignInRequests({ ...options, attempts: this.#attempts });
    this.#completion = new SignInCompletion({
      ...options,
      attempts: this.#attempts,
      links: this.#links,
      requests: this.#requests,
      connectedLink: (attempt) => this.#stopSiblings(attempt),
    });
    this.#devices = new DeviceSignIns({
      access,
      store,
      random,
      attempts: this.#attempts,
      received: (app, attempt, result) => this.#completion.keep(app, attempt, result),
      failed: (app, attempt, error) => this.#completion.fail(app, attempt, error),
    });
    const parts = { attempts: this.#attempts, links: this.#links, requests: this.#requests };
    this.#views = new SignInViews({ ...options, ...parts });
    this.#pasted = new PastedResponses({ store, links: this.#links });
  }

  async open(): Promise<void> {
    await this.#attempts.open();
    await this.#devices.open();
  }

  /** Waits for the sign-ins that are being completed; each ends, since every request to a provider has a time-out. */
  async close(): Promise<void> {
    this.#attempts.close();
    await this.#devices.close();
    await this.#completion.close();
  }

  /**
   * Starts a sign-in by one method; where the provider knows no redirect, by a device code whatever was asked for.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `method_not_possible`, `store_unavailable`; a client
   *   registration, a device flow and a pushed request also what the provider's side throws
   */
  async start(ref: AppRef, { method, insist = false, through, asker }: StartOptions): Promise<StartedSignIn> {
    const app = await this.#requests.readyApp(ref);
    const plan = await this.#requests.plan(app, through ?? ASKER_OF_METHOD[method]);
    if (insist) this.#requests.requireOffered(plan, method);
    const fields = { ...placeOf(app), ...defined({ asker }) };
    const started = await (method === 'device' || isDeviceOnly(app)
      ? this.#startDevice(app, plan, fields)
      : this.#startRedirect(app, plan, () =>
          this.#attempts.create({ ...fields, ...this.#requests.redirectFields(plan, method) }),
        ));
    this.#options.events.signInStarted(started);
    return started;
  }

  async #startDevice(
    app: App,
    { methods }: SignInPlan,
    fields: Parameters<DeviceSignIns['start']>[1],
  ): Promise<StartedSignIn> {
    const attempt = await this.#devices.start(app, fields);
    return { app, attempt, authorizationUrl: pageOf(attempt), methods };
  }

  async #startRedirect(
    app: App,
    { methods }: SignInPlan,
    create: () => Promise<Attempt>,
  ): Promise<StartedSignIn> {
    const attempt = await create();
    return { app, attempt, authorizationUrl: await this.#requests.urlOf(app, attempt), methods };
  }

  /**
   * Makes a short link that a phone opens. By a device code, if that was asked for or is the best there is, the code is
   * fetched at once, so that it can be shown and read aloud beside the link.
   *
   * @throws OAuthBrokerError `unknown_app`, `needs_credentials`, `method_not_possible`, `store_unavailable`; a client
   *   registration, and a device flow that was asked for, also what the provider's side throws
   */
  async invite(
    ref: AppRef,
    { asker, method }: { readonly asker?: AskerContext; readonly method?: Method },
  ): Promise<Invitation> {
    const app = await this.#requests.readyApp(ref);
    const plan = await this.#requests.plan(app, 'phone');
    if (method !== undefined) this.#requests.requireOffered(plan, method);
    const fields = { ...placeOf(app), ...defined({ asker }) };
    const attempt =
      (await this.#inviteByDevice(app, plan, fields, method)) ??
      (await this.#links.create({
        ...fields,
        ...this.#requests.redirectFields(plan, method ?? bestRedirect(plan)),
      }));
    this.#options.events.signInStarted({ app, attempt });
    const { linkCode = '', expiresAt, device } = attempt;
    return {
      app,
      linkCode,
      expiresAt,
      methods: plan.methods,
      attemptId: attemptIdOf(attempt.state),
      ...(device === undefined ? {} : { device: withoutSecret(device) }),
    };
  }

  async #inviteByDevice(
    app: App,
    { methods: [best] }: SignInPlan,
    fields: Parameters<DeviceSignIns['start']>[1],
    method: Method | undefined,
  ): Promise<Attempt | undefined> {
    const isBest = best?.offered === true && best.method === 'device';
    if (method !== 'device' && !(method === undefined && isBest)) return undefined;
    try {
      return await this.#devices.start(app, { ...fields, linkCode: this.#links.newCode() });
    } catch (thrown) {
      // Many a client is not allowed the device flow, by its settings at the provider; the other ways remain.
      if (method === 'device' || isDeviceOnly(app)) throw thrown;
      return undefined;
    }
  }

  /**
   * What a sign-in of an app would be like.
   *
   * @param asker who would go through it
   */
  prospect(app: App, asker: Asker): Promise<SignInProspect> {
    return this.#views.prospect(app, asker);
  }

  /**
   * @param asker who has opened the link
   * @throws OAuthBrokerError `link_unknown`, `unknown_app`
   */
  landing(linkCode: string, asker: Asker = 'phone'): Promise<Landing> {
    return this.#views.landing(linkCode, asker);
  }

  /** The sign-ins that wait for their user, oldest first; those of one link one by one. */
  waiting(): Promise<readonly WaitingSignIn[]> {
    return this.#views.waiting();
  }

  /**
   * Starts the sign-in of a link in one browser; each browser has an attempt of its own for each method.
   *
   * @param browserCookie the random value that the browser will present again at the callback
   * @param asked default: as the link was made
   * @param asker who has opened the link
   * @throws OAuthBrokerError `link_unknown`, `attempt_expired`, `attempt_used`, `attempt_cancelled`, `unknown_app`,
   *   `needs_credentials`, `method_not_possible`, and for a device flow what the provider's side throws
   */
  async continue(
    linkCode: string,
    browserCookie: string,
    asked?: Method,
    asker: Asker = 'phone',
  ): Promise<StartedSignIn> {
    const { attempt: first } = await this.#links.look(linkCode);
    const app = await this.#requests.readyApp(first.mungedId);
    const plan = await this.#requests.plan(app, asker);
    if (asked !== undefined) this.#requests.requireOffered(plan, asked);
    const method = asked ?? first.method;
    if (method === 'device') return this.#continueDevice(app, plan, linkCode);
    const way =
      asked === undefined
        ? { method, redirectUri: first.redirectUri }
        : this.#requests.redirectFields(plan, method);
    return this.#startRedirect(app, plan, () =>
      this.#links.start(linkCode, digestOfSecret(browserCookie), way),
    );
  }

  /** The code of a link is one for all its browsers; an expired one is replaced. */
  #continueDevice(app: App, plan: SignInPlan, linkCode: string): Promise<StartedSignIn> {
    return this.#links.inTurn(linkCode, async () => {
      const { attempts } = await this.#links.look(linkCode);
      const fields = await this.#links.siblingFields(linkCode);
      const waiting = attempts.find((one) => one.device !== undefined && isWaiting(one));
      return waiting === undefined
        ? this.#startDevice(app, plan, fields)
        : { app, attempt: waiting, authorizationUrl: pageOf(waiting), methods: plan.methods };
    });
  }

  /**
   * Takes what the user copied out of the address bar of the page that could not be opened.
   *
   * @throws OAuthBrokerError `paste_empty`, `paste_no_code`, `paste_other_site`, `link_unknown`, `attempt_unknown`,
   *   `attempt_foreign`, and all that {@link complete} throws
   */
  async paste(linkCode: string, browserCookie: string, pasted: string): Promise<SignedIn> {
    return this.complete(await this.#pasted.ofLink(linkCode, browserCookie, pasted));
  }

  /**
   * Takes what the user copied out of the address bar, for a sign-in that no page of this device has started.
   *
   * @throws OAuthBrokerError as {@link paste}
   */
  async pasteFor(attemptId: AttemptId, pasted: string): Promise<SignedIn> {
    return this.complete(await this.#pasted.ofAttempt(attemptId, pasted));
  }

  /**
   * Ends the sign-ins of an app that wait.
   *
   * @param only the one that is to end; default: every one
   * @returns how many there were
   * @throws OAuthBrokerError `unknown_app`, `store_unavailable`
   */
  async cancel(ref: AppRef, only?: AttemptId): Promise<number> {
    const app = await this.#options.apps.find(ref);
    const all = await this.#options.store.attempts();
    const waiting = all.filter(
      (one) =>
        one.mungedId === app.mungedId &&
        isWaiting(one) &&
        (only === undefined || attemptIdOf(one.state) === only),
    );
    for (const attempt of waiting) {
      this.#devices.cancel(attempt);
      await this.#completion.fail(
        app,
        attempt,
        new OAuthBrokerError('attempt_cancelled', { app: app.mungedId }),
      );
    }
    return waiting.length;
  }

  /**
   * Takes an authorization response, by whichever way it came, through to the committed token set.
   *
   * @throws OAuthBrokerError every code of a sign-in, of the provider's side and of the store
   */
  complete(response: AuthorizationResponse): Promise<SignedIn> {
    return this.#completion.complete(response);
  }

  /** Tells whoever asked here how a sign-in ended that came back to another device. */
  async endedElsewhere(attempt: Attempt): Promise<void> {
    this.#devices.cancel(attempt);
    await this.#completion.endedElsewhere(attempt);
  }

  /** The codes of a link that has connected need not be asked after any more. */
  async #stopSiblings({ linkCode, state }: Attempt): Promise<void> {
    if (linkCode === undefined) return;
    for (const one of await this.#options.store.attemptsOfLink(linkCode)) {
      if (one.device !== undefined && one.state !== state) this.#devices.cancel(one);
    }
  }
}

/** What an attempt remembers of the app: its answer must come from there, and its code goes there. */
function placeOf(app: App): Pick<Attempt, 'mungedId' | 'issuer' | 'tokenOrigin'> {
  return {
    mungedId: app.mungedId,
    tokenOrigin: tokenOriginOf(app),
    ...(app.issuer === undefined ? {} : { issuer: app.issuer }),
  };
}

/** Where the user of a device flow goes. */
function pageOf({ device }: Attempt): string {
  return device?.verificationUriComplete ?? device?.verificationUri ?? '';
}

/** A link must lead somewhere even where no way is open: its page says why. */
function bestRedirect({ methods }: SignInPlan): Method {
  return methods.find(({ offered, method }) => offered && method !== 'device')?.method ?? 'paste';
}
