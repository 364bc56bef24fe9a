import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { DevicePoll } from './device-authorization.ts';
import { awaitDeviceToken, delayOf, firstPace, nextPace, type Pace } from './device-polling.ts';
import { loadOAuth } from './oauth4webapi.ts';

const PENDING: DevicePoll = { kind: 'pending', authentication: 'none' };
const TOO_FAST: DevicePoll = { kind: 'slow_down', authentication: 'none' };
const DOWN: DevicePoll = { kind: 'unavailable', error: new OAuthBrokerError('provider_timeout') };

const paceAfter = (...polls: readonly DevicePoll[]): Pace => polls.reduce(nextPace, firstPace(5));
const secondsAfter = (...polls: readonly DevicePoll[]): number => delayOf(paceAfter(...polls), 0) / 1000;

// Loaded lazily, which takes real time that a simulated clock does not wait for.
beforeAll(async () => {
  await loadOAuth();
});

describe('the pace', () => {
  it('leaves a margin for a clock that runs fast', () => {
    expect(secondsAfter()).toBe(6);
    expect(secondsAfter(PENDING, PENDING)).toBe(6);
  });

  it('is slower by 5 s for ever after `slow_down`, with a wider margin', () => {
    expect(secondsAfter(TOO_FAST)).toBe(14);
    expect(secondsAfter(TOO_FAST, PENDING, PENDING, DOWN, PENDING)).toBe(14);
    expect(secondsAfter(TOO_FAST, TOO_FAST)).toBe(21);
  });

  it('is what the server names with `slow_down`, where that is slower still', () => {
    expect(paceAfter({ ...TOO_FAST, interval: 30 }).interval).toBe(30);
    expect(paceAfter({ ...TOO_FAST, interval: 2 }).interval).toBe(10);
  });

  it('is halved by every poll without an answer, down to one a minute, and is back with the answer', () => {
    const seconds = [1, 2, 3, 4, 5].map((count) =>
      secondsAfter(...Array.from({ length: count }, () => DOWN)),
    );
    expect(seconds).toEqual([12, 24, 48, 60, 60]);
    expect(secondsAfter(DOWN, DOWN, DOWN, PENDING)).toBe(6);
  });

  it('keeps to `Retry-After` once', () => {
    const busy: DevicePoll = {
      kind: 'unavailable',
      error: new OAuthBrokerError('provider_error', { retry_after: 90 }),
    };
    expect(secondsAfter(busy)).toBe(90);
    expect(secondsAfter(busy, PENDING)).toBe(6);
  });

  it('is never faster than the server allows, whatever happens', () => {
    const poll = fc.constantFrom(PENDING, TOO_FAST, DOWN, { ...TOO_FAST, interval: 40 });
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(poll), jitter, (polls, random) => {
        const pace = paceAfter(...polls);
        const slowDowns = polls.filter(({ kind }) => kind === 'slow_down').length;
        expect(pace.interval).toBeGreaterThanOrEqual(5 + 5 * slowDowns);
        expect(delayOf(pace, random)).toBeGreaterThanOrEqual(pace.interval * 1000);
      }),
    );
  });
});

interface Wait {
  readonly clock: SimulatedClock;
  readonly abort: AbortController;
  /** When polls arrived, seconds after the start. */
  readonly polls: readonly number[];
  readonly end: () => unknown;
}

type Reply = { readonly error: string } | { readonly access_token: string } | 'offline';

