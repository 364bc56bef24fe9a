import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import { createCodeVerifier } from '../oauth/pkce.ts';
import { type RandomBytes, randomToken } from '../random.ts';
import type { Change, Store } from '../store/port.ts';
import { type Attempt, type AttemptEnd, isWaiting } from '../store/records.ts';
import { attemptIdOf } from './attempt-id.ts';
import type { EventLog } from './event-log.ts';
import type { BrokerEvents } from './types.ts';

/** A skill that asks for URL after URL must not fill the disk: beyond this the app's oldest waiting attempt goes. */
const MOST_WAITING = 64;

/**
 * Of all apps together, in characters of their records, of which most hold one or two thousand. Beyond this the oldest of
 * the app that has most goes: one that floods pushes out its own.
 */
const LARGEST_WAITING = 16 * 1024 * 1024;
/** What a record holds beside the asker's context. */
const RECORD_SIZE = 1_024;

/** Milliseconds; attempts that end close together are swept together. */
const SWEEP_PAUSE = 1_000;

export type NewAttempt = Pick<Attempt, 'mungedId' | 'redirectUri' | 'method'> &
  Partial<Pick<Attempt, 'issuer' | 'tokenOrigin' | 'linkCode' | 'browser' | 'asker' | 'device' | 'state'>> & {
    /** Milliseconds until it expires, where it is to end with another one; else the configured lifetime. */
    readonly lifetime?: number;
  };

interface Group {
  /** By state. */
  readonly attempts: Map<string, Attempt>;
  /** Of those that are not leaving. */
  size: number;
}

export interface AttemptsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly events: BrokerEvents;
  readonly eventLog: EventLog;
  /** Milliseconds. */
  readonly lifetime: number;
}

/**
 * The sign-ins under way, from their making to their end.
 *
 * Expiry is judged on the monotonic clock: a device without a clock battery sets its time in the middle of a sign-in,
 * and ten minutes must stay ten minutes. Only across a restart does the wall clock have to do.
 */
export class Attempts {
  readonly #options: AttemptsOptions;
  /** Monotonic deadline of every waiting attempt by state, in milliseconds, in the order they were made. */
  readonly #deadlines = new Map<string, number>();
  /** Waiting attempts by group, oldest first. */
  readonly #waiting = new Map<string, Group>();
  /** States of attempts that give way to new ones once those are kept. */
  readonly #leaving = new Set<string>();
  /** Of all that wait and are not leaving, see {@link LARGEST_WAITING}. */
  #size = 0;
  #cancelSweep: (() => void) | undefined;
  /** Monotonic milliseconds. */
  #sweepsAt = 0;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Takes up the attempts that outlived a restart. */
  async open(): Promise<void> {
    const { store, clock } = this.#options;
    for (const attempt of await store.attempts()) {
      if (attempt.end !== undefined || this.#deadlines.has(attempt.state)) continue;
      if (attempt.claimedAt !== undefined) {
        await this.#interrupted(attempt);
        continue;
      }
      // A wall clock that ran wild during the restart must neither kill an attempt nor make it immortal.
      const lifetime = attempt.expiresAt - attempt.createdAt;
      const left = Math.min(Math.max(attempt.expiresAt - clock.now(), 0), lifetime);
      this.#watch(attempt, clock.now() < attempt.createdAt ? lifetime : left);
    }
    this.#scheduleSweep();
  }

  /** The process died while the code was being spent: nobody knows what came of it, and a phone may wait for an end. */
  async #interrupted(attempt: Attempt): Promise<void> {
    const end = this.endChange(attempt, 'internal');
    await this.#options.store.commit([end], 'written').catch(() => undefined);
  }

  close(): void {
    this.#cancelSweep?.();
  }

