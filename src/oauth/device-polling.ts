import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import { type DeviceGrant, type DevicePoll, pollDeviceToken } from './device-authorization.ts';
import type { TokenResult } from './token-request.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

/** How fast to poll. */
export interface Pace {
  /** Seconds that the server wants between two polls, at least. */
  readonly interval: number;
  /** Whether the server has found us too fast. */
  readonly wasTooFast: boolean;
  /** Polls in a row that got no answer. */
  readonly failures: number;
  /** Seconds that the server asked for in `Retry-After`; 0: it did not. */
  readonly retryAfter: number;
}

/** The pace before the first poll; `interval` in seconds. */
export function firstPace(interval: number): Pace {
  return { interval, wasTooFast: false, failures: 0, retryAfter: 0 };
}

// RFC 8628 §3.5: "this and all subsequent requests". Seconds.
const SLOW_DOWN = 5;

/** The pace after a poll that was not the last one. */
export function nextPace(pace: Pace, poll: DevicePoll): Pace {
  if (poll.kind === 'slow_down') {
    const interval = Math.max(pace.interval + SLOW_DOWN, poll.interval ?? 0);
    return { ...firstPace(interval), wasTooFast: true };
  }
  if (poll.kind !== 'unavailable') return { ...pace, failures: 0, retryAfter: 0 };
  return {
    ...pace,
    failures: pace.failures + 1,
    retryAfter: poll.error.retryAfter ?? 0,
  };
}

// A clock that runs fast makes us too early by its own measure, and a server answers each such poll with `slow_down`:
// the GitHub CLI polls at 1.2 times the interval, and at 1.4 once it was told off.
// https://github.com/cli/oauth/blob/trunk/device/device_flow.go
const DRIFT_MARGIN = 1.2;
const WIDER_DRIFT_MARGIN = 1.4;
// So that devices that a power cut has started at the same moment do not stay in step.
const JITTER = 0.1;
// Milliseconds; the user may approve just when the network is back, and then waits this long at most.
const LONGEST_BACKOFF = 60_000;

/**
 * Milliseconds to wait before the next poll: the interval with a margin for clock drift, doubled by every poll that got
 * no answer (RFC 8628 §3.5).
 *
 * @param random 0 to 1
 */
export function delayOf({ interval, wasTooFast, failures, retryAfter }: Pace, random: number): number {
  const usual = interval * 1000 * (wasTooFast ? WIDER_DRIFT_MARGIN : DRIFT_MARGIN);
  const backedOff = Math.max(usual, Math.min(usual * 2 ** failures, LONGEST_BACKOFF));
  return Math.max(backedOff, retryAfter * 1000) * (1 + JITTER * random);
}

export interface AwaitDeviceToken extends DeviceGrant {
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Seconds. */
  readonly interval: number;
  /** Cancels the wait; a poll that is under way is still awaited, and its token is not thrown away. */
  readonly signal?: AbortSignal;
  /** 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Polls until the user has decided (RFC 8628 §3.4, §3.5), through outages of the network and of the provider.
 *
 * @throws OAuthBrokerError `access_denied`; `device_code_expired`; `attempt_cancelled`: the signal came; and as
 *   {@link pollDeviceToken}
 */
export async function awaitDeviceToken(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  { expiresAt, interval, signal, random = Math.random, ...grant }: AwaitDeviceToken,
): Promise<TokenResult> {
  const { clock } = context;
  // From here on the wall clock may be set without the code living longer or shorter; a machine asleep counts.
  const deadline = clock.sinceBoot() + (expiresAt - clock.now());
  let pace = firstPace(interval);
  let asker = client;
  for (;;) {
    const left = deadline - clock.sinceBoot();
    // What is left may cut a long back-off short, but never the server's own interval.
    const isLast = left < delayOf(pace, 1);
    if (left < pace.interval * 1000) {
      await pause(clock, left, signal);
      throw new OAuthBrokerError(signal?.aborted === true ? 'attempt_cancelled' : 'device_code_expired');
    }
    await pause(clock, isLast ? left : delayOf(pace, random()), signal);
    if (signal?.aborted === true) throw new OAuthBrokerError('attempt_cancelled');
    const poll = await pollDeviceToken(context, server, asker, grant);
    if (poll.kind === 'token') return poll.result;
    if (poll.kind === 'denied') throw new OAuthBrokerError('access_denied');
    if (poll.kind === 'expired') throw new OAuthBrokerError('device_code_expired');
    if (poll.kind !== 'unavailable') asker = { ...client, authentication: poll.authentication };
    pace = nextPace(pace, poll);
  }
}

/** Waits `delay` milliseconds, or until the signal. */
function pause(clock: Clock, delay: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delay, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