/** Waits for a token of a server that gives these replies, the last one for ever; random is 0. */
function waitWith(replies: readonly Reply[], lifetime = 600): Wait {
  const clock = new SimulatedClock();
  const abort = new AbortController();
  const polls: number[] = [];
  const fetch: typeof globalThis.fetch = async () => {
    const reply = replies[Math.min(polls.length, replies.length - 1)] ?? 'offline';
    polls.push(clock.monotonic() / 1000);
    if (reply === 'offline') throw new OAuthBrokerError('provider_unreachable');
    return Response.json(reply, { status: 'error' in reply ? 400 : 200 });
  };
  const server = { authorizationEndpoint: 'https://as.example/a', tokenEndpoint: 'https://as.example/t' };
  let end: unknown;
  awaitDeviceToken(
    { fetch, clock },
    server,
    { clientId: 'tv' },
    {
      deviceCode: 'the-device-code',
      expiresAt: clock.now() + lifetime * 1000,
      interval: 5,
      signal: abort.signal,
      random: () => 0,
    },
  ).then(
    (result) => (end = result),
    (error: unknown) => (end = error),
  );
  return { clock, abort, polls, end: () => end };
}

const PENDING_REPLY = { error: 'authorization_pending' };

describe('waiting for the token', () => {
  it('ends with it', async () => {
    const { clock, polls, end } = waitWith([PENDING_REPLY, PENDING_REPLY, { access_token: 'at' }]);
    await clock.advance(60_000);
    expect(polls).toEqual([6, 12, 18]);
    expect(end()).toMatchObject({ tokenSet: { access_token: 'at' } });
  });

  it('ends with the no of the user', async () => {
    const { clock, polls, end } = waitWith([{ error: 'access_denied' }]);
    await clock.advance(60_000);
    expect(polls).toEqual([6]);
    expect(end()).toMatchObject({ code: 'access_denied' });
  });

  it('outlasts an outage of the network', async () => {
    const { clock, polls, end } = waitWith(['offline', 'offline', { access_token: 'at' }]);
    await clock.advance(60_000);
    expect(polls).toEqual([6, 18, 42]);
    expect(end()).toMatchObject({ tokenSet: { access_token: 'at' } });
  });

  it('ends with the life of the code, with a last poll at its end where that is not too soon', async () => {
    const { clock, polls, end } = waitWith([PENDING_REPLY], 17.5);
    await clock.advance(60_000);
    expect(polls).toEqual([6, 12, 17.5]);
    expect(end()).toMatchObject({ code: 'device_code_expired' });
  });

  it('is not longer or shorter for a wall clock that is set meanwhile', async () => {
    const { clock, polls, end } = waitWith([PENDING_REPLY], 30);
    clock.stepWallClock(20 * 365 * 86_400_000);
    await clock.advance(20_000);
    expect(polls).toHaveLength(3);
    clock.stepWallClock(-20 * 365 * 86_400_000);
    await clock.advance(20_000);
    expect(end()).toMatchObject({ code: 'device_code_expired' });
  });

  it('is over where the machine has slept through the life of the code', async () => {
    const { clock, polls, end } = waitWith([PENDING_REPLY], 600);
    await clock.advance(7_000);
    clock.suspend(3_600_000);
    await clock.advance(600_000);
    expect(polls).toEqual([6, 12]);
    expect(end()).toMatchObject({ code: 'device_code_expired' });
  });

  it('is over at once, without a poll, when it is cancelled', async () => {
    const { clock, polls, abort, end } = waitWith([PENDING_REPLY]);
    await clock.advance(7_000);
    abort.abort();
    await clock.advance(0);
    expect(end()).toMatchObject({ code: 'attempt_cancelled' });
    await clock.advance(600_000);
    expect(polls).toEqual([6]);
  });

  it('is over at once where it was cancelled before', async () => {
    const { clock, polls, abort, end } = waitWith([PENDING_REPLY]);
    abort.abort();
    await clock.advance(600_000);
    expect(polls).toEqual([]);
    expect(end()).toMatchObject({ code: 'attempt_cancelled' });
  });

  it('ends with what polling again will not mend', async () => {
    const { clock, polls, end } = waitWith([{ error: 'unauthorized_client' }]);
    await clock.advance(60_000);
    expect(polls).toEqual([6]);
    expect(end()).toMatchObject({ code: 'invalid_client' });
  });
});