  /** Makes an attempt; when this resolves it survives the death of the process. */
  async create(fields: NewAttempt): Promise<Attempt> {
    const { store, clock, random } = this.#options;
    const { lifetime = this.#options.lifetime, ...rest } = fields;
    const now = clock.now();
    const attempt: Attempt = {
      state: randomToken(random),
      ...rest,
      codeVerifier: createCodeVerifier(random),
      createdAt: now,
      expiresAt: now + lifetime,
    };
    const crowdedOut = this.#crowdOut(attempt);
    const changes: Change[] = [
      { op: 'put_attempt', attempt },
      ...crowdedOut.map(({ state }): Change => ({ op: 'delete_attempt', state })),
    ];
    // Before it is kept: of those that come at once each must see the others.
    this.#watch(attempt, lifetime);
    try {
      await store.commit(changes, 'written');
    } catch (error) {
      this.#forget(attempt);
      for (const one of crowdedOut) this.#stay(one);
      throw error;
    }
    this.#scheduleSweep();
    this.#options.eventLog.add({ kind: 'sign_in_started', ...namesOf(attempt) });
    for (const one of crowdedOut) this.ended(one, 'too_many_requests');
    return attempt;
  }

  /** Binds a waiting attempt to the browser that started it. */
  async bind(attempt: Attempt, browser: string): Promise<Attempt> {
    const bound: Attempt = { ...attempt, browser };
    await this.#options.store.commit([{ op: 'put_attempt', attempt: bound }], 'written');
    return bound;
  }

  hasExpired(attempt: Attempt): boolean {
    const { clock } = this.#options;
    // Of what another device was asked for only the time of day is known here.
    if (attempt.origin !== undefined) return clock.now() >= attempt.expiresAt;
    const deadline = this.#deadlines.get(attempt.state);
    return deadline !== undefined && clock.monotonic() >= deadline;
  }

  /**
   * Makes this call the only one that may go on with the attempt.
   *
   * @throws OAuthBrokerError `attempt_unknown`, `attempt_used`, `attempt_expired`
   */
  async claim(state: string): Promise<Attempt> {
    const { store, clock } = this.#options;
    const claim = await store.claimAttempt(state, clock.now());
    if (claim.status === 'unknown') throw new OAuthBrokerError('attempt_unknown');
    if (claim.status === 'used') {
      const { end, mungedId } = claim.attempt;
      if (end?.outcome === 'attempt_expired')
        throw new OAuthBrokerError('attempt_expired', { app: mungedId });
      throw new OAuthBrokerError('attempt_used', {
        app: mungedId,
        ...(end === undefined ? {} : { outcome: end.outcome }),
      });
    }
    // A device code is judged by the provider alone, and what it has granted is not given up.
    const expired = claim.attempt.device === undefined && this.hasExpired(claim.attempt);
    this.#forget(claim.attempt);
    if (expired) throw await this.fail(claim.attempt, new OAuthBrokerError('attempt_expired'));
    return claim.attempt;
  }

  /** What to commit, together with whatever the attempt brought, to end it. */
  endChange(attempt: Attempt, outcome: AttemptEnd['outcome']): Change {
    // Whoever asked is told once; a record that only waits to be forgotten need not carry their context.
    const { asker: _told, ...rest } = attempt;
    return {
      op: 'put_attempt',
      attempt: { ...rest, end: { at: this.#options.clock.now(), outcome } },
    };
  }

  /** Lets go of an attempt whose end is committed. */
  ended(attempt: Attempt, outcome: AttemptEnd['outcome']): void {
    this.#forget(attempt);
    const names = namesOf(attempt);
    if (outcome === 'connected') this.#options.eventLog.add({ kind: outcome, ...names });
    else this.#options.eventLog.add({ kind: 'sign_in_failed', ...names, code: outcome });
    this.#options.events.attemptEnded({ attempt });
  }

  /** Ends an attempt without a token and returns `error`, to be thrown. */
  async fail(attempt: Attempt, error: OAuthBrokerError): Promise<OAuthBrokerError> {
    await this.#options.store.commit([this.endChange(attempt, error.code)], 'written');
    this.ended(attempt, error.code);
    return error;
  }

  #watch(attempt: Attempt, left: number): void {
    this.#deadlines.set(attempt.state, this.#options.clock.monotonic() + left);
    const name = groupOf(attempt);
    const group = this.#waiting.get(name) ?? { attempts: new Map<string, Attempt>(), size: 0 };
    this.#waiting.set(name, group);
    group.attempts.set(attempt.state, attempt);
    this.#count(attempt, sizeOf(attempt));
  }

  #forget(attempt: Attempt): void {
    this.#deadlines.delete(attempt.state);
    const group = this.#waiting.get(groupOf(attempt));
    const known = group?.attempts.get(attempt.state);
    if (known !== undefined && !this.#leaving.delete(attempt.state)) this.#count(known, -sizeOf(known));
    group?.attempts.delete(attempt.state);
    if (group?.attempts.size === 0) this.#waiting.delete(groupOf(attempt));
  }

  /** @returns those that have to go for a newcomer, and are counted no more */
  #crowdOut(newcomer: Attempt): readonly Attempt[] {
    const crowdedOut: Attempt[] = [];
    const staying = this.#staying(groupOf(newcomer), MOST_WAITING);
    if (staying[0] !== undefined) crowdedOut.push(this.#leave(staying[0]));
    while (this.#size + sizeOf(newcomer) > LARGEST_WAITING) {
      const [oldest] = this.#staying(this.#largestGroup(), 1);
      if (oldest === undefined) break;
      crowdedOut.push(this.#leave(oldest));
    }
    return crowdedOut;
  }

  /** The waiting attempts of a group, oldest first; none where they are fewer than `least`. */
  #staying(name: string, least: number): readonly Attempt[] {
    const attempts = this.#waiting.get(name)?.attempts;
    if (attempts === undefined || attempts.size < least) return [];
    const staying = [...attempts.values()].filter(({ state }) => !this.#leaving.has(state));
    return staying.length < least ? [] : staying;
  }

  #largestGroup(): string {
    let largest = { name: '', size: 0 };
    for (const [name, { size }] of this.#waiting) if (size > largest.size) largest = { name, size };
    return largest.name;
  }

  #leave(attempt: Attempt): Attempt {
    this.#leaving.add(attempt.state);
    this.#count(attempt, -sizeOf(attempt));
    return attempt;
  }

  #stay(attempt: Attempt): void {
    if (this.#leaving.delete(attempt.state)) this.#count(attempt, sizeOf(attempt));
  }

  #count(attempt: Attempt, size: number): void {
    const group = this.#waiting.get(groupOf(attempt));
    if (group !== undefined) group.size += size;
    this.#size += size;
  }

  #scheduleSweep(): void {
    if (this.#deadlines.size === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const deadline of this.#deadlines.values()) next = Math.min(next, deadline);
    const now = this.#options.clock.monotonic();
    const at = Math.max(next, now + SWEEP_PAUSE);
    // A device code may live longer than the attempts that come after it.
    if (this.#cancelSweep !== undefined && this.#sweepsAt <= at) return;
    this.#cancelSweep?.();
    this.#sweepsAt = at;
    this.#cancelSweep = this.#options.clock.after(at - now, () => {
      this.#cancelSweep = undefined;
      void this.#sweep();
    });
  }

  async #sweep(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const due = [...this.#deadlines].filter(([, deadline]) => deadline <= now);
    // A store that can't be written now is tried again at the next sweep; until then a claim judges the deadline.
    await Promise.allSettled(due.map(([state]) => this.#expire(state)));
    this.#scheduleSweep();
  }

  async #expire(state: string): Promise<void> {
    const attempt = await this.#options.store.attempt(state);
    const isOver = attempt === undefined || !isWaiting(attempt);
    // A device flow ends with its polling, which may just be fetching the token.
    if (isOver || attempt.device !== undefined) {
      this.#deadlines.delete(state);
      if (attempt?.end !== undefined) this.#forget(attempt);
      return;
    }
    await this.fail(attempt, new OAuthBrokerError('attempt_expired'));
  }
}

function namesOf({ state, mungedId, method }: Attempt) {
  return { mungedId, attempt: attemptIdOf(state), method };
}

function sizeOf({ asker }: Attempt): number {
  return RECORD_SIZE + (asker?.length ?? 0);
}

/** Links and plain URLs of an app are counted apart, so that a flood of one kind leaves the other alone. */
function groupOf(attempt: Attempt): string {
  return `${attempt.linkCode === undefined ? 'url' : 'link'} ${attempt.mungedId}`;
}
