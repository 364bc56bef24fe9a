import { digestOfSecret } from '../../broker/secret-digest.ts';
import type { Clock } from '../../clock.ts';
import { type RandomBytes, randomToken } from '../../random.ts';

/** A browser that opened the console through a one-time link, for those who look at the list. */
export interface ConsoleSession {
  /** Names the session in the list; opens nothing. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastSeenAt: number;
  /** Where it was opened from. */
  readonly address: string;
  /** `User-Agent` as the browser sent it. */
  readonly agent: string;
}

/** Milliseconds. */
export const LONGEST_IDLE = 30 * 60_000;
/** Milliseconds. */
export const LONGEST_SESSION = 12 * 60 * 60_000;
/** More phones than a household has; beyond this the one that was idle longest goes. */
const MOST_SESSIONS = 16;
const LONGEST_AGENT = 512;

interface Kept extends ConsoleSession {
  /** Milliseconds since the machine booted. */
  readonly endsAt: number;
  readonly seenAt: number;
}

/**
 * The browsers on the LAN that may use the console. In memory only: a restart ends them all. Times are judged on the
 * clock that counts suspend and that nobody sets, so half an hour stays half an hour.
 */
export class ConsoleSessions {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  /** By the digest of the cookie, so that nothing in memory opens the console; the longest idle first. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns the value of the cookie that opens the console: 256 random bits, told to nobody else */
  start(address: string, agent: string): string {
    this.#sweep(MOST_SESSIONS - 1);
    const secret = randomToken(this.#random, 32);
    const now = this.#clock.now();
    const seenAt = this.#clock.sinceBoot();
    this.#kept.set(digestOfSecret(secret), {
      id: randomToken(this.#random, 9),
      startedAt: now,
      lastSeenAt: now,
      address,
      agent: agent.slice(0, LONGEST_AGENT),
      seenAt,
      endsAt: seenAt + LONGEST_SESSION,
    });
    return secret;
  }

  /**
   * @param isUse whether the user has done something; a page that follows the news by itself has not
   * @returns undefined where the session is over or never was
   */
  find(secret: string, isUse: boolean): ConsoleSession | undefined {
    this.#sweep(MOST_SESSIONS);
    const key = digestOfSecret(secret);
    const session = this.#kept.get(key);
    if (session === undefined || !isUse) return session && shownOf(session);
    const seen: Kept = { ...session, lastSeenAt: this.#clock.now(), seenAt: this.#clock.sinceBoot() };
    this.#kept.delete(key);
    this.#kept.set(key, seen);
    return shownOf(seen);
  }

  /** Those that are open, the last seen first. */
  all(): readonly ConsoleSession[] {
    this.#sweep(MOST_SESSIONS);
    return [...this.#kept.values()].map(shownOf).toReversed();
  }

  /** @returns whether there was one */
  end(id: string): boolean {
    for (const [key, session] of this.#kept) {
      if (session.id === id) return this.#kept.delete(key);
    }
    return false;
  }

  /** Lets go of what is over, and of the longest idle until at most `most` are left. */
  #sweep(most: number): void {
    const now = this.#clock.sinceBoot();
    for (const [key, { seenAt, endsAt }] of this.#kept) {
      if (now >= endsAt || now - seenAt >= LONGEST_IDLE) this.#kept.delete(key);
    }
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(key);
    }
  }
}

function shownOf({ id, startedAt, lastSeenAt, address, agent }: Kept): ConsoleSession {
  return { id, startedAt, lastSeenAt, address, agent };
}
