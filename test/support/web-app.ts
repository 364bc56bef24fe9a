import type { AuthorizationResponse, Landing, SignedIn, StartedSignIn } from '../../src/broker/types.ts';
import { OAuthBrokerError } from '../../src/errors.ts';
import type { Log, LogFields } from '../../src/log.ts';
import { systemRandom } from '../../src/random.ts';
import type { App, DeviceCodes, Method, MungedId } from '../../src/store/records.ts';
import { createWebApp, Progress, type WebDeps, type WebSignIn } from '../../src/web/index.ts';
import { SimulatedClock } from './simulated-clock.ts';

export const LINK_CODE = 'ABCDEF1234';

export const SAMPLE_APP: App = {
  mungedId: 'ovos-skill-music.openvoiceos_music' as MungedId,
  skillId: 'ovos-skill-music.openvoiceos',
  appId: 'music',
  clientId: 'client',
  clientSecret: null,
  credentialsFrom: 'skill',
  isPublic: true,
  authorizationEndpoint: 'https://accounts.music.example/authorize',
  tokenEndpoint: 'https://accounts.music.example/token',
  scope: 'playlist-read user-library',
  shellIntegration: true,
};

/** Plays the broker's part for the pages alone: it answers what the test tells it to and keeps what it was asked. */
export class ScriptedSignIn implements WebSignIn {
  app: App = SAMPLE_APP;
  authorizationUrl = 'https://accounts.music.example/authorize?client_id=client&state=the-state';
  landingFields: Partial<Landing> = {};
  /** What `complete`, `continue` and `paste` throw, if anything. */
  refusal: Error | undefined;
  readonly completed: AuthorizationResponse[] = [];
  readonly continued: Array<{
    readonly linkCode: string;
    readonly browser: string;
    readonly method?: Method;
  }> = [];
  readonly pasted: Array<{ readonly linkCode: string; readonly browser: string; readonly text: string }> = [];
  /** What a device flow that is started shows; absent: the app has none. */
  device: DeviceCodes | undefined;
  readonly looked: string[] = [];
  /** Holds `complete` back until it resolves. */
  gate: Promise<void> = Promise.resolve();

  async landing(linkCode: string): Promise<Landing> {
    this.looked.push(linkCode);
    this.#refuseUnknown(linkCode);
    return {
      app: this.app,
      linkCode,
      scopes: this.app.scope?.split(' ') ?? [],
      methods: [{ method: 'lan', offered: true, reason: 'provider_may_take_lan' }],
      redirectUris: {
        lan: `http://127.0.0.1:36536/auth/callback/${encodeURIComponent(this.app.mungedId)}`,
        paste: `http://127.0.0.1:36536/auth/callback/${encodeURIComponent(this.app.mungedId)}`,
      },
      providerHost: new URL(this.app.authorizationEndpoint).host,
      redirectUri: `http://127.0.0.1:36536/auth/callback/${encodeURIComponent(this.app.mungedId)}`,
      expiresAt: Date.UTC(2026, 0, 1, 0, 10),
      canStart: true,
      state: 'waiting',
      ...this.landingFields,
    };
  }

  async continue(linkCode: string, browser: string, method?: Method): Promise<StartedSignIn> {
    this.#refuseUnknown(linkCode);
    if (this.refusal !== undefined) throw this.refusal;
    this.continued.push({ linkCode, browser, ...(method === undefined ? {} : { method }) });
    const { app, authorizationUrl, device } = this;
    const attempt = {
      state: 'the-state',
      mungedId: app.mungedId,
      codeVerifier: 'the-verifier',
      redirectUri: 'http://127.0.0.1:36536/auth/callback/x',
      method: method ?? 'lan',
      createdAt: 0,
      expiresAt: 0,
      ...(device === undefined ? {} : { device }),
    };
    return { app, attempt, authorizationUrl, methods: [] };
  }

  async paste(linkCode: string, browser: string, text: string): Promise<SignedIn> {
    this.#refuseUnknown(linkCode);
    this.pasted.push({ linkCode, browser, text });
    if (this.refusal !== undefined) throw this.refusal;
    this.landingFields = { ...this.landingFields, state: 'connected' };
    return { app: this.app, tokenSet: { access_token: 'the-access-token' } };
  }

  async complete(response: AuthorizationResponse): Promise<SignedIn> {
    this.completed.push(response);
    await this.gate;
    if (this.refusal !== undefined) throw this.refusal;
    return { app: this.app, tokenSet: { access_token: 'the-access-token' } };
  }

  #refuseUnknown(linkCode: string): void {
    if (linkCode !== LINK_CODE) throw new OAuthBrokerError('link_unknown');
  }
}

export interface LogLine {
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that keeps its lines. */
export function keptLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (message: string, fields: LogFields = {}): void => void lines.push({ message, fields });
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}

/** A web app on a scripted broker and a clock that the test moves. */
export function webAppForTest(changes: Partial<Omit<WebDeps, 'signIn' | 'log'>> = {}) {
  const clock = new SimulatedClock();
  const signIn = new ScriptedSignIn();
  const log = keptLog();
  const progress = new Progress(changes.clock ?? clock);
  const hosts = { hostname: 'mark2', addresses: () => ['192.168.1.20', 'fe80::1', 'fd00::20'] };
  const deps: WebDeps = {
    signIn,
    progress,
    hosts,
    lang: 'en-us',
    log,
    clock,
    random: systemRandom,
    ...changes,
  };
  const app = createWebApp(deps);
  /** One request to the device under its loopback name. */
  const ask = async (
    path: string,
    init: RequestInit = {},
    remoteAddress = '192.168.1.9',
  ): Promise<Response> => app.request(`http://localhost:36536${path}`, init, { remoteAddress });
  return { app, ask, clock, signIn, log, progress: deps.progress };
}
