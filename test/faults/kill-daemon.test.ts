import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Message } from '../../src/bus/index.ts';
import { isJsonObject } from '../../src/json.ts';
import { type KillableDaemon, refOf, startKillableDaemon } from '../support/killable-daemon.ts';
import { seededNumbers } from '../support/seeded-random.ts';

// The released program on the real bus; `kill-steps.test.ts` has the steps and the large numbers.

const KILLS = Number(process.env['OVOS_OAUTH_DAEMON_KILLS'] ?? 8);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 20_261_124);
const APPS = ['one', 'two', 'three'];
const WORKS = ['Ok', undefined, 'connected'];

let daemon: KillableDaemon;
/** The newest refresh token that was heard on the bus, by app. */
let heard: Map<string, string>;

beforeEach(async () => {
  daemon = await startKillableDaemon({ apps: APPS });
  heard = new Map();
  daemon.client.on('oauth.refresh.response', ({ data }) => {
    const { client_id: appId, token } = data;
    const refreshToken = isJsonObject(token) ? token['refresh_token'] : undefined;
    if (typeof appId === 'string' && typeof refreshToken === 'string') heard.set(appId, refreshToken);
  });
});

afterEach(async () => {
  await daemon.stop();
});

test(`the daemon, killed at any instant of its work on the bus, forgets nothing that it said (${KILLS} kills, seed ${SEED})`, {
  timeout: 60_000 + KILLS * 10_000,
}, async () => {
  const random = seededNumbers(SEED);
  const tally = { kills: 0, worked: 0, answerLost: 0 };
  while (tally.kills < KILLS) {
    const asking = setInterval(() => {
      for (const appId of APPS) daemon.client.emit(new Message('oauth.refresh', refOf(appId)));
    }, 15);
    await sleep(30 + random() * 150);
    await daemon.kill();
    clearInterval(asking);
    tally.kills += 1;
    const mustWork = APPS.filter((appId) => daemon.newestRefreshToken(appId) === heard.get(appId));
    await daemon.service.start();
    for (const appId of APPS) {
      const { result, error_code: code } = await daemon.refresh(appId);
      const { state } = await daemon.ask('oauth.status', refOf(appId));
      // Its user is needed where the answer died with the process, and only there.
      const outcome = [result, code, state, !mustWork.includes(appId)];
      const isLost = result !== 'Ok';
      expect(outcome).toEqual(
        isLost ? ['Error', 'invalid_grant', 'needs_user', true] : [...WORKS, outcome[3]],
      );
      tally[isLost ? 'answerLost' : 'worked'] += 1;
      if (isLost) await daemon.signIn(appId);
    }
  }
  process.stdout.write(`${JSON.stringify(tally)}\n`);
  expect(tally.worked).toBeGreaterThan(KILLS / 2);
});
