import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts';
import type { JsonObject } from '../../json.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import { FileStore } from '../file-store.ts';
import type { ForeignChange } from '../port.ts';
import { appOf, idOf, tokenOf } from '../../../test/support/store-samples.ts';
import type { Sharing } from './sharing.ts';

const TOKENS = '/cache/ovos_oauth.json';
const APPS = '/cache/ovos_oauth_apps.json';
const APP = appOf('one');

/** A device whose setting `shared_files` can be changed between two starts. */
class Device {
  disk = new SimulatedDisk();
  readonly clock = new SimulatedClock();
  heard: ForeignChange[] = [];
  #store: FileStore | undefined;

  get store(): FileStore {
    if (this.#store === undefined) throw new Error('not started');
    return this.#store;
  }

  async start(sharing: Sharing): Promise<void> {
    this.disk.makeFolder('/tmp');
    this.heard = [];
    const folders = { stateDir: '/state', cacheDir: '/cache', tempDir: '/tmp' };
    this.#store = new FileStore({
      ...folders,
      clock: this.clock,
      log: recordedLog(),
      files: this.disk,
      sharing,
    });
    this.#store.onForeignChange((change) => this.heard.push(change));
    await this.#store.open();
    await this.settle();
  }

  async restart(sharing: Sharing, how: 'stopped' | 'killed' = 'stopped'): Promise<void> {
    if (how === 'stopped') await this.store.close();
    else this.disk = this.disk.afterKill();
    await this.start(sharing);
  }

  async put(name: string, tokenSet: TokenSet): Promise<void> {
    await this.store.commit([{ op: 'put_token', mungedId: idOf(name), tokenSet }], 'synced');
  }

  token(name: string): Promise<TokenSet | undefined> {
    return this.store.token(idOf(name));
  }

  entries(path = TOKENS): Record<string, JsonObject> {
    return JSON.parse(this.disk.text(path) ?? '{}') as Record<string, JsonObject>;
  }

  /** Writes as Python does, in place, and lets the broker notice. */
  async write(entries: object, path = TOKENS): Promise<void> {
    this.disk.put(path, JSON.stringify(entries, null, 4));
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function shown(version: string): JsonObject {
  const { refresh_token: _hidden, ...rest } = tokenOf(version);
  return rest;
}

function visible(tokens: ReadonlyMap<string, TokenSet>, sharing: Sharing): Record<string, JsonObject> {
  if (sharing === 'off') return {};
  if (sharing === 'full') return Object.fromEntries(tokens);
  return Object.fromEntries([...tokens].map(([id, { refresh_token: _hidden, ...entry }]) => [id, entry]));
}

let device: Device;
beforeEach(() => {
  device = new Device();
});

describe('with shared_files: access_only', () => {
  beforeEach(async () => {
    await device.start('access_only');
    await device.put('mine', tokenOf('a'));
    await device.store.commit([{ op: 'put_app', app: APP }], 'synced');
  });

  test('no refresh token and no client secret is in the files', () => {
    expect(device.entries()).toEqual({ mine: shown('a') });
    expect(device.entries(APPS)[APP.mungedId]).toMatchObject({
      client_id: APP.clientId,
      client_secret: null,
    });
  });

  test('nothing is lost over a restart, and nobody is said to have changed anything', async () => {
    await device.restart('access_only', 'killed');
    expect(await device.token('mine')).toEqual(tokenOf('a'));
    expect(await device.store.app(APP.mungedId)).toEqual(APP);
    expect(device.heard).toEqual([]);
  });

  test('a field that a program adds is taken in, and the refresh token stays', async () => {
    await device.write({ mine: { ...shown('a'), account: 'noted' } });
    expect(await device.token('mine')).toEqual({ ...tokenOf('a'), account: 'noted' });
    expect(device.entries()).toEqual({ mine: { ...shown('a'), account: 'noted' } });
  });

  test('a new token of a program is taken in, and its refresh token goes out of the file', async () => {
    await device.write({ mine: tokenOf('b'), theirs: tokenOf('x') });
    expect(await device.token('mine')).toEqual(tokenOf('b'));
    expect(await device.token('theirs')).toEqual(tokenOf('x'));
    expect(device.entries()).toEqual({ mine: shown('b'), theirs: shown('x') });
    expect(await device.store.quarantined(idOf('mine'))).toMatchObject([{ tokenSet: tokenOf('a') }]);
  });

  test('a new access token without a refresh token does not take ours away', async () => {
    await device.write({ mine: shown('b') });
    expect(await device.token('mine')).toEqual({
      ...tokenOf('b'),
      refresh_token: tokenOf('a').refresh_token,
    });
    expect(device.entries()).toEqual({ mine: shown('b') });
  });

  test('a copy from before, with the refresh token or without, is mended', async () => {
    await device.put('mine', tokenOf('b'));
    for (const copy of [tokenOf('a'), shown('a'), tokenOf('b')]) {
      await device.write({ mine: copy });
      expect(device.entries()).toEqual({ mine: shown('b') });
      expect(await device.token('mine')).toEqual(tokenOf('b'));
    }
    expect(device.heard).toEqual([]);
  });

  test('an entry that its owner removes is removed, and the whole token is kept aside', async () => {
    await device.put('other', tokenOf('x'));
    await device.clock.advance(60_000);
    await device.write({ other: shown('x') });
    expect(await device.token('mine')).toBeUndefined();
    expect(await device.store.quarantined(idOf('mine'))).toMatchObject([{ tokenSet: tokenOf('a') }]);
  });

  test('a setting of an app that a program changes is taken in, and the secret stays', async () => {
    const entry = device.entries(APPS)[APP.mungedId];
    await device.write({ [APP.mungedId]: { ...entry, scope: 'more' } }, APPS);
    expect(await device.store.app(APP.mungedId)).toMatchObject({ ...APP, scope: 'more' });
  });

  test('a new secret is taken in and goes out of the file; another client does not get the old one', async () => {
    const entry = device.entries(APPS)[APP.mungedId];
    await device.write({ [APP.mungedId]: { ...entry, client_secret: 'new secret' } }, APPS);
    expect(await device.store.app(APP.mungedId)).toMatchObject({ clientSecret: 'new secret' });
    expect(device.disk.text(APPS)).not.toContain('new secret');
    await device.write({ [APP.mungedId]: { ...entry, client_id: 'other' } }, APPS);
    expect(await device.store.app(APP.mungedId)).toMatchObject({ clientId: 'other', clientSecret: null });
  });

  test('a copy of an app from before, without its secret, is mended', async () => {
    const before = device.entries(APPS);
    const app = { ...APP, scope: 'new', clientSecret: 'another secret' };
    await device.store.commit([{ op: 'put_app', app }], 'synced');
    await device.write(before, APPS);
    expect(await device.store.app(APP.mungedId)).toEqual(app);
    expect(device.entries(APPS)[APP.mungedId]).toMatchObject({ scope: 'new', client_secret: null });
  });
});

describe('with shared_files: off', () => {
  beforeEach(async () => {
    await device.start('full');
    await device.put('mine', tokenOf('a'));
    await device.store.commit([{ op: 'put_app', app: APP }], 'synced');
    await device.write({ ...device.entries(), note: { of: 'somebody' } });
    // By then the journal knows that the files have everything.
    await device.clock.advance(60_000);
    await device.restart('off');
  });

  test('our entries go out of the files, and those of others stay', async () => {
    expect(device.entries()).toEqual({ note: { of: 'somebody' } });
    expect(device.entries(APPS)).toEqual({});
    expect(await device.token('mine')).toEqual(tokenOf('a'));
    expect(await device.store.app(APP.mungedId)).toEqual(APP);
    expect(device.heard).toEqual([]);
  });

  test('nothing is written any longer', async () => {
    const text = '{"note":   {"of": "somebody"}}';
    device.disk.put(TOKENS, text);
    await device.put('mine', tokenOf('b'));
    await device.restart('off');
    expect(device.disk.text(TOKENS)).toBe(text);
    expect(await device.token('mine')).toEqual(tokenOf('b'));
  });

  test('a token that a program writes for an app of ours is taken in and out, one of its own is left alone', async () => {
    await device.write({ mine: tokenOf('b'), theirs: tokenOf('x') });
    expect(await device.token('mine')).toEqual(tokenOf('b'));
    expect(await device.token('theirs')).toBeUndefined();
    expect(device.entries()).toEqual({ theirs: tokenOf('x') });
  });

  test('a copy from before goes out again, also after a sign-out', async () => {
    await device.write({ mine: tokenOf('a') });
    expect(device.entries()).toEqual({});
    await device.store.commit([{ op: 'delete_token', mungedId: idOf('mine') }], 'synced');
    await device.write({ mine: tokenOf('a') });
    expect(device.entries()).toEqual({});
    expect(await device.token('mine')).toBeUndefined();
  });

  test.each(['full', 'access_only'] as const)('with %s again they are all written', async (sharing) => {
    await device.write({ mine: tokenOf('b') });
    await device.clock.advance(60_000);
    await device.restart('off', 'killed');
    await device.restart(sharing);
    expect(device.entries()).toEqual({ mine: sharing === 'full' ? tokenOf('b') : shown('b') });
    expect(Object.keys(device.entries(APPS))).toEqual([APP.mungedId]);
    expect(await device.token('mine')).toEqual(tokenOf('b'));
    expect(device.heard).toEqual([]);
  });
});

describe('a change of shared_files', () => {
  test('takes refresh tokens and secrets out of the files and brings them back', async () => {
    await device.start('full');
    await device.put('mine', tokenOf('a'));
    await device.store.commit([{ op: 'put_app', app: APP }], 'synced');
    await device.restart('access_only');
    expect(device.entries()).toEqual({ mine: shown('a') });
    expect(device.entries(APPS)[APP.mungedId]).toMatchObject({ client_secret: null });
    await device.restart('full');
    expect(device.entries()).toEqual({ mine: tokenOf('a') });
    expect(device.entries(APPS)[APP.mungedId]).toMatchObject({ client_secret: APP.clientSecret });
    expect(await device.store.app(APP.mungedId)).toEqual(APP);
    expect(device.heard).toEqual([]);
  });

  test('does not hide that an entry was removed meanwhile', async () => {
    await device.start('full');
    for (const name of ['mine', 'other', 'third']) await device.put(name, tokenOf(name));
    await device.clock.advance(60_000);
    await device.store.close();
    const { mine: _removed, ...rest } = device.entries();
    device.disk.put(TOKENS, JSON.stringify(rest, null, 4));
    await device.start('access_only');
    expect(await device.token('mine')).toBeUndefined();
    expect(device.heard).toEqual([{ mungedId: 'mine', what: 'token_removed' }]);
  });

  test('takes over what the Python plugin left, whole', async () => {
    device.disk.makeFolder('/cache');
    device.disk.put(TOKENS, JSON.stringify({ theirs: tokenOf('x') }));
    device.disk.put(APPS, JSON.stringify({ theirs: { client_id: 'id', client_secret: 12_345 } }));
    await device.start('access_only');
    expect(await device.token('theirs')).toEqual(tokenOf('x'));
    expect(await device.store.app(idOf('theirs'))).toMatchObject({ clientId: 'id', clientSecret: '12345' });
    expect(device.entries()).toEqual({ theirs: shown('x') });
    expect(device.disk.text(APPS)).not.toContain('12345');
    await device.restart('full');
    expect(device.entries(APPS)).toMatchObject({ theirs: { client_secret: 12_345 } });
  });
});

type Step =
  | { readonly do: 'refresh' | 'sign in'; readonly name: string }
  | { readonly do: 'restart'; readonly sharing: Sharing; readonly how: 'stopped' | 'killed' }
  /** A program has read the file some time ago and writes it now, with a field of its own or not. */
  | { readonly do: 'copy' | 'write back' | 'note'; readonly name: string }
  /** A program signs in by itself and writes what it got. */
  | { readonly do: 'write new'; readonly name: string };

const names = fc.constantFrom('one', 'two', 'three');
const sharings = fc.constantFrom<Sharing>('full', 'access_only', 'off');
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ do: fc.constantFrom('refresh', 'sign in'), name: names }),
    fc.record({
      do: fc.constant('restart'),
      sharing: sharings,
      how: fc.constantFrom('stopped', 'killed'),
    }),
    fc.record({ do: fc.constantFrom('copy', 'write back', 'note'), name: names }),
    fc.record({ do: fc.constant('write new'), name: names }),
  ),
  { minLength: 1, maxLength: 20 },
);

