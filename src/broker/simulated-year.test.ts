import { expect, test } from 'vitest';
import { seededNumbers } from '../../test/support/seeded-random.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { BUILT_AT, SimulatedDevice } from '../../test/support/simulated-device.ts';
import type { SimulatedProvider } from '../../test/support/simulated-provider.ts';
import { asBrokerError } from '../errors.ts';
import { loadOAuth } from '../oauth/oauth4webapi.ts';
import type { MungedId } from '../store/records.ts';
import type { AppRef } from './types.ts';

const HOUR = 3_600_000;
const DAYS = Number(process.env['OVOS_OAUTH_SIMULATED_DAYS'] ?? 30);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 20_261_124);

/** Seconds that access tokens live, and how many connections have such. */
const LIVES: ReadonlyArray<readonly [number | undefined, number]> = [
  [3_600, 6],
  [6 * 3_600, 14],
  [24 * 3_600, 20],
  [30 * 86_400, 5],
  [undefined, 5],
];

interface Simulated {
  readonly ref: AppRef;
  readonly id: MungedId;
  readonly provider: SimulatedProvider;
  revoked: boolean;
}

test(`${DAYS} days of 50 connections: every token that is handed out works, or the reason is right`, {
  timeout: 1_200_000,
}, async () => {
  await loadOAuth();
  const random = seededNumbers(SEED);
  const clock = new SimulatedClock(BUILT_AT + HOUR);
  const device = new SimulatedDevice({ clock, seed: SEED });
  let wallError = 0;
  const trueTime = { now: () => clock.now() - wallError };
  const setWall = (error: number): void => {
    clock.stepWallClock(error - wallError);
    wallError = error;
  };
  const all: Simulated[] = [];
  for (const [accessTokenSeconds, count] of LIVES) {
    for (let n = 0; n < count; n += 1) {
      const life = accessTokenSeconds === undefined ? {} : { accessTokenSeconds };
      const name = `p${accessTokenSeconds ?? 'ever'}-${n}`;
      all.push({
        ...(await device.connect(name, { ...life, rotates: n % 2 === 0, trueTime })),
        revoked: false,
      });
    }
  }
  const seen = { asked: 0, served: 0, transient: 0, needsUser: 0 };
  const pick = (): Simulated => all[Math.floor(random() * all.length)] ?? raise();

  for (let hour = 0; hour < DAYS * 24; hour += 1) {
    await clock.advance(HOUR);
    const dice = random();
    if (dice < 0.02) pick().provider.trouble = { kind: 'down' };
    else if (dice < 0.03) pick().provider.trouble = { kind: 'busy', retryAfter: 600 };
    else if (dice < 0.12) for (const { provider } of all) provider.trouble = { kind: 'none' };
    else if (dice < 0.125) setWall((random() - 0.5) * 800 * 24 * HOUR);
    else if (dice < 0.14) setWall(0);
    else if (dice < 0.145) clock.suspend(random() * 12 * HOUR);
    else if (dice < 0.15) {
      // Without a clock battery a reboot is in 1970 until the time server answers.
      setWall(random() < 0.5 ? 0 : -trueTime.now());
      await device.reboot(random() * 24 * HOUR);
    } else if (dice < 0.1505) {
      const one = pick();
      const { refresh_token: refreshToken } = (await device.store.token(one.id)) ?? {};
      if (refreshToken !== undefined) one.provider.revoke(refreshToken);
      one.revoked = true;
    }
    for (let n = 0; n < 3; n += 1) await ask(device, pick(), seen);
  }

  expect(all.reduce((sum, { provider }) => sum + provider.reuses, 0)).toBe(0);
  expect(seen.served).toBeGreaterThan(seen.asked * 0.8);
  const announced = device.statuses.filter(({ state }) => state === 'needs_user').length;
  expect(announced).toBeLessThanOrEqual(all.filter(({ revoked }) => revoked).length);
  process.stdout.write(`${DAYS} days, seed ${SEED}: ${JSON.stringify(seen)}\n`);
});

async function ask(
  device: SimulatedDevice,
  { ref, provider, revoked }: Simulated,
  seen: Record<'asked' | 'served' | 'transient' | 'needsUser', number>,
): Promise<void> {
  seen.asked += 1;
  try {
    const { tokenSet } = await device.broker.tokens.get(ref);
    // Only with neither the time nor the provider at hand may it be a guess.
    const isBlind = device.clock.now() < BUILT_AT && provider.trouble.kind !== 'none';
    const isAccepted = provider.accepts(tokenSet.access_token) || revoked || isBlind;
    expect(isAccepted, `token of ${ref.appId} at ${new Date(device.clock.now()).toISOString()}`).toBe(true);
    seen.served += 1;
  } catch (thrown) {
    const { kind, code } = asBrokerError(thrown);
    // A right reason: the provider really was away within the last hours, or the user really took the grant back.
    const isAway = code === 'provider_unreachable' || code === 'provider_error';
    if (!isAway && !(code === 'invalid_grant' && revoked)) throw thrown;
    if (kind === 'transient') seen.transient += 1;
    else seen.needsUser += 1;
  }
}

function raise(): never {
  throw new Error('there are no connections');
}
