import { setTimeout as sleep } from 'node:timers/promises';
import { type BusClient, Message, MessageContext } from '../../src/bus/index.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { userAgent } from './user-agent.ts';

/** Milliseconds in which any request has its answer, slow providers included. */
const PATIENCE = 45_000;
/** The same where the bus may have swallowed it. */
const LITTLE_PATIENCE = 5_000;

/** A request that was made, and what came of it. */
export interface Asked {
  readonly type: string;
  readonly appId: string;
  readonly at: number;
  replies: number;
  /** The bus and the way to it were whole from the request to its first answer, or to the end of our patience. */
  certain: boolean;
  reply?: JsonObject;
}

export interface SoakTrafficOptions {
  readonly client: BusClient;
  readonly skillId: string;
  readonly random: () => number;
  /** Milliseconds that a sign-in waits for its user. */
  readonly attemptLifetime: number;
}

/** What the skills and the user of a device do all day, with a record of every request. */
export class SoakTraffic {
  readonly #options: SoakTrafficOptions;
  readonly asked: Asked[] = [];
  readonly #byName = new Map<string, Asked>();
  readonly #waiting = new Map<string, () => void>();
  readonly #pending = new Set<Promise<unknown>>();
  /** Milliseconds, of sign-ins that nobody has finished. */
  readonly #abandonedAt: number[] = [];
  /** From the address to the page that says connected, in milliseconds. */
  readonly callbacks: number[] = [];
  /** How sign-ins ended, by what the user saw. */
  readonly signIns = { connected: 0, declined: 0, failed: 0, abandoned: 0 };
  #isBusWhole = true;

  constructor(options: SoakTrafficOptions) {
    this.#options = options;
    for (const topic of Object.values(REPLIES)) {
      options.client.on(topic, ({ context, data }) => this.#replied(context.get('asked_by'), data));
    }
  }

  /** The bus or the way to it is about to be broken, or is whole again and the broker was heard. */
  set isBusWhole(isWhole: boolean) {
    this.#isBusWhole = isWhole;
    if (isWhole) return;
    for (const [name, giveUp] of this.#waiting) {
      const asked = this.#byName.get(name);
      if (asked !== undefined) asked.certain = false;
      setTimeout(giveUp, LITTLE_PATIENCE);
    }
  }

  /** Sends a request; resolves to its first reply, undefined where none comes. */
  async ask(
    type: keyof typeof REPLIES,
    appId: string,
    fields: JsonObject = {},
  ): Promise<JsonObject | undefined> {
    const name = `soak ${this.asked.length}`;
    const asked: Asked = { type, appId, at: Date.now(), replies: 0, certain: this.#isBusWhole };
    this.asked.push(asked);
    this.#byName.set(name, asked);
    const data = { skill_id: this.#options.skillId, app_id: appId, ...fields };
    const answered = new Promise<void>((resolve) => this.#waiting.set(name, resolve));
    this.#options.client.emit(new Message(type, data, MessageContext.of({ asked_by: name })));
    const patience = asked.certain ? PATIENCE : LITTLE_PATIENCE;
    await Promise.race([answered, sleep(patience, undefined, { ref: false })]);
    this.#waiting.delete(name);
    return asked.reply;
  }

  /** Does one of the things that are done on a device, by chance; does not wait for its end. */
  step(appId: string): void {
    const dice = this.#options.random();
    const run = (): Promise<unknown> => {
      if (dice < 0.4) return this.ask('oauth.token.get', appId);
      if (dice < 0.55) return this.ask('oauth.refresh', appId);
      if (dice < 0.7) return this.ask('oauth.status', appId);
      if (dice < 0.75) return this.ask('oauth.list', appId);
      if (dice < 0.8) return this.ask('oauth.refresh', 'nobody-has-registered-this');
      if (dice < 0.92) return this.signIn(appId);
      if (dice < 0.95) return this.signIn(appId, 'deny');
      return this.abandon(appId);
    };
    const pending = run().finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  /** Resolves when everything begun has ended. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Signs in as a user does who is given an address; false where something was away. */
  async signIn(appId: string, decision: 'approve' | 'deny' = 'approve'): Promise<boolean> {
    const { url } = (await this.ask('oauth.get', appId)) ?? {};
    const begunAt = Date.now();
    if (typeof url !== 'string') return false;
    try {
      const callback = await userAgent[decision](url);
      const before = performance.now();
      const answer = await fetch(callback);
      await answer.text();
      if (decision === 'deny') this.signIns.declined += 1;
      else if (answer.ok) {
        this.signIns.connected += 1;
        this.callbacks.push(performance.now() - before);
        return true;
      } else this.signIns.failed += 1;
      // The broker may keep one that failed for want of the provider, to be tried again.
      this.#abandonedAt.push(begunAt);
    } catch {
      this.signIns.failed += 1;
      this.#abandonedAt.push(begunAt);
    }
    return false;
  }

  async abandon(appId: string): Promise<void> {
    this.signIns.abandoned += 1;
    this.#abandonedAt.push(Date.now());
    await this.ask('oauth.get', appId);
  }

  /** How many sign-ins may still be waiting: begun within their lifetime, and not finished. */
  mayWait(): number {
    // Two seconds for the sweep.
    const since = Date.now() - this.#options.attemptLifetime - 2_000;
    return this.#abandonedAt.filter((at) => at >= since).length;
  }

  #replied(name: unknown, data: JsonObject): void {
    if (typeof name !== 'string') return;
    const asked = this.#byName.get(name);
    if (asked === undefined) return;
    asked.replies += 1;
    asked.reply ??= data;
    this.#waiting.get(name)?.();
  }
}

/** Where each request is answered. */
const REPLIES = {
  'oauth.token.get': 'oauth.token.get.response',
  'oauth.refresh': 'oauth.refresh.response',
  'oauth.status': 'oauth.status.response',
  'oauth.list': 'oauth.list.response',
  'oauth.cancel': 'oauth.cancel.response',
  'oauth.register': 'oauth.register.response',
  'oauth.get': 'oauth.url',
} as const;

/** The error code of a reply to `oauth.refresh` or `oauth.token.get`; undefined where it is good news. */
export function failureIn(reply: JsonObject): string | undefined {
  const code = reply['reason'] ?? reply['error_code'];
  if (typeof code === 'string') return code;
  return isJsonObject(reply['error']) ? 'error' : undefined;
}
