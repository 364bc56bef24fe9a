/** Another user of the device, who can write to shared folders, and a thief, who has its memory card. */
import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { startBroker } from '../support/broker-process.ts';
import { HOSTILE_TOKEN, type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { filesBelow, leaks, type Planted } from '../support/planted.ts';
import { openRawClient, type RawClient } from '../support/raw-client.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { textOf } from '../support/text-of.ts';

const IDS = { skill_id: 'skill', app_id: 'app' };
const SECRET = 'client-secret-of-the-household';

let bus: MessageBus;
let provider: HostileServer;
let device: OAuthDevice;
let broker: ServiceProcess | undefined;
let skill: RawClient;
/** What the attacker wants to see changed. */
let victim: string;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  provider = await startHostileServer('127.0.0.5');
});

afterAll(async () => {
  await provider?.close();
  await bus?.stop();
});

beforeEach(async () => {
  skill = await openRawClient(bus.url);
  await newDevice({});
});

afterEach(async () => {
  await broker?.stop();
  broker = undefined;
  await skill.close();
  await device.home.remove();
});

async function newDevice(settings: object): Promise<void> {
  await device?.home.remove();
  device = await createDevice(bus, { settings });
  victim = join(device.home.dir, 'victim');
  await writeFile(victim, 'precious', { mode: 0o644 });
}

const at = {
  state: () => join(device.home.stateDir, 'mycroft', 'ovos-oauth'),
  journal: () => join(at.state(), 'journal'),
  tokens: () => join(device.home.databaseDir, 'ovos_oauth.json'),
  apps: () => join(device.home.databaseDir, 'ovos_oauth_apps.json'),
};

async function start(): Promise<void> {
  broker = await startBroker(device);
}

async function ask(
  type: string,
  data: JsonObject = IDS,
  replyType = `${type}.response`,
): Promise<JsonObject> {
  const id = randomBytes(8).toString('hex');
  const request = JSON.stringify({ type, data, context: { id } });
  skill.send(request);
  // A bus that has not yet noticed the end of a killed broker may lose a message; skills ask again, too.
  const again = setInterval(() => skill.send(request), 3_000);
  try {
    const frame = await skill.waitFor((one) => one.startsWith(`{"type": "${replyType}"`) && one.includes(id));
    return (JSON.parse(frame) as { data: JsonObject }).data;
  } finally {
    clearInterval(again);
  }
}

