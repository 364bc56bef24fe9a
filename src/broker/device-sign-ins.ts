import { defined } from '../defined.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { requestDeviceAuthorization } from '../oauth/device-authorization.ts';
import { awaitDeviceToken } from '../oauth/device-polling.ts';
import type { TokenResult } from '../oauth/token-request.ts';
import type { RandomBytes } from '../random.ts';
import type { Store } from '../store/port.ts';
import { type App, type Attempt, isWaiting } from '../store/records.ts';
import type { Attempts, NewAttempt } from './attempts.ts';
import type { ProviderAccess } from './provider-access.ts';
import { scopeOf } from './scopes.ts';

export interface DeviceSignInsOptions {
  readonly store: Store;
  readonly access: ProviderAccess;
  readonly attempts: Attempts;
  readonly random: RandomBytes;
  readonly received: (app: App, attempt: Attempt, result: TokenResult) => Promise<unknown>;
  readonly failed: (app: App, attempt: Attempt, error: OAuthBrokerError) => Promise<unknown>;
}

/** Sign-ins by a code that the user types at the provider (RFC 8628), polled until they end; a restart takes them up. */
export class DeviceSignIns {
  readonly #options: DeviceSignInsOptions;
  readonly #polls = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  constructor(options: DeviceSignInsOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { store } = this.#options;
    for (const attempt of await store.attempts()) {
      if (attempt.device === undefined || !isWaiting(attempt)) continue;
      const app = await store.app(attempt.mungedId);
      if (app !== undefined) this.#poll(app, attempt);
      else await this.#options.attempts.fail(attempt, new OAuthBrokerError('unknown_app'));
    }
  }

  /** Stops polling; the attempts stay, to be taken up at the next start. */
  async close(): Promise<void> {
    const polls = [...this.#polls.values()];
    this.#polls.clear();
    for (const { abort } of polls) abort.abort();
    await Promise.allSettled(polls.map(({ done }) => done));
  }

  /** @throws OAuthBrokerError what {@link requestDeviceAuthorization} throws, `store_unavailable` */
  async start(app: App, fields: Omit<NewAttempt, 'method' | 'redirectUri'>): Promise<Attempt> {
    const { context, server, client, provider } = await this.#options.access.to(app);
    const { expiresAt, ...device } = await requestDeviceAuthorization(context, server, client, {
      ...defined({
        scope: scopeOf(app, provider),
        dialect: provider?.device?.dialect,
      }),
    });
    const attempt = await this.#options.attempts.create({
      ...fields,
      method: 'device',
      redirectUri: '',
      device,
      lifetime: Math.max(expiresAt - context.clock.now(), 0),
    });
    this.#poll(app, attempt);
    return attempt;
  }

  cancel(attempt: Attempt): void {
    this.#polls.get(attempt.state)?.abort.abort();
    this.#polls.delete(attempt.state);
  }

  #poll(app: App, attempt: Attempt): void {
    const abort = new AbortController();
    const done = this.#run(app, attempt, abort.signal).finally(() => this.#polls.delete(attempt.state));
    this.#polls.set(attempt.state, { abort, done });
  }

  async #run(app: App, attempt: Attempt, signal: AbortSignal): Promise<void> {
    const { access, attempts, random, received, failed } = this.#options;
    const { device } = attempt;
    if (device === undefined) return;
    try {
      const { context, server, client, provider } = await access.to(app);
      const result = await awaitDeviceToken(context, server, client, {
        deviceCode: device.deviceCode,
        interval: device.interval,
        expiresAt: attempt.expiresAt,
        signal,
        random: () => (random(1)[0] ?? 0) / 256,
        ...defined({ scope: scopeOf(app, provider), dialect: provider?.device?.dialect }),
      });
      await received(app, await attempts.claim(attempt.state), result);
    } catch (thrown) {
      // A poll that was stopped says nothing about the sign-in: it was cancelled, or goes on after the restart.
      if (!signal.aborted) await failed(app, attempt, asBrokerError(thrown));
    }
  }
}
