import { defined } from '../defined.ts';
import { hostIn } from '../oauth/endpoint.ts';
import type { Store } from '../store/port.ts';
import { type App, type Attempt, isWaiting } from '../store/records.ts';
import type { Apps } from './apps.ts';
import { attemptIdOf } from './attempt-id.ts';
import type { Attempts } from './attempts.ts';
import { deviceFlowOf, withoutSecret } from './device-codes.ts';
import type { Links } from './links.ts';
import type { Asker } from './methods/method.ts';
import { scopesOf } from './scopes.ts';
import type { SignInRequests } from './sign-in-requests.ts';
import type { Landing, SignInProspect, WaitingSignIn } from './types.ts';

export interface SignInViewsOptions {
  readonly store: Pick<Store, 'apps' | 'attempts'>;
  readonly apps: Apps;
  readonly attempts: Attempts;
  readonly links: Links;
  readonly requests: SignInRequests;
}

/** Sign-ins as those see them who look at them: before, on a link's page, and while they wait. */
export class SignInViews {
  readonly #options: SignInViewsOptions;

  constructor(options: SignInViewsOptions) {
    this.#options = options;
  }

  /**
   * What a sign-in of an app would be like.
   *
   * @param asker who would go through it
   */
  async prospect(app: App, asker: Asker): Promise<SignInProspect> {
    const { requests } = this.#options;
    const plan = await requests.plan(app, asker);
    return {
      app,
      scopes: scopesOf(app, plan.provider),
      providerHost: hostIn(app.authorizationEndpoint),
      ...(plan.provider === undefined ? {} : { provider: plan.provider }),
      methods: plan.methods,
      redirectUris: requests.redirectUris(plan),
    };
  }

  /**
   * @param asker who has opened the link
   * @throws OAuthBrokerError `link_unknown`, `unknown_app`
   */
  async landing(linkCode: string, asker: Asker): Promise<Landing> {
    const { apps, links } = this.#options;
    const { attempt, attempts, end } = await links.look(linkCode);
    const app = await apps.withId(attempt.mungedId);
    return {
      ...(await this.prospect(app, asker)),
      linkCode,
      ...deviceFlowOf(attempts),
      redirectUri: attempt.redirectUri,
      expiresAt: attempt.expiresAt,
      canStart: await links.siblingFields(linkCode).then(
        () => true,
        () => false,
      ),
      ...end,
    };
  }

  /** The sign-ins that wait for their user, oldest first; those of one link one by one. */
  async waiting(): Promise<readonly WaitingSignIn[]> {
    const { store, attempts } = this.#options;
    const [all, apps] = await Promise.all([store.attempts(), store.apps()]);
    const byId = new Map(apps.map((app) => [app.mungedId, app]));
    return all
      .filter((one) => isWaiting(one) && !attempts.hasExpired(one))
      .sort((one, other) => one.createdAt - other.createdAt)
      .flatMap((one) => {
        const app = byId.get(one.mungedId);
        return app === undefined ? [] : [waitingOf(app, one)];
      });
  }
}

function waitingOf(app: App, attempt: Attempt): WaitingSignIn {
  const { state, method, createdAt, expiresAt, linkCode, device, browser } = attempt;
  return {
    app,
    attempt: attemptIdOf(state),
    method,
    startedAt: createdAt,
    expiresAt,
    isOpened: browser !== undefined,
    ...defined({ linkCode, device: device === undefined ? undefined : withoutSecret(device) }),
  };
}