test('whatever is set when, and whatever copies are written back: no refresh token is lost, and none is shown that must not be', async () => {
  await fc.assert(
    fc.asyncProperty(sharings, steps, async (first, steps) => {
      const device = new Device();
      let sharing = first;
      let version = 0;
      /** The refresh token that each connection must have. */
      const expected = new Map<string, string>();
      let copy: Record<string, JsonObject> = {};
      await device.start(sharing);
      for (const step of steps) {
        version += 1;
        const fresh = { ...tokenOf(String(version)), expires_at: 2_000_000 + version };
        if (step.do === 'restart') {
          ({ sharing } = step);
          await device.restart(sharing, step.how);
        } else if (step.do === 'refresh' || step.do === 'sign in') {
          const before = await device.token(step.name);
          const rotates = step.do === 'sign in' || before?.refresh_token === undefined || version % 2 === 0;
          const refresh_token = rotates ? fresh.refresh_token : (before.refresh_token ?? fresh.refresh_token);
          await device.put(step.name, { ...fresh, refresh_token });
          expected.set(step.name, refresh_token);
        } else if (step.do === 'copy') {
          copy = device.entries();
        } else if (step.do === 'write back') {
          // Only what is in the copy: who drops the entries of others is another test's subject.
          await device.write({ ...device.entries(), ...copy });
        } else if (step.do === 'note') {
          const entries = device.entries();
          const entry = entries[step.name];
          if (entry !== undefined)
            await device.write({ ...entries, [step.name]: { ...entry, note: version } });
        } else if (sharing !== 'off' || expected.has(step.name)) {
          await device.write({ ...device.entries(), [step.name]: fresh });
          expected.set(step.name, fresh.refresh_token);
        }
        await device.settle();

        const tokens = await device.store.tokens();
        expect(new Map([...tokens].map(([id, { refresh_token }]) => [id, refresh_token]))).toEqual(expected);
        expect(device.entries()).toEqual(visible(tokens, sharing));
        const showsRefreshTokens = (device.disk.text(TOKENS) ?? '').includes('refresh');
        expect(showsRefreshTokens).toBe(sharing === 'full' && tokens.size > 0);
      }
      await device.store.close();
    }),
    { numRuns: 60 },
  );
}, 120_000);
