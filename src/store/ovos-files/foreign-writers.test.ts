import { beforeEach, describe, expect, test } from 'vitest';
import { type LogLine, recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { failure, SimulatedDisk } from '../../../test/support/simulated-disk.ts';
import type { JsonObject } from '../../json.ts';
import { FileStore } from '../file-store.ts';
import type { ForeignChange } from '../port.ts';
import type { App } from '../records.ts';
import { appOf, idOf, tokenOf } from '../../../test/support/store-samples.ts';

const TOKENS = '/cache/ovos_oauth.json';
const APPS = '/cache/ovos_oauth_apps.json';
const LOCK = '/tmp/ovos_oauth.json.lock';

let disk: SimulatedDisk;
let clock: SimulatedClock;
let log: ReturnType<typeof recordedLog>;
let store: FileStore;
let heard: ForeignChange[];

beforeEach(async () => {
  disk = new SimulatedDisk();
  disk.makeFolder('/tmp');
  clock = new SimulatedClock();
  log = recordedLog();
  await start();
});

async function start(): Promise<void> {
  heard = [];
  store = new FileStore({ stateDir: '/state', cacheDir: '/cache', tempDir: '/tmp', clock, log, files: disk });
  store.onForeignChange((change) => heard.push(change));
  await store.open();
}

/** Starts again after a stop or, without one, after a SIGKILL. */
async function restart(how: 'stopped' | 'killed', meanwhile: () => void = () => {}): Promise<void> {
  if (how === 'stopped') await store.close();
  else disk = disk.afterKill();
  meanwhile();
  await start();
}

function entries(path = TOKENS): Record<string, JsonObject> {
  return JSON.parse(disk.text(path) ?? '{}') as Record<string, JsonObject>;
}

/** Writes a file as Python does, in place. */
function write(content: object, path = TOKENS): void {
  disk.put(path, JSON.stringify(content, null, 4));
}

async function put(name: string, version: string, fields: JsonObject = {}): Promise<void> {
  const tokenSet = { ...tokenOf(version), ...fields };
  await store.commit([{ op: 'put_token', mungedId: idOf(name), tokenSet }], 'synced');
}

/** Lets the notice of a write be noticed. */
async function settle(): Promise<void> {
  await clock.advance(100);
  await new Promise((resolve) => setTimeout(resolve, 5));
}

async function longAfter(): Promise<void> {
  await clock.advance(60_000);
}

function warnings(): LogLine[] {
  return log.lines.filter(({ level }) => level === 'warn');
}

describe('at its first start the store', () => {
  test('takes over what the Python plugin left, and changes no byte of it', async () => {
    const tokens =
      '{\n    "skill_app": {\n        "access_token": "a",\n        "expires_at": 1766500000.0,\n        "new": [1]\n    }\n}';
    // Not even to bring it into Python's own form.
    const apps = `{
    "skill_app": {
        "oauth_service": "skill_app",
        "client_id": "id",
        "client_secret": null,
        "auth_endpoint": "https://provider.example/authorize",
        "token_endpoint": "https://provider.example/token",
        "callback_endpoint": "http://0.0.0.0:36536/auth/callback/skill_app",
        "scope": null,
        "shell_integration": false,
        "icon": "note"
    }
}`;
    await restart('stopped', () => {
      disk.put(TOKENS, tokens);
      disk.put(APPS, apps);
    });
    expect(await store.token(idOf('skill_app'))).toEqual({
      access_token: 'a',
      expires_at: 1_766_500_000,
      new: [1],
    });
    expect(await store.app(idOf('skill_app'))).toEqual({
      mungedId: idOf('skill_app'),
      clientId: 'id',
      clientSecret: null,
      credentialsFrom: 'file',
      isPublic: false,
      authorizationEndpoint: 'https://provider.example/authorize',
      tokenEndpoint: 'https://provider.example/token',
      scope: null,
      shellIntegration: false,
      foreignFields: { callback_endpoint: 'http://0.0.0.0:36536/auth/callback/skill_app', icon: 'note' },
    } satisfies App);
    expect(heard).toEqual([
      { mungedId: 'skill_app', what: 'token_adopted' },
      { mungedId: 'skill_app', what: 'app_adopted' },
    ]);
    await restart('stopped');
    expect(disk.text(TOKENS)).toBe(tokens);
    expect(disk.text(APPS)).toBe(apps);
    expect(heard).toEqual([]);
  });

  test('leaves what it does not understand where it is, also when it writes the file', async () => {
    write({ number: 5, text: 'x', nothing: null, list: [1], other: { no: 'token' } });
    await settle();
    await put('mine', 'a');
    expect(entries()).toMatchObject({
      number: 5,
      text: 'x',
      nothing: null,
      list: [1],
      other: { no: 'token' },
    });
    expect((await store.tokens()).size).toBe(1);
  });

  test('makes no file where there is nothing to write', async () => {
    expect(disk.list('/cache')).toEqual([]);
  });
});

describe('an app in the shared file', () => {
  test('is written as the Python plugin writes it', async () => {
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    expect(disk.text(APPS)).toBe(`{
    "skill-one.example_app": {
        "oauth_service": "skill-one.example_app",
        "client_id": "client one",
        "client_secret": "secret one",
        "auth_endpoint": "https://provider.example/authorize",
        "token_endpoint": "https://provider.example/token",
        "callback_endpoint": "http://127.0.0.1:36536/auth/callback/skill-one.example_app",
        "scope": "read write",
        "shell_integration": true
    }
}`);
  });

  test('keeps to the journal what Python has no field for', async () => {
    const app: App = {
      ...appOf('one'),
      clientSecret: null,
      isPublic: true,
      issuer: 'https://provider.example',
      refreshEndpoint: 'https://provider.example/refresh',
      learnedAuthentication: 'none',
    };
    await store.commit([{ op: 'put_app', app }], 'synced');
    expect(Object.keys(entries(APPS)[app.mungedId] ?? {})).toHaveLength(8);
    expect(entries(APPS)[app.mungedId]).toMatchObject({ client_secret: null });
    await restart('stopped');
    expect(await store.app(app.mungedId)).toEqual(app);
  });

  test('that another program changes is adopted over what only we know of it', async () => {
    const app: App = { ...appOf('one'), issuer: 'https://provider.example' };
    await store.commit([{ op: 'put_app', app }], 'synced');
    const entry: JsonObject = { ...entries(APPS)[app.mungedId], client_secret: 'changed', note: 'theirs' };
    write({ [app.mungedId]: entry }, APPS);
    await settle();
    expect(await store.app(app.mungedId)).toEqual({
      ...app,
      clientSecret: 'changed',
      credentialsFrom: 'file',
      foreignFields: { note: 'theirs', callback_endpoint: entry['callback_endpoint'] },
    });
    expect(heard).toEqual([{ mungedId: app.mungedId, what: 'app_adopted' }]);
  });

  test('that another program toggles back and forth is adopted each time', async () => {
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    const { mungedId } = appOf('one');
    for (const scope of ['a', 'b', 'a', 'b']) {
      write({ [mungedId]: { ...entries(APPS)[mungedId], scope } }, APPS);
      await settle();
      expect((await store.app(mungedId))?.scope).toBe(scope);
    }
  });

  test('put back to what the broker had replaced is mended', async () => {
    const { mungedId } = appOf('one');
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    const before = entries(APPS);
    await store.commit([{ op: 'put_app', app: { ...appOf('one'), scope: 'new' } }], 'synced');
    await longAfter();
    write(before, APPS);
    await settle();
    expect(entries(APPS)[mungedId]).toMatchObject({ scope: 'new' });
    expect(heard).toEqual([]);
  });

  test('that its owner removes is removed', async () => {
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    await longAfter();
    write({}, APPS);
    await settle();
    expect(await store.apps()).toEqual([]);
    expect(heard).toEqual([{ mungedId: appOf('one').mungedId, what: 'app_removed' }]);
  });

  test('whose only difference is the callback of the Python plugin is left alone', async () => {
    await store.commit([{ op: 'put_app', app: appOf('one') }], 'synced');
    const { mungedId } = appOf('one');
    write({ [mungedId]: { ...entries(APPS)[mungedId], callback_endpoint: 'http://0.0.0.0:36536/x' } }, APPS);
    await settle();
    expect(heard).toEqual([]);
    expect(await store.app(mungedId)).toEqual(appOf('one'));
  });

  test('with values of strange types is read as Python would use it and written back as it was', async () => {
    const entry = {
      oauth_service: 'another name',
      client_id: 12_345,
      client_secret: null,
      auth_endpoint: null,
      token_endpoint: 'https://provider.example/token',
      callback_endpoint: null,
      scope: ['a', 'b'],
      shell_integration: 1,
    };
    write({ skill_app: entry }, APPS);
    await settle();
    expect(await store.app(idOf('skill_app'))).toMatchObject({
      clientId: '12345',
      authorizationEndpoint: '',
      scope: 'a b',
      shellIntegration: true,
    });
    const app = await store.app(idOf('skill_app'));
    if (app === undefined) throw new Error('no app');
    await store.commit([{ op: 'put_app', app: { ...app, clientSecret: 'typed' } }], 'synced');
    expect(entries(APPS)['skill_app']).toEqual({ ...entry, client_secret: 'typed' });
  });
});

describe('a token in the shared file', () => {
  test('that a skill refreshed by itself is adopted, and the one it replaced is kept aside', async () => {
    await put('mine', 'old');
    write({ mine: tokenOf('new') });
    await settle();
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('new'));
    expect(await store.quarantined(idOf('mine'))).toMatchObject([
      { tokenSet: tokenOf('old'), reason: 'replaced_file' },
    ]);
    expect(heard).toEqual([{ mungedId: 'mine', what: 'token_adopted' }]);
    await restart('killed');
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('new'));
  });

  test('is seen by a reread at once, without a notice', async () => {
    await put('mine', 'old');
    write({ mine: tokenOf('new') });
    expect(await store.reread(idOf('mine'))).toEqual(tokenOf('new'));
  });

  test('put back to one that was replaced is mended, however long ago', async () => {
    await put('mine', 'first');
    const before = entries();
    for (const version of ['second', 'third', 'fourth']) await put('mine', version);
    await longAfter();
    write(before);
    await settle();
    expect(entries()['mine']).toEqual(tokenOf('fourth'));
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('fourth'));
    expect(heard).toEqual([]);
  });

  test('put back is mended after a restart and after a compaction, too', async () => {
    await put('mine', 'first');
    const before = entries();
    await put('mine', 'second');
    for (let index = 0; index < 1_500; index += 1) {
      await store.commit([{ op: 'put_app', app: { ...appOf('one'), scope: String(index) } }], 'written');
    }
    await restart('killed', () => write(before));
    expect(entries()['mine']).toEqual(tokenOf('second'));
  });

  test('put back with one field more is still a stale copy', async () => {
    await put('mine', 'first');
    const before = entries()['mine'];
    await put('mine', 'second');
    write({ mine: { ...before, account: 'noted' } });
    await settle();
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('second'));
  });

  test('with a new access token and a refresh token that was replaced is a stale copy', async () => {
    await put('mine', 'first');
    await put('mine', 'second');
    write({ mine: { ...tokenOf('third'), refresh_token: tokenOf('first').refresh_token } });
    await settle();
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('second'));
  });

  test('whose refresh token does not rotate is adopted when its access token is new', async () => {
    const refresh_token = 'stays';
    await put('mine', 'first', { refresh_token });
    await put('mine', 'second', { refresh_token });
    write({ mine: { ...tokenOf('third'), refresh_token } });
    await settle();
    expect(await store.token(idOf('mine'))).toEqual({ ...tokenOf('third'), refresh_token });
    expect(await store.quarantined(idOf('mine'))).toEqual([]);
  });

  test('that had expired before ours was issued is stale, even if nobody remembers it', async () => {
    await put('mine', 'new', { expires_at: 2_000_000, expires_in: 3_600 });
    write({ mine: { ...tokenOf('ancient'), expires_at: 1_900_000.5 } });
    await settle();
    expect(entries()['mine']).toMatchObject(tokenOf('new'));
  });

  test('to which a skill adds a field is adopted with it', async () => {
    await put('mine', 'a');
    write({ mine: { ...tokenOf('a'), account: 'noted' } });
    await settle();
    expect(await store.token(idOf('mine'))).toEqual({ ...tokenOf('a'), account: 'noted' });
  });

  test('from which a skill drops the refresh token gets it back', async () => {
    await put('mine', 'a');
    const { refresh_token: _dropped, ...rest } = tokenOf('a');
    write({ mine: { ...rest, account: 'noted' } });
    await settle();
    const expected = { ...tokenOf('a'), account: 'noted' };
    expect(await store.token(idOf('mine'))).toEqual(expected);
    expect(entries()['mine']).toEqual(expected);
  });

  test('that vanished right after it was written comes back', async () => {
    await put('mine', 'a');
    write({ theirs: tokenOf('x') });
    await settle();
    expect(entries()).toEqual({ theirs: tokenOf('x'), mine: tokenOf('a') });
    expect(heard).toEqual([{ mungedId: 'theirs', what: 'token_adopted' }]);
  });

  test('that vanished later was removed by its owner and is kept aside', async () => {
    await put('mine', 'a');
    await put('other', 'b');
    await longAfter();
    write({ other: tokenOf('b') });
    await settle();
    expect(await store.token(idOf('mine'))).toBeUndefined();
    expect(await store.quarantined(idOf('mine'))).toMatchObject([
      { tokenSet: tokenOf('a'), reason: 'removed_by_owner' },
    ]);
    expect(heard).toEqual([{ mungedId: 'mine', what: 'token_removed' }]);
    await restart('killed');
    expect(entries()).toEqual({ other: tokenOf('b') });
  });

  test('that its owner removed may come back as it was', async () => {
    await put('mine', 'a');
    await longAfter();
    write({});
    await settle();
    write({ mine: tokenOf('a') });
    await settle();
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('a'));
  });

  test('that vanished in a write which set another one back comes back', async () => {
    await put('other', 'old');
    const copyFromBefore = entries();
    await put('other', 'new');
    await put('mine', 'a');
    await longAfter();
    write(copyFromBefore);
    await settle();
    expect(entries()).toEqual({ other: tokenOf('new'), mine: tokenOf('a') });
    expect(heard).toEqual([]);
  });

  test('that only other programs ever wrote stays away when its owner deletes it, whatever else that write does', async () => {
    write({ theirs: tokenOf('x') });
    await settle();
    await put('mine', 'old');
    const before = entries();
    await put('mine', 'new');
    const { theirs: _deleted, ...rest } = before;
    write(rest);
    await settle();
    expect(entries()).toEqual({ mine: tokenOf('new') });
  });

  test('that exists for long and was just refreshed is removed if its owner removes it', async () => {
    await put('mine', 'old');
    await longAfter();
    await put('mine', 'new');
    write({});
    await settle();
    expect(await store.token(idOf('mine'))).toBeUndefined();
    expect(await store.quarantined(idOf('mine'))).toMatchObject([{ reason: 'removed_by_owner' }]);
  });

  test('that the broker deleted stays deleted when a stale copy brings it back', async () => {
    await put('mine', 'a');
    const before = entries();
    await store.commit([{ op: 'delete_token', mungedId: idOf('mine') }], 'synced');
    expect(entries()).toEqual({});
    write(before);
    await settle();
    expect(entries()).toEqual({});
    expect(await store.token(idOf('mine'))).toBeUndefined();
  });

  test('is there again after the cache was wiped', async () => {
    await put('mine', 'a');
    disk.remove(TOKENS);
    await settle();
    expect(entries()).toEqual({ mine: tokenOf('a') });
    await restart('stopped', () => {
      disk.remove(TOKENS);
      disk.remove('/cache');
    });
    expect(entries()).toEqual({ mine: tokenOf('a') });
    expect(heard).toEqual([]);
  });
});

