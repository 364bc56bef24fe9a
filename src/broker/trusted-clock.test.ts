import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { TrustedClock } from './trusted-clock.ts';

const BUILT = Date.UTC(2026, 0, 1);
const TRUTH = Date.UTC(2026, 6, 1);
const HOST = 'provider.example';

/** A fetch that answers with the given time in its `Date` header. */
function server(time: () => number): typeof globalThis.fetch {
  return async () => new Response('', { headers: { date: new Date(time()).toUTCString() } });
}

async function ask(trusted: TrustedClock, time: number): Promise<void> {
  await trusted.watch(server(() => time))(`https://${HOST}/token`);
}

describe('the time of a provider', () => {
  test('a wall clock before the build date is not trusted until a server has told its time', async () => {
    const trusted = new TrustedClock(new SimulatedClock(0), BUILT);
    expect(trusted.isTrusted(HOST)).toBe(false);
    await ask(trusted, TRUTH);
    expect(trusted.isTrusted(HOST)).toBe(true);
    expect(trusted.now(HOST)).toBe(TRUTH);
  });

  test('a wall clock that agrees within a minute is used as it is', async () => {
    const clock = new SimulatedClock(TRUTH + 30_000);
    const trusted = new TrustedClock(clock, BUILT);
    await ask(trusted, TRUTH);
    expect(trusted.now(HOST)).toBe(clock.now());
  });

  test("a wall clock that is wrong is replaced by the server's time, which goes on", async () => {
    const clock = new SimulatedClock(TRUTH - 86_400_000);
    const trusted = new TrustedClock(clock, BUILT);
    await ask(trusted, TRUTH);
    await clock.advance(5_000);
    expect(trusted.now(HOST)).toBe(TRUTH + 5_000);
  });

  test('a wall clock that is put right later is used again', async () => {
    const clock = new SimulatedClock(TRUTH - 86_400_000);
    const trusted = new TrustedClock(clock, BUILT);
    await ask(trusted, TRUTH);
    clock.stepWallClock(86_400_000 + 1_234);
    expect(trusted.now(HOST)).toBe(TRUTH + 1_234);
  });

  test.each([-86_400_000, 86_400_000])(
    'a wall clock that is put wrong by %i ms does not count',
    async (step) => {
      const clock = new SimulatedClock(TRUTH);
      const trusted = new TrustedClock(clock, BUILT);
      await ask(trusted, TRUTH);
      clock.stepWallClock(step);
      expect(trusted.now(HOST)).toBe(TRUTH);
    },
  );

  test('time in suspend counts', async () => {
    const clock = new SimulatedClock(TRUTH - 86_400_000);
    const trusted = new TrustedClock(clock, BUILT);
    await ask(trusted, TRUTH);
    clock.suspend(3_600_000);
    expect(trusted.now(HOST)).toBe(TRUTH + 3_600_000);
  });

  test("one provider's time does not count for another", async () => {
    const clock = new SimulatedClock(TRUTH);
    const trusted = new TrustedClock(clock, BUILT);
    await ask(trusted, TRUTH + 10 * 86_400_000);
    expect(trusted.now('other.example')).toBe(TRUTH);
  });

  test('a server that claims a time before this program was built is not believed', async () => {
    const clock = new SimulatedClock(TRUTH);
    const trusted = new TrustedClock(clock, BUILT);
    await ask(trusted, BUILT - 86_400_000);
    expect(trusted.now(HOST)).toBe(TRUTH);
  });

  test('an answer without a Date header changes nothing', async () => {
    const clock = new SimulatedClock(TRUTH);
    const trusted = new TrustedClock(clock, BUILT);
    await trusted.watch(async () => new Response(''))(`https://${HOST}/token`);
    expect(trusted.now(HOST)).toBe(TRUTH);
  });
});
