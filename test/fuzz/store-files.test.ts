import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileStore } from '../../src/store/file-store.ts';
import { decodeJournal, encodeCommit, encodeHeader } from '../../src/store/journal/record.ts';
import { appOf, attemptOf, connectionOf, idOf, tokenOf } from '../support/store-samples.ts';
import { damaged, fuzz, FUZZ_TIME, refusalOf } from '../support/fuzz.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';

const one = appOf('one');
const COMMITS = [
  encodeCommit([{ op: 'put_app', app: one }]),
  encodeCommit([{ op: 'put_token', mungedId: one.mungedId, tokenSet: tokenOf('first') }]),
  encodeCommit([
    { op: 'put_connection', connection: connectionOf('one') },
    { op: 'put_attempt', attempt: attemptOf('state', { linkCode: 'CODE' }) },
  ]),
  encodeCommit([{ op: 'delete_token', mungedId: one.mungedId }]),
];
const JOURNALS = [encodeHeader() + COMMITS.join(''), encodeHeader() + COMMITS.slice(0, 2).join(''), ''];
const TOKENS = [
  '{"skill_one": {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "expires_at": 1790000000.0}}',
  '{\n    "a": {"access_token": "\\ud83d\\ude00", "scope": ["x"], "n": 1e400, "nan": NaN}\n}',
  '{}',
  '[]',
];
const APPS = [
  '{"skill_one": {"oauth_service": "skill_one", "client_id": "id", "client_secret": "s", "auth_endpoint": "https://a.example/a", "token_endpoint": "https://a.example/t", "callback_endpoint": "http://0.0.0.0:36536/auth/callback/skill_one", "scope": "a", "shell_integration": true}}',
  '{"x": {"client_id": null, "auth_endpoint": 7}}',
  '{}',
];

test(
  'a journal of any bytes is read as far as it is whole',
  async () => {
    await fuzz(
      0.15,
      fc.asyncProperty(damaged(JOURNALS), async (bytes) => {
        const { length, commits } = decodeJournal(bytes);
        expect(length).toBeLessThanOrEqual(bytes.length);
        for (const commit of commits) encodeCommit(commit);
      }),
    );
  },
  FUZZ_TIME,
);

test(
  'a start on files of any bytes succeeds or says why, and what is committed then is there after the next',
  async () => {
    const sites = fc.record({
      journal: damaged(JOURNALS),
      tokens: damaged(TOKENS),
      apps: damaged(APPS),
    });
    await fuzz(
      0.02,
      fc.asyncProperty(sites, async ({ journal, tokens, apps }) => {
        const files = new SimulatedDisk();
        for (const folder of ['/tmp', '/state/ovos-oauth', '/cache/json_database']) files.makeFolder(folder);
        files.put('/state/ovos-oauth/journal', journal.toString('latin1'));
        files.put('/cache/json_database/ovos_oauth.json', tokens.toString('latin1'));
        files.put('/cache/json_database/ovos_oauth_apps.json', apps.toString('latin1'));
        const refusal = await refusalOf(async () => (await open(files)).close());
        expect([undefined, 'store_newer']).toContain(refusal?.code);
        if (refusal !== undefined) {
          const left = files.read('/state/ovos-oauth/journal')?.toString();
          if (left !== journal.toString('latin1')) throw new Error('What a newer version wrote was changed.');
          return;
        }
        const store = await open(files);
        const mungedId = idOf('new');
        await store.commit([{ op: 'put_token', mungedId, tokenSet: tokenOf('new') }], 'synced');
        await store.close();
        const again = await open(files);
        expect(await again.token(mungedId)).toEqual(tokenOf('new'));
        await again.close();
      }),
    );
  },
  FUZZ_TIME,
);

async function open(files: SimulatedDisk): Promise<FileStore> {
  const store = new FileStore({
    stateDir: '/state/ovos-oauth',
    cacheDir: '/cache/json_database',
    tempDir: '/tmp',
    clock: new SimulatedClock(),
    log: recordedLog(),
    files,
  });
  await store.open();
  return store;
}