describe('while the store was not running', () => {
  test('a token that its owner removed is removed', async () => {
    await put('mine', 'a');
    await put('other', 'b');
    await restart('stopped', () => write({ other: tokenOf('b') }));
    expect(await store.token(idOf('mine'))).toBeUndefined();
    expect(await store.quarantined(idOf('mine'))).toHaveLength(1);
  });

  test('a token that may never have reached the file is not taken for removed', async () => {
    await put('other', 'b');
    await clock.advance(10_000);
    disk.onStep = (_step, operation, path) => {
      if (operation === 'rename' && path === TOKENS) throw failure('EIO', path);
    };
    await put('mine', 'a');
    expect(entries()).toEqual({ other: tokenOf('b') });
    await restart('killed');
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('a'));
    expect(entries()).toEqual({ other: tokenOf('b'), mine: tokenOf('a') });
  });

  test('a refresh of a skill is adopted', async () => {
    await put('mine', 'a');
    await restart('stopped', () => write({ mine: tokenOf('b') }));
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('b'));
  });
});

describe('a damaged file', () => {
  test.each(['', '{\n    "mine": {\n        "access', '[]', 'null', '\u0000\u0000'])(
    'with the content %j is made anew, and kept aside if there is anything in it',
    async (content) => {
      await put('mine', 'a');
      disk.put(TOKENS, content);
      await settle();
      expect(entries()).toEqual({ mine: tokenOf('a') });
      const aside = disk.list('/cache').filter((name) => name.includes('damaged'));
      expect(aside.map((name) => disk.text(`/cache/${name}`))).toEqual(content === '' ? [] : [content]);
      expect(aside.join()).toMatch(/^(?:ovos_oauth\.json\.damaged-20260101T\d{6}\.\d{3}Z)?$/);
      expect(warnings()).toHaveLength(1);
    },
  );

  test('is made anew at the start as well', async () => {
    await put('mine', 'a');
    await restart('killed', () => disk.put(TOKENS, '{"mine": {"acc'));
    expect(entries()).toEqual({ mine: tokenOf('a') });
  });

  test('keeps what other programs had in it, as far as it was known', async () => {
    write({ note: { of: 'somebody' } });
    await settle();
    await put('mine', 'a');
    disk.put(TOKENS, '{');
    await settle();
    expect(entries()).toEqual({ note: { of: 'somebody' }, mine: tokenOf('a') });
  });

  test('does not pile up copies', async () => {
    for (let index = 0; index < 12; index += 1) {
      disk.put(TOKENS, `{ ${index}`);
      await settle();
    }
    expect(disk.list('/cache').filter((name) => name.includes('damaged'))).toHaveLength(5);
  });
});

