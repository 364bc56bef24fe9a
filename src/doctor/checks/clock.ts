import { RELEASED_AT } from '../../release.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

/** Seconds; what a server's `Date` and the way to it are off by themselves. */
const TOLERANCE = 60;
/** Providers that are asked for the time. */
const MOST_ASKED = 3;
/** Milliseconds. */
const PATIENCE = 5_000;

export const clock: Check = {
  group: 'clock',
  async look({ checkup, fetch, clock: { now } }, signal) {
    const known = (checkup?.apps ?? []).map(({ token_endpoint }) => token_endpoint);
    // An app of another program's file may have none.
    const endpoints = [...new Set(known)].filter((endpoint) => URL.canParse(endpoint));
    const byHost = new Map(endpoints.map((endpoint) => [new URL(endpoint).host, endpoint]));
    const asked = [...byHost.values()].slice(0, MOST_ASKED);
    const times = await Promise.all(
      asked.map(async (address) => ({ address, time: await timeAt(address, fetch, signal) })),
    );
    return judgeClock(now(), times);
  },
};

/** What a provider said of the time. */
export interface ProviderTime {
  readonly address: string;
  /** Milliseconds since the Unix epoch; null: it did not say; undefined: it could not be reached. */
  readonly time: number | null | undefined;
}

/** @param now by the device, milliseconds since the Unix epoch */
export function judgeClock(now: number, times: readonly ProviderTime[]): readonly Finding[] {
  const unreachable = times.filter(({ time }) => time === undefined);
  const lost = unreachable.map(({ address }) =>
    finding('provider_unreachable', { host: new URL(address).host, address }),
  );
  if (now < RELEASED_AT) return [finding('clock_before_release', { time: dateOf(now) }), ...lost];
  const offsets = times.flatMap(({ address, time }) =>
    typeof time === 'number' ? [{ host: new URL(address).host, seconds: (now - time) / 1_000 }] : [],
  );
  const off = offsets.find(({ seconds }) => Math.abs(seconds) > TOLERANCE);
  const judged =
    off === undefined
      ? finding('clock_ok', { time: dateOf(now) })
      : finding('clock_differs', { host: off.host, seconds: Math.round(off.seconds) });
  return [judged, ...lost];
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** A token endpoint answers a GET with a refusal, which has the date as well; nothing is sent there. */
async function timeAt(
  address: string,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<number | null | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const time = Date.parse((await fetch(address, { signal: limit })).headers.get('date') ?? '');
    return Number.isNaN(time) ? null : time;
  } catch (thrown) {
    const isThere = thrown instanceof Error && 'code' in thrown && thrown.code === 'provider_redirected';
    return isThere ? null : undefined;
  }
}
