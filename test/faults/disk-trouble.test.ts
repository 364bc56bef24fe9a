import { constants } from 'node:fs';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isJsonObject } from '../../src/json.ts';
import type { Files } from '../../src/store/files.ts';
import { openNodeFiles } from '../../src/store/node-files.ts';
import { eventually } from '../support/eventually.ts';
import {
  accessTokenIn,
  type KillableDaemon,
  limitProcess,
  startInProcess,
  startKillableDaemon,
} from '../support/killable-daemon.ts';
import { failure } from '../support/simulated-disk.ts';

let daemon: KillableDaemon;

async function startReleased(): Promise<void> {
  daemon = await startKillableDaemon({ apps: ['one', 'two'] });
}

afterEach(async () => {
  await daemon.stop();
});

async function accessTokenInFile(appId: string): Promise<unknown> {
  const path = join(daemon.device.home.databaseDir, 'ovos_oauth.json');
  const content: unknown = JSON.parse(await readFile(path, 'utf8'));
  const entry = isJsonObject(content) ? content[`skill_${appId}`] : undefined;
  return isJsonObject(entry) ? entry['access_token'] : undefined;
}

/** Nothing was lost: after a SIGKILL the newest token is there, it renews, and no token was ever spent twice. */
async function expectKept(appId: string, accessToken: string): Promise<void> {
  await daemon.service.kill();
  await daemon.service.start();
  expect(accessTokenIn(await daemon.token(appId))).toBe(accessToken);
  expect(await daemon.refresh(appId)).toMatchObject({ result: 'Ok' });
  expect(daemon.seen.filter(({ kind }) => kind === 'reuse' || kind === 'refused')).toEqual([]);
}

describe('a full disk', () => {
  beforeEach(async () => {
    await startReleased();
    // As a full disk does, this takes the first bytes of the next write to the journal and refuses the rest.
    const { size } = await stat(join(daemon.device.home.stateDir, 'mycroft', 'ovos-oauth', 'journal'));
    await limitProcess(daemon.service.pid, 'fsize', size + 100);
  });

  test('is said, tokens are served and renewed from memory, and are on disk once it is over', async () => {
    const before = accessTokenIn(await daemon.token('one'));
    const first = accessTokenIn(await daemon.refresh('one'));
    const second = accessTokenIn(await daemon.refresh('one'));
    expect(new Set([before, first, second]).size).toBe(3);
    expect(accessTokenIn(await daemon.token('one'))).toBe(second);
    expect(await daemon.register('three')).toMatchObject({ error_code: 'store_unavailable' });
    expect(daemon.service.output()).toMatch(/^error .*EFBIG/m);

    await limitProcess(daemon.service.pid, 'fsize', 'unlimited');
    await eventually('the file follows', async () => (await accessTokenInFile('one')) === second);
    expect(daemon.service.output()).toContain('can be written again');
    expect(await daemon.register('three')).not.toHaveProperty('error_code');
    await expectKept('one', second);
  });

  test('does not keep the daemon from stopping, which says what it could not save', async () => {
    await daemon.refresh('one');
    expect(await daemon.service.stop()).toBe(0);
    expect(daemon.service.output()).toMatch(/^error .*mungedId=skill_one/m);
  });
});

describe('no descriptors left', () => {
  beforeEach(startReleased);

  test('is said, tokens are served from memory, and everything works once there are some again', async () => {
    const before = accessTokenIn(await daemon.token('one'));
    await limitProcess(daemon.service.pid, 'nofile', 3);
    expect(accessTokenIn(await daemon.token('one'))).toBe(before);
    expect(await daemon.refresh('one')).toMatchObject({
      result: 'Error',
      error_code: 'provider_unreachable',
    });
    expect(await daemon.register('three')).not.toHaveProperty('error_code');
    expect(daemon.service.output()).toMatch(/^warn .*EMFILE/m);

    await limitProcess(daemon.service.pid, 'nofile', 'unlimited');
    const after = accessTokenIn(await daemon.refresh('one'));
    await eventually('the file follows', async () => (await accessTokenInFile('one')) === after);
    await expectKept('one', after);
  });
});

describe('permissions taken away', () => {
  beforeEach(startReleased);

  test('from the shared files: said, and the files follow once they are back', async () => {
    const { databaseDir } = daemon.device.home;
    await chmod(databaseDir, 0o000);
    const after = accessTokenIn(await daemon.refresh('one'));
    expect(accessTokenIn(await daemon.token('one'))).toBe(after);
    expect(daemon.service.output()).toMatch(/^warn .*EACCES/m);

    await chmod(databaseDir, 0o700);
    await eventually('the file follows', async () => (await accessTokenInFile('one')) === after);
    await expectKept('one', after);
  });

  test("from the journal's folder: the daemon goes on, and is not started again without them", async () => {
    const stateDir = join(daemon.device.home.stateDir, 'mycroft', 'ovos-oauth');
    const journal = join(stateDir, 'journal');
    await chmod(journal, 0o000);
    await chmod(stateDir, 0o000);
    const after = accessTokenIn(await daemon.refresh('one'));
    await daemon.service.kill();
    await expect(daemon.service.start()).rejects.toThrow(/it ended[\s\S]*ovos-oauth: /);

    await chmod(stateDir, 0o700);
    await chmod(journal, 0o600);
    await daemon.service.start();
    await expectKept('one', after);
  });
});

describe('a disk that turns read-only, as after an error of the medium', () => {
  let isReadOnly = false;

  beforeEach(async () => {
    isReadOnly = false;
    const files = await openNodeFiles();
    const refuse = (path: string): void => {
      if (isReadOnly) throw failure('EROFS', path);
    };
    const refusing: Files = {
      ...files,
      open(path, flags, mode) {
        if ((flags & (constants.O_WRONLY | constants.O_RDWR | constants.O_CREAT)) !== 0) refuse(path);
        return files.open(path, flags, mode);
      },
      write(fd, data) {
        refuse('a file');
        files.write(fd, data);
      },
      truncate(fd, length) {
        refuse('a file');
        files.truncate(fd, length);
      },
      rename(from, to) {
        refuse(to);
        files.rename(from, to);
      },
      remove(path) {
        refuse(path);
        files.remove(path);
      },
    };
    daemon = await startKillableDaemon({
      apps: ['one'],
      start: (device) => startInProcess(device, refusing),
    });
  });

  test('is said, tokens are served and renewed from memory, and are on disk once it is over', async () => {
    isReadOnly = true;
    const first = accessTokenIn(await daemon.refresh('one'));
    const second = accessTokenIn(await daemon.refresh('one'));
    expect(first).not.toBe(second);
    expect(accessTokenIn(await daemon.token('one'))).toBe(second);
    expect(await daemon.register('three')).toMatchObject({ error_code: 'store_unavailable' });
    expect(daemon.service.output()).toMatch(/^error .*EROFS/m);

    isReadOnly = false;
    await eventually('the file follows', async () => (await accessTokenInFile('one')) === second);
    await expectKept('one', second);
  });
});
