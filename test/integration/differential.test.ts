import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { compare, type Difference, judge } from '../support/differential/compare.ts';
import { DIFFERENCES } from '../support/differential/differences.ts';
import { documentDifferences } from '../support/differential/document.ts';
import { normalise, type StepView, withoutRandomName } from '../support/differential/normalise.ts';
import { startRefreshEndpoint } from '../support/differential/refresh-endpoint.ts';
import { playScenario } from '../support/differential/trace.ts';
import { startBroker } from '../support/broker-process.ts';
import { startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { startPythonPlugin } from '../support/python-plugin.ts';
import type { ServiceProcess } from '../support/service-process.ts';

const CONFIDENTIAL = { id: 'music', secret: 'music secret' };
const PUBLIC = { id: 'radio' };

let provider: AuthorizationServer;
let refreshEndpoint: Awaited<ReturnType<typeof startRefreshEndpoint>>;
let broker: ReadonlyMap<string, StepView>;
let differences: readonly Difference[];

beforeAll(async () => {
  const clients = [CONFIDENTIAL, PUBLIC].map((client) => ({ ...client, redirectUris: [] }));
  provider = await startAuthorizationServer({ requirePkce: false, clients });
  refreshEndpoint = await startRefreshEndpoint();
  // Each on a bus of its own, so that they can be driven at the same time: most of it is waiting for silence to end.
  const [python, ours] = await Promise.all([observe(startPythonPlugin), observe(startBroker)]);
  broker = ours;
  differences = compare(python, ours);
}, 240_000);

afterAll(async () => {
  await provider?.close();
  await refreshEndpoint?.close();
});

/** Drives one service through the scenario and returns what the world saw of it. */
async function observe(
  startService: (device: OAuthDevice) => Promise<ServiceProcess>,
): Promise<ReadonlyMap<string, StepView>> {
  const bus = await startMessageBus();
  // The plugin says nothing; when the broker does is in test/integration/voice-events.test.ts.
  const device = await createDevice(bus, { settings: { voice: 'off' } });
  let service: ServiceProcess | undefined;
  try {
    await allowRedirects(device);
    const trace = await playScenario(device.home.env, setupOf(device), async () => {
      service = await startService(device);
    });
    await service?.stop();
    const steps = normalise(trace, { httpPort: device.httpPort, home: device.home.dir });
    return new Map([
      ...steps,
      ['the service has stopped', { messages: {}, images: await imagesLeft(device) }],
    ]);
  } finally {
    await service?.stop();
    await bus.stop();
    await device.home.remove();
  }
}

/** QR codes that outlive the service. */
async function imagesLeft({ home }: OAuthDevice): Promise<JsonObject> {
  const files = await Promise.all(
    [home.tempDir, home.runtimeDir].map((folder) => readdir(folder, { recursive: true })),
  );
  const images = files.flat().filter((file) => file.endsWith('.png'));
  return Object.fromEntries(images.map((file) => [withoutRandomName(file), true]));
}

/** Where either service has the provider send the browser back to. */
async function allowRedirects({ httpPort }: OAuthDevice): Promise<void> {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const callback = `http://${host}:${httpPort}/auth/callback/`;
    await provider.addRedirectUri(CONFIDENTIAL.id, `${callback}skill-music.example_library`);
    await provider.addRedirectUri(PUBLIC.id, `${callback}skill-music.example_radio`);
  }
}

function setupOf({ httpPort, home }: OAuthDevice): JsonObject {
  return {
    http_port: httpPort,
    database: home.databaseDir,
    provider: {
      auth_endpoint: provider.authorizationEndpoint,
      token_endpoint: provider.tokenEndpoint,
      refresh_endpoint: refreshEndpoint.url,
      client_id: CONFIDENTIAL.id,
      client_secret: CONFIDENTIAL.secret,
      public_client_id: PUBLIC.id,
      scope: 'read write',
    },
  };
}

function inALine({ step, path, python, broker }: Difference): string {
  return `${step}: ${path.join(' ')}: ${JSON.stringify(python)} -> ${JSON.stringify(broker)}`;
}

test('the broker differs from the Python plugin only where it is meant to', () => {
  const { unlisted, stale } = judge(differences, DIFFERENCES);
  expect(unlisted.map(inALine), 'differences that are not on the list').toEqual([]);
  expect(
    stale.map(({ entry, place }) => `${entry.title}: ${place.step}: ${place.at}`),
    'places on the list where the services no longer differ as it says',
  ).toEqual([]);
});

test('replies that the Python plugin does not send carry the context as those do that it sends', () => {
  const expected =
    broker.get('host info is asked for')?.messages['oauth.app.host.info.response']?.[0]?.['context'];
  expect(expected).toMatchObject({ source: 'audio', destination: 'skill-music.example', ident: '7c0e' });
  const onlyOurs = differences.filter(
    ({ path, python }) => path[0] === 'messages' && path.length === 2 && python === undefined,
  );
  const replies = onlyOurs.filter(({ path }) => /\.response$|^oauth\.url$/.test(path[1] ?? ''));
  expect(replies.length).toBeGreaterThan(8);
  for (const { step, path } of replies) {
    const messages = broker.get(step)?.messages[path[1] ?? ''];
    expect({ step, contexts: messages?.map(({ context }) => context) }).toEqual({
      step,
      contexts: [expected],
    });
  }
});

test('docs/differences.md says what the list says', async () => {
  await expect(documentDifferences(DIFFERENCES)).toMatchFileSnapshot('../../docs/differences.md');
});