/** Registers the app and signs it in. */
async function connect(): Promise<void> {
  await ask('oauth.register', {
    ...IDS,
    client_id: 'client',
    client_secret: SECRET,
    auth_endpoint: `${provider.origin}/authorize`,
    token_endpoint: provider.replying({}),
  });
  const { searchParams } = new URL(textOf(await ask('oauth.get', IDS, 'oauth.url'), 'url'));
  const callback = `${searchParams.get('redirect_uri')}?code=code&state=${searchParams.get('state')}`;
  expect(await (await fetch(callback)).text()).toContain('<h1>Connected</h1>');
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

async function expectUntouched(): Promise<void> {
  expect([await readFile(victim, 'utf8'), await modeOf(victim)]).toEqual(['precious', 0o644]);
}

describe('rights that are too wide', () => {
  test('are mended at the start, on the state, its files and the files shared with Python programs', async () => {
    await start();
    await connect();
    await broker?.stop();
    for (const path of [at.journal(), join(at.state(), 'lock'), at.tokens(), at.apps()])
      await chmod(path, 0o666);
    await chmod(at.state(), 0o777);
    await chmod(device.home.databaseDir, 0o777);
    await start();
    expect(await modeOf(at.state())).toBe(0o700);
    expect(await modeOf(device.home.databaseDir)).toBe(0o775);
    for (const path of [at.journal(), join(at.state(), 'lock'), at.tokens(), at.apps()]) {
      expect([path, await modeOf(path)]).toEqual([path, 0o600]);
    }
  });

  test('are never given: everything that the broker makes is its user’s alone, but for Python’s locks', async () => {
    await start();
    await connect();
    await ask('oauth.generate.qr.request', IDS, 'oauth.generate.qr.response');
    const open = (await filesBelow(device.home.dir)).filter(({ mode }) => (mode & 0o077) !== 0);
    const names = open.map(({ path }) => path.slice(device.home.dir.length + 1));
    expect(names.toSorted()).toEqual([
      '.config/mycroft/mycroft.conf',
      'tmp/ovos_oauth.json.lock',
      'tmp/ovos_oauth_apps.json.lock',
      'victim',
    ]);
  });
});

describe('links that another user has planted', () => {
  test.each(['journal', 'lock'])(
    'in the place of the %s keep the broker from starting, and are not followed',
    async (name) => {
      await mkdir(at.state(), { recursive: true, mode: 0o700 });
      await symlink(victim, join(at.state(), name));
      await expect(start()).rejects.toThrow(/is not safe/);
      await expectUntouched();
    },
  );

  test('in the place of Python’s lock are not followed; sign-ins go on', async () => {
    for (const file of ['ovos_oauth.json', 'ovos_oauth_apps.json']) {
      await symlink(victim, join(device.home.tempDir, `${file}.lock`));
    }
    await start();
    await connect();
    await expectUntouched();
    expect(await ask('oauth.token.get')).toMatchObject({ access_token: HOSTILE_TOKEN.access_token });
  });

  test('in the place of the temporary copy of a shared file are replaced, and so is one in the file’s own', async () => {
    await symlink(victim, `${at.tokens()}.ovos-oauth`);
    await symlink(victim, at.apps());
    await start();
    await connect();
    await expectUntouched();
    for (const path of [at.tokens(), at.apps()]) {
      expect([path, (await lstat(path)).isFile(), await modeOf(path)]).toEqual([path, true, 0o600]);
    }
  });

  test('in the place of the folder of QR codes, at any moment, get no image', async () => {
    const loot = join(device.home.dir, 'loot');
    await mkdir(loot, { mode: 0o777 });
    await start();
    await connect();
    const folder = join(device.home.runtimeDir, 'ovos-oauth', 'qr');
    for (let round = 0; round < 20; round += 1) {
      const asking = ask('oauth.generate.qr.request', IDS, 'oauth.generate.qr.response');
      await rename(folder, `${folder}.${round}`).catch(() => {});
      await symlink(loot, folder).catch(() => {});
      expect(textOf(await asking, 'qr')).not.toContain('loot');
      await rm(folder, { recursive: true, force: true });
    }
    expect(await readdir(loot)).toEqual([]);
  });
});

describe('a journal that somebody has edited', () => {
  test('costs what was edited, is kept aside, and the rest works', async () => {
    await start();
    await connect();
    await broker?.stop();
    const text = await readFile(at.journal(), 'utf8');
    await rm(at.tokens());
    await rm(at.apps());
    await writeFile(at.journal(), text.replaceAll(provider.origin, 'https://evil.example'));
    await start();
    expect(await ask('oauth.status')).toMatchObject({ error_code: 'unknown_app' });
    expect((await readdir(at.state())).some((name) => name.startsWith('journal.damaged-'))).toBe(true);
    await connect();
  });
});

describe('a thief of the memory card', () => {
  /** A device that seals its journal with a key that is not on the card. */
  async function sealedDevice(keyFile: string, more: object = {}): Promise<void> {
    await newDevice({ shared_files: 'off', sealing: { key_file: keyFile, ...more } });
  }

  const onUsbStick = async (): Promise<string> => {
    const path = join(bus.home.dir, 'key');
    await rm(path, { force: true });
    await writeFile(path, randomBytes(32).toString('base64'), { mode: 0o600 });
    return path;
  };

  const planted: Planted = new Map([
    ['client secret', SECRET],
    ['access token', HOSTILE_TOKEN.access_token],
    ['refresh token', HOSTILE_TOKEN.refresh_token],
  ]);

  async function findings(): Promise<readonly string[]> {
    const files = await filesBelow(device.home.dir);
    return leaks(new Map(files.map(({ path, text }) => [path, text])), planted);
  }

  test('finds everything in the clear where nothing is sealed: this is what sealing is for', async () => {
    await start();
    await connect();
    await broker?.stop();
    expect((await findings()).length).toBeGreaterThan(3);
  });

  test('finds nothing where the journal is sealed and nothing is shared; the device goes on after a restart', async () => {
    await sealedDevice(await onUsbStick());
    await start();
    await connect();
    await broker?.kill();
    expect(await findings()).toEqual([]);
    await broker?.start();
    expect(await ask('oauth.token.get')).toMatchObject({ access_token: HOSTILE_TOKEN.access_token });
    expect(await findings()).toEqual([]);
  });

  test('who has another key, or none, gets nothing and breaks nothing', async () => {
    const key = await onUsbStick();
    await sealedDevice(key);
    await start();
    await connect();
    await broker?.stop();
    broker = undefined;
    const [right, sealed] = [await readFile(key), await readFile(at.journal())];
    await writeFile(key, randomBytes(32).toString('base64'));
    await expect(start()).rejects.toThrow(/sealed with another key/);
    await rm(key);
    await expect(start()).rejects.toThrow(/cannot be read/);
    expect(await readFile(at.journal())).toEqual(sealed);
    await writeFile(key, right, { mode: 0o600 });
    await start();
    expect(await ask('oauth.token.get')).toMatchObject({ access_token: HOSTILE_TOKEN.access_token });
  });
});