describe('a shared file that can not be brought up to date', () => {
  /** Holds the lock as a Python program does. */
  function lock(): () => void {
    const fd = disk.open(LOCK, 0o2);
    disk.tryLock(fd);
    return () => disk.close(fd);
  }

  test('keeps a commit waiting for two seconds at most, and follows later', async () => {
    await put('mine', 'a');
    const unlock = lock();
    let committed = false;
    const commit = (async (): Promise<void> => {
      await put('mine', 'b');
      committed = true;
    })();
    await clock.advance(1_900);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(committed).toBe(false);
    await clock.advance(200);
    await commit;
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('b'));
    expect(entries()['mine']).toEqual(tokenOf('a'));
    expect(warnings()).toHaveLength(1);
    // The next one does not wait for the same thing once more.
    await put('mine', 'c');
    unlock();
    await expect.poll(() => entries()['mine']).toEqual(tokenOf('c'));
  });

  test('does not keep the store from closing', async () => {
    await put('mine', 'a');
    const unlock = lock();
    const committing = put('mine', 'b');
    await clock.advance(2_100);
    await committing;
    await store.close();
    unlock();
    await start();
    expect(entries()['mine']).toEqual(tokenOf('b'));
  });

  test('is written once the disk takes it again, and the commit does not fail for it', async () => {
    disk.onStep = (_step, operation, path) => {
      if (operation === 'write' && path.startsWith('/cache')) throw failure('ENOSPC', path);
    };
    await put('mine', 'a');
    expect(disk.list('/cache')).toEqual([]);
    expect(warnings()).toMatchObject([{ path: TOKENS, reason: 'ENOSPC' }]);
    disk.onStep = () => {};
    await clock.advance(1_100);
    await expect.poll(entries).toEqual({ mine: tokenOf('a') });
  });

  test('loses nothing that a skill wrote while the journal could not take it', async () => {
    await put('mine', 'a');
    write({ mine: tokenOf('b') });
    disk.onStep = (_step, operation, path) => {
      if (operation === 'write' && path.startsWith('/state')) throw failure('ENOSPC', path);
    };
    expect(await store.reread(idOf('mine'))).toEqual(tokenOf('a'));
    disk.onStep = () => {};
    await put('other', 'x');
    expect(entries()).toEqual({ mine: tokenOf('b'), other: tokenOf('x') });
    expect(await store.token(idOf('mine'))).toEqual(tokenOf('b'));
  });

  test('has a lock that every user can take, whatever our umask', async () => {
    await put('mine', 'a');
    expect(disk.stat(LOCK)?.mode).toBe(0o666);
  });
});
