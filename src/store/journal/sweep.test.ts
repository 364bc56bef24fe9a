import { expect, test } from 'vitest';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { FileStore } from '../file-store.ts';
import type { Attempt, MungedId } from '../records.ts';

const ID = 'skill_app' as MungedId;

test('a drip of sign-ins that nobody finishes fills neither memory nor disk', async () => {
  const clock = new SimulatedClock();
  const disk = new SimulatedDisk();
  disk.makeFolder('/tmp');
  const store = new FileStore({
    stateDir: '/state',
    cacheDir: '/cache',
    tempDir: '/tmp',
    clock,
    log: recordedLog(),
    files: disk,
  });
  await store.open();
  const asker = 'x'.repeat(2_000);
  for (let n = 0; n < 3_000; n += 1) {
    const createdAt = clock.now();
    const attempt: Attempt = {
      state: `state-${n}`,
      mungedId: ID,
      codeVerifier: 'v',
      redirectUri: 'http://127.0.0.1/',
      method: 'loopback',
      createdAt,
      expiresAt: createdAt + 600_000,
      asker,
    };
    await store.commit([{ op: 'put_attempt', attempt }], 'written');
    await clock.advance(30_000);
    const end = { at: clock.now(), outcome: 'attempt_expired' } as const;
    await store.commit([{ op: 'put_attempt', attempt: { ...attempt, end } }], 'written');
  }
  expect((await store.attempts()).length).toBeLessThan(200);
  expect(disk.text('/state/journal')?.length ?? 0).toBeLessThan(4_000_000);
  await store.close();
});
