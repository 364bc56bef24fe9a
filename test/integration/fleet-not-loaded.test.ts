import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startBroker } from '../support/broker-process.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { askForMusic, MUSIC_APP } from '../support/music-app.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { startPythonClient } from '../support/python-client.ts';

const META = fileURLToPath(new URL('../../dist/ovos-oauth.meta.json', import.meta.url));
const OF_A_FLEET = /^src\/(?:store\/postgres\/|fleet-store)|^node_modules\/pg(?:-\w+)?\//;

let bus: MessageBus;
let server: PostgresServer;
let device: OAuthDevice;
let seen: string;

beforeAll(async () => {
  [bus, server] = await Promise.all([startMessageBus(), startPostgres()]);
  server.create('fleet');
});

afterAll(async () => {
  await bus?.stop();
  await server?.remove();
});

beforeEach(async () => {
  device = await createDevice(bus);
  seen = await mkdtemp(join(tmpdir(), 'ovos-oauth-loaded-'));
});

afterEach(async () => {
  await device.home.remove();
  await rm(seen, { recursive: true, force: true });
});

/** Names of the files of dist/ that have something of a fleet in them. */
async function filesOfFleet(): Promise<readonly string[]> {
  const meta = JSON.parse(await readFile(META, 'utf8')) as {
    readonly outputs: Readonly<Record<string, { readonly inputs: object }>>;
  };
  return Object.entries(meta.outputs)
    .filter(([, { inputs }]) => Object.keys(inputs).some((input) => OF_A_FLEET.test(input)))
    .map(([output]) => basename(output));
}

/** Names of the files that a broker loads which starts, answers and stops: V8 writes them down with its coverage. */
async function loadedFiles(): Promise<ReadonlySet<string>> {
  const env = { ...device.home.env, NODE_V8_COVERAGE: seen };
  const broker = await startBroker({ ...device, home: { ...device.home, env } });
  const skill = await startPythonClient({ env: bus.env });
  await askForMusic(skill, 'oauth.status', MUSIC_APP);
  await skill.stop();
  await broker.stop();
  const names = new Set<string>();
  for (const file of await readdir(seen)) {
    const { result } = JSON.parse(await readFile(join(seen, file), 'utf8')) as {
      readonly result: ReadonlyArray<{ readonly url: string }>;
    };
    for (const { url } of result) names.add(basename(url));
  }
  return names;
}

test('without a common store nothing of it is loaded', async () => {
  const [loaded, ofFleet] = [await loadedFiles(), await filesOfFleet()];
  expect(loaded).toContain('ovos-oauth.mjs');
  expect(ofFleet.length).toBeGreaterThan(1);
  expect(ofFleet.filter((name) => loaded.has(name))).toEqual([]);
});

test('with one all of it is', async () => {
  const { websocket } = bus.config;
  const keyFile = join(device.home.dir, 'fleet.key');
  await writeFile(keyFile, 'a'.repeat(64), { mode: 0o600 });
  const own = {
    port: device.httpPort,
    sealing: { key_file: keyFile },
    store: { url: server.url('fleet'), device: 'kitchen' },
  };
  await device.home.writeConfig({ websocket, PHAL: { 'ovos-PHAL-plugin-oauth': own } });
  const [loaded, ofFleet] = [await loadedFiles(), await filesOfFleet()];
  expect(ofFleet.filter((name) => !loaded.has(name))).toEqual([]);
});
