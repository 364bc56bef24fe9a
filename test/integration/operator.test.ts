import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { startBroker } from '../support/broker-process.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { askForMusic, musicClient, signInToMusic } from '../support/music-app.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { requestFrom } from '../support/request-from.ts';
import type { ServiceProcess } from '../support/service-process.ts';

// What an operator's programs are told by the released broker: with the store of one device, and with a common one.

let bus: MessageBus;
let server: PostgresServer;
let provider: AuthorizationServer;
let skill: PythonClient;
let device: OAuthDevice;
let broker: ServiceProcess;

beforeAll(async () => {
  [bus, server] = await Promise.all([startMessageBus(), startPostgres()]);
  server.create('fleet');
  device = await createDevice(bus);
  provider = await startAuthorizationServer({ clients: [musicClient(device.httpPort)] });
  skill = await startPythonClient({ env: bus.env });
  broker = await startBroker(device);
});

afterAll(async () => {
  await broker?.stop();
  await skill?.stop();
  await provider?.close();
  await bus?.stop();
  await server?.remove();
  await device?.home.remove();
});

const at = (path: string): string => `http://127.0.0.1:${device.httpPort}${path}`;

async function health(): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(at('/healthz'));
  return { status: answer.status, body: await answer.json() };
}

/** The values of a metric, by its labels. */
async function metric(name: string): Promise<Readonly<Record<string, number>>> {
  const answer = await fetch(at('/metrics'));
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter((line) => line.startsWith(name));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value = ''] = /^\w+(?:\{(.*)\})? (.*)$/.exec(line) ?? [];
      return [labels, Number(value)];
    }),
  );
}

describe('with the store of one device', () => {
  test('sign-ins, renewals, exchanges and states are counted, and no label names an app', async () => {
    await signInToMusic(skill, provider);
    expect(await askForMusic(skill, 'oauth.refresh')).toMatchObject({ result: 'Ok' });
    expect(await metric('ovos_oauth_sign_ins_total')).toEqual({
      'outcome="started"': 1,
      'outcome="connected"': 1,
    });
    expect(await metric('ovos_oauth_renewals_total')).toEqual({ 'result="renewed"': 1 });
    expect(await metric('ovos_oauth_provider_exchange_seconds_count')).toEqual({ 'outcome="answered"': 2 });
    expect(await metric('ovos_oauth_connections')).toEqual({ 'state="connected"': 1 });
    expect(await metric('ovos_oauth_bus_connected')).toEqual({ '': 1 });
    expect(await metric('ovos_oauth_event_loop_delay_seconds')).toHaveProperty(['quantile="0.99"']);
    expect(await metric('ovos_oauth_database_up')).toEqual({});
    const text = await (await fetch(at('/metrics'))).text();
    expect(text).not.toMatch(/music|library|127\.0\.0\.1/);
  });

  test('nobody but this device is told', async () => {
    for (const path of ['/metrics', '/healthz']) {
      const { status } = await requestFrom({ port: device.httpPort, path, from: '127.0.0.2' });
      expect(status).toBe(404);
    }
  });

  test('without its bus it says so, with it all is well', async () => {
    expect(await health()).toEqual({ status: 200, body: { status: 'ok' } });
    await bus.kill();
    await eventually('it is noticed', async () => (await health()).status === 503);
    expect(await health()).toEqual({ status: 503, body: { status: 'unavailable', reason: 'bus' } });
    await bus.start();
    await eventually('it is back', async () => (await health()).status === 200);
  });
});

describe('with a common store', () => {
  beforeAll(async () => {
    await broker.stop();
    const keyFile = join(device.home.dir, 'fleet.key');
    await writeFile(keyFile, randomBytes(32).toString('hex'));
    await chmod(keyFile, 0o600);
    const settings = {
      port: device.httpPort,
      sealing: { key_file: keyFile },
      store: { url: server.url('fleet'), device: 'kitchen' },
    };
    await device.home.writeConfig({ ...bus.config, PHAL: { 'ovos-PHAL-plugin-oauth': settings } });
    await broker.start();
  });

  test('its state is told, also while the database is away', async () => {
    expect(await health()).toMatchObject({ status: 200 });
    expect(await metric('ovos_oauth_database_up')).toEqual({ '': 1 });
    expect(await metric('ovos_oauth_overdue_connections')).toEqual({ '': 0 });
    await server.kill();
    try {
      await eventually('it is noticed', async () => (await health()).status === 503);
      expect(await health()).toEqual({ status: 503, body: { status: 'unavailable', reason: 'store' } });
      expect(await metric('ovos_oauth_database_up')).toEqual({ '': 0 });
      expect(await metric('ovos_oauth_overdue_connections')).toEqual({ '': Number.NaN });
    } finally {
      await server.start();
    }
    await eventually('it is back', async () => (await health()).status === 200);
  });
});
