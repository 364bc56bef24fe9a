import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { RandomBytes } from '../../random.ts';
import { OneTimeLinks } from './one-time-links.ts';
import { type ConsoleSession, ConsoleSessions } from './sessions.ts';

export type { ConsoleSession } from './sessions.ts';

export interface ConsoleAccessOptions {
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Host under which a phone reaches this device at this moment. */
  readonly lanHost: () => Promise<string>;
  readonly port: () => number;
}

/** Who has the console open: somebody at the device itself, or a browser with a session. */
export type Visitor = { readonly kind: 'local' } | { readonly kind: 'session'; readonly id: string };

/** Who may use the console from the LAN, and by which links they come in. Nothing of it outlives the process. */
export class ConsoleAccess {
  readonly #options: ConsoleAccessOptions;
  readonly #links: OneTimeLinks;
  readonly #sessions: ConsoleSessions;
  readonly #formKey: Uint8Array;
  readonly #listeners = new Set<() => void>();

  constructor(options: ConsoleAccessOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.#links = new OneTimeLinks(clock, random);
    this.#sessions = new ConsoleSessions(clock, random);
    this.#formKey = random(32);
  }

  /**
   * Makes a link that opens the console in one browser: for five minutes, once.
   *
   * @returns the link, and when it ends in milliseconds since the Unix epoch
   */
  async invite(): Promise<{ readonly url: string; readonly expiresAt: number }> {
    const { lanHost, port } = this.#options;
    const host = await lanHost();
    const { code, expiresAt } = this.#links.create();
    return { url: `http://${host}:${port()}/console/open/${code}`, expiresAt };
  }

  /** Where a browser on this device opens the console without a link. */
  get localUrl(): string {
    return `http://127.0.0.1:${this.#options.port()}/console`;
  }

  /** Whether a code would open the console; asking uses nothing up. */
  isInvited(code: string): boolean {
    return this.#links.isOpen(code);
  }

  /** @returns the value of the session's cookie; undefined where the code is used up, too old or made up */
  enter(code: string, visitor: { readonly address: string; readonly agent: string }): string | undefined {
    if (!this.#links.use(code)) return undefined;
    const secret = this.#sessions.start(visitor.address, visitor.agent);
    this.#changed();
    return secret;
  }

  /**
   * @param secret the value of the cookie
   * @param isUse whether the user has done something; following the news keeps no session alive
   */
  sessionOf(secret: string, isUse: boolean): ConsoleSession | undefined {
    return this.#sessions.find(secret, isUse);
  }

  /** The open sessions, the last seen first. */
  sessions(): readonly ConsoleSession[] {
    return this.#sessions.all();
  }

  /** Ends a session. @returns whether there was one */
  revoke(id: string): boolean {
    const was = this.#sessions.end(id);
    if (was) this.#changed();
    return was;
  }

  /** What every form of the console carries: bound to its visitor, readable on our own pages alone. */
  formTokenFor(visitor: Visitor): string {
    const name = visitor.kind === 'local' ? 'local' : `session ${visitor.id}`;
    return createHmac('sha256', this.#formKey).update(name).digest('base64url');
  }

  isFormTokenOf(visitor: Visitor, token: string): boolean {
    const expected = Buffer.from(this.formTokenFor(visitor));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  /** Calls `listener` when a session began or was ended. @returns a function that unsubscribes */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
