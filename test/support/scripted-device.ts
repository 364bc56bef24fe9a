import { Broker } from '../../src/broker/index.ts';
import { EventHub } from '../../src/broker/event-hub.ts';
import type { AppRef, Registration, StartedSignIn } from '../../src/broker/types.ts';
import { OAuthBrokerError } from '../../src/errors.ts';
import { systemRandom } from '../../src/random.ts';
import type { App } from '../../src/store/records.ts';
import { MemoryStore } from './memory-store.ts';
import { registrationOf } from './registration.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** A request as a provider sees it. */
export interface Asked {
  readonly url: URL;
  readonly headers: Headers;
  readonly form: URLSearchParams;
  /** The body as it was. */
  readonly body: string;
}

export type Answer = (asked: Asked) => Response | Promise<Response>;

export const REF: AppRef = { skillId: 'skill', appId: 'app' };
export const MUNGED_ID = 'skill_app';
/** The port of every scripted device. */
export const PORT = 36_536;

/** A broker on simulated time whose providers are functions of the test, by host. */
export class ScriptedDevice {
  readonly clock = new SimulatedClock(Date.UTC(2026, 10, 24));
  readonly store = new MemoryStore();
  readonly events = new EventHub();
  /** Codes of the sign-ins that failed, in order. */
  readonly failures: string[] = [];
  readonly asked: Asked[] = [];
  lanHost = '192.168.1.7';
  relayUrl: string | undefined;
  broker: Broker;
  readonly #servers = new Map<string, Answer>();

  constructor() {
    this.events.subscribe({ signInFailed: ({ error }) => void this.failures.push(error.code) });
    this.broker = this.#boot();
  }

  /** From now on `host` answers so; undefined: it can't be reached. */
  serve(host: string, answer: Answer | undefined): void {
    if (answer === undefined) this.#servers.delete(host);
    else this.#servers.set(host, answer);
  }

  async register(fields: Partial<Registration> = {}): Promise<App> {
    const credentials = { clientId: 'the-client', clientSecret: 'the-secret' };
    return (await this.broker.apps.register(registrationOf({ ...REF, ...credentials, ...fields }))).app;
  }

  /** Brings the answer of a sign-in to the callback: a code, unless `params` say otherwise. */
  complete(started: StartedSignIn, params: Record<string, string> = { code: 'the-code' }, browser?: string) {
    return this.broker.signIn.complete({
      params: new URLSearchParams({ state: started.attempt.state, ...params }),
      mungedId: started.app.mungedId,
      ...(browser === undefined ? {} : { browser }),
    });
  }

  /** Ends the process without a goodbye and starts it again. */
  async restart(): Promise<void> {
    this.clock.dropTimers();
    this.broker = this.#boot();
    await this.broker.open();
  }

  /** The forms that were sent to an address, oldest first. */
  formsTo(address: string): readonly Record<string, string>[] {
    return this.asked.filter(({ url }) => url.href === address).map(({ form }) => Object.fromEntries(form));
  }

  #boot(): Broker {
    return new Broker({
      store: this.store,
      clock: this.clock,
      random: systemRandom,
      events: this.events,
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const url = new URL(request.url);
        const body = await request.text();
        const asked = { url, headers: request.headers, body, form: new URLSearchParams(body) };
        this.asked.push(asked);
        const answer = this.#servers.get(url.host);
        if (answer === undefined) throw new OAuthBrokerError('provider_unreachable', { provider: url.host });
        return answer(asked);
      },
      builtAt: 0,
      attemptLifetime: 600_000,
      port: () => PORT,
      loopbackHost: '127.0.0.1',
      lanHost: async () => this.lanHost,
      relayUrl: () => this.relayUrl,
    });
  }
}

/** The query of an address. */
export function queryOf(address: string): Record<string, string> {
  return Object.fromEntries(new URL(address).searchParams);
}

/** A token endpoint that gives everybody the same. */
export const TOKENS: Answer = () =>
  Response.json({ access_token: 'access', refresh_token: 'refresh', token_type: 'Bearer', expires_in: 3600 });
