import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AppReport, Checkup } from '../../control/operations/checkup.ts';
import { RELEASED_AT } from '../../release.ts';
import type { Finding } from '../finding.ts';
import { judgeApps } from './apps.ts';
import { judgeBroker } from './broker.ts';
import { type Heard, judgeBus } from './bus.ts';
import { judgeClock } from './clock.ts';
import { judgeConnections } from './connections.ts';
import { lookAtDatabase } from './database.ts';
import { judgeLanAddress } from './lan-address.ts';
import { isAnswered, isAnswerTo, judgeMdns, questionFor } from './mdns.ts';
import { judgePlugin } from './plugin.ts';
import { judgeFreePort, judgeServedPort } from './port.ts';
import { judgeHolder, judgeWriting } from './store.ts';

const codes = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);

test.each([
  [undefined, 'broker_not_running'],
  ['1.0.0', 'broker_running'],
  ['0.9.0', 'broker_outdated'],
])('a broker of version %s beside an installed 1.0.0: %s', (version, code) => {
  const running = version === undefined ? undefined : { version, pid: 7, port: 1, lanHost: 'h' };
  expect(judgeBroker(running, '1.0.0').code).toBe(code);
});

describe('the bus', () => {
  const open: Heard = { isOpen: true, plain: 1, unreadable: 0, echoed: true, services: 1, brokers: 1 };
  const settings = { host: '127.0.0.1', port: 8181, allowUnencrypted: true };
  const sealed = { ...settings, secretKey: '0123456789abcdef', allowUnencrypted: false };

  test.each<[string, Parameters<typeof judgeBus>[0], Heard, boolean, string]>([
    ['answers', settings, open, true, 'bus_ok'],
    ['is not there', settings, { isOpen: false, reason: 'ECONNREFUSED' }, true, 'bus_unreachable'],
    ['passes nothing on', settings, { ...open, echoed: false }, true, 'bus_silent'],
    ['is encrypted as set', sealed, { ...open, plain: 0 }, true, 'bus_encrypted_ok'],
    ['has another key', sealed, { ...open, plain: 0, unreadable: 1 }, true, 'bus_other_key'],
    ['is encrypted but no key is set', settings, { ...open, unreadable: 1 }, true, 'bus_key_missing'],
    ['is plain but a key is set', sealed, open, true, 'bus_plain_messages'],
    [
      'has no broker on it though one runs',
      settings,
      { ...open, brokers: 0 },
      true,
      'bus_ok broker_not_on_bus',
    ],
    ['has no broker on it while none runs', settings, { ...open, brokers: 0 }, false, 'bus_ok'],
    ['has two brokers on it', settings, { ...open, brokers: 2 }, true, 'bus_ok brokers_several'],
  ])('that %s', (_what, config, heard, isRunning, expected) => {
    expect(codes(judgeBus(config, heard, isRunning)).join(' ')).toBe(expected);
  });

  const alone: Heard = { ...open, services: 0, brokers: 0 };
  const set = (own: object): never => ({ PHAL: { 'ovos-PHAL-plugin-oauth': own } }) as never;
  test.each<[string, Heard, object, string | undefined, string]>([
    ['answers beside us', { ...open, services: 2 }, {}, undefined, 'plugin_answers'],
    ['is not installed', open, {}, undefined, 'plugin_absent'],
    ['is installed and nothing said', alone, {}, '0.1.3', 'plugin_enabled'],
    ['is enabled', alone, set({ enabled: true }), '0.1.3', 'plugin_enabled'],
    // ovos_PHAL compares with False itself.
    ['is set to 0, which disables nothing', alone, set({ enabled: 0 }), '0.1.3', 'plugin_enabled'],
    ['is disabled', alone, set({ enabled: false }), '0.1.3', 'plugin_disabled'],
    [
      'is enabled in the admin PHAL',
      alone,
      { PHAL: { admin: { 'ovos-PHAL-plugin-oauth': { enabled: true } } } },
      '0.1.3',
      'plugin_enabled_as_admin',
    ],
  ])('a Python plugin that %s', (_what, heard, config, version, code) => {
    expect(judgePlugin(heard, config as never, version).code).toBe(code);
  });
});

describe('the port', () => {
  test.each([
    [undefined, 'port_free'],
    ['EADDRINUSE', 'port_taken'],
    ['EACCES', 'port_forbidden'],
  ])('where listening there fails with %s: %s', (failure, code) => {
    expect(judgeFreePort(failure, 80).code).toBe(code);
  });

  const seen = { own: 'ours', fromLan: 'ours', host: '::', lan: '192.168.1.7', port: 1 } as const;
  test.each<[Partial<Parameters<typeof judgeServedPort>[0]>, string]>([
    [{}, 'port_ours lan_reachable'],
    [{ own: 'other' }, 'port_not_ours'],
    [{ own: 'nobody' }, 'port_not_ours'],
    [{ fromLan: 'nobody' }, 'port_ours lan_unreachable'],
    [{ fromLan: 'other' }, 'port_ours lan_unreachable'],
    [{ host: '127.0.0.1', fromLan: 'nobody' }, 'port_ours port_loopback_only'],
  ])('with %j: %s', (change, expected) => {
    expect(codes(judgeServedPort({ ...seen, ...change })).join(' ')).toBe(expected);
  });
});

describe('the address of the device', () => {
  const at = (address: string): NetworkInterfaceInfo => ({ address, family: 'IPv4' }) as NetworkInterfaceInfo;
  const one = { lo: [at('127.0.0.1')], eth0: [at('192.168.1.7')] };
  const two = { ...one, wlan0: [at('192.168.2.9')], docker0: [at('172.17.0.1')] };

  test.each<[string, Parameters<typeof judgeLanAddress>, string]>([
    ['is one', ['192.168.1.7', undefined, one, undefined], 'lan_address'],
    ['is none', ['127.0.0.1', undefined, { lo: [at('127.0.0.1')] }, undefined], 'lan_address_missing'],
    ['is one of two', ['192.168.1.7', undefined, two, undefined], 'lan_addresses_several'],
    ['is set and here', ['192.168.2.9', '192.168.2.9', two, undefined], 'lan_address'],
    ['is set and another device', ['192.168.9.9', '192.168.9.9', one, undefined], 'lan_address_elsewhere'],
    ['is a name of this device', ['ovos.lan', 'ovos.lan', one, ['192.168.1.7']], 'lan_address'],
    ['is a name of nobody', ['ovos.lan', 'ovos.lan', one, []], 'lan_address_elsewhere'],
  ])('that %s', (_what, args, code) => {
    expect(judgeLanAddress(...args).code).toBe(code);
  });

  test('the other one is named, so that it can be set', () => {
    expect(judgeLanAddress('192.168.1.7', undefined, two, undefined).fix).toContain(
      '"lan_host": "192.168.2.9"',
    );
  });
});

describe('the mDNS name', () => {
  async function responder(answer: (question: Buffer) => Buffer | undefined): Promise<number> {
    const socket = createSocket('udp4');
    socket.on('message', (question, { port, address }) => {
      const packet = answer(question);
      if (packet !== undefined) socket.send(packet, port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    return socket.address().port;
  }
  const ask = async (port: number, name: string): Promise<boolean> =>
    isAnswered(name, new AbortController().signal, { address: '127.0.0.1', port });

  test('is there where somebody answers for it', async () => {
    const port = await responder((question) => {
      const answer = Buffer.from(question);
      answer.writeUInt16BE(0x84_00, 2);
      answer.writeUInt16BE(1, 6);
      return answer;
    });
    expect(await ask(port, 'OVOS.local')).toBe(true);
  });

  test('is not there where nobody does, or for another name', async () => {
    const silent = await responder(() => undefined);
    expect(await ask(silent, 'ovos.local')).toBe(false);
    expect(isAnswerTo(questionFor('ovos.local'), 'ovos.local')).toBe(false);
  });

  test.each([
    [false, true, 'mdns_name'],
    [false, false, 'mdns_silent'],
    [true, false, 'mdns_name_dead'],
  ])('set: %s, answered: %s', (isSet, isThere, code) => {
    expect(judgeMdns('ovos.local', isSet, isThere).code).toBe(code);
  });
});

describe('the clock', () => {
  const now = RELEASED_AT + 1_000_000;
  const said = (time: number | null | undefined) => [{ address: 'https://provider.example/token', time }];

  test.each<[number, Parameters<typeof judgeClock>[1], string]>([
    [now, [], 'clock_ok'],
    [now, said(now - 30_000), 'clock_ok'],
    [now, said(now + 3_600_000), 'clock_differs'],
    [now, said(null), 'clock_ok'],
    [now, said(undefined), 'clock_ok provider_unreachable'],
    [RELEASED_AT - 1, said(now), 'clock_before_release'],
  ])('%d beside %j', (time, times, expected) => {
    expect(codes(judgeClock(time, times)).join(' ')).toBe(expected);
  });
});

test('a common store is there where somebody listens', async () => {
  const { signal } = new AbortController();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect((await lookAtDatabase('127.0.0.1', port, signal)).code).toBe('database_ok');
  server.close();
  await once(server, 'close');
  const dead = await lookAtDatabase('127.0.0.1', port, signal);
  expect(dead).toMatchObject({ code: 'database_unreachable', details: { reason: 'ECONNREFUSED' } });
  expect((await lookAtDatabase('/no/such/folder', 5432, signal)).code).toBe('database_unreachable');
});

test('whoever holds the files must be the broker that answers', () => {
  expect(codes(judgeHolder(undefined, undefined))).toEqual([]);
  expect(codes(judgeHolder(7, 7))).toEqual([]);
  expect(codes(judgeHolder(7, undefined))).toEqual(['store_held']);
  expect(codes(judgeHolder(7, 8))).toEqual(['store_held']);
});

describe('apps and connections', () => {
  const NOW = 1_800_000_000;
  const DAY = 86_400;
  const report: AppReport = {
    status: { munged_id: 'music_spotify', state: 'connected', renews: true, expires_at: NOW + 60 },
    needs_credentials: false,
    provider_host: 'accounts.spotify.com',
    token_endpoint: 'https://accounts.spotify.com/api/token',
    ways: [{ method: 'paste', offered: true, reason: 'paste_always_works' }],
    redirect_uris: { loopback: 'http://127.0.0.1:1/cb', paste: 'http://127.0.0.1:1/cb' },
  };
  const checkup = (change: Partial<AppReport> = {}, rest: Partial<Checkup> = {}): Checkup => ({
    apps: [{ ...report, ...change }],
    foreign_changes: 0,
    failing: [],
    unsaved: [],
    ...rest,
  });

  test.each<[string, Partial<AppReport>, string]>([
    ['is well', {}, 'app_ok'],
    ['has no client', { needs_credentials: true }, 'app_needs_credentials'],
    [
      'has no way that its provider takes',
      { ways: [{ method: 'lan', offered: false, reason: 'provider_refuses_lan' }] },
      'app_redirect_refused',
    ],
    [
      'is sent to 0.0.0.0',
      { takes_loopback: true, redirect_uris: { loopback: 'http://0.0.0.0:1/cb' } },
      'app_loopback_host',
    ],
    [
      'was registered at another address',
      { registered_redirect_uris: ['http://192.168.1.7:1/cb'] },
      'app_redirect_changed',
    ],
    ['was registered here', { registered_redirect_uris: ['http://127.0.0.1:1/cb'] }, 'app_ok'],
  ])('an app that %s', (_what, change, code) => {
    expect(codes(judgeApps(checkup(change)))).toEqual([code]);
  });

  test('no app is told apart from apps that could not be looked at', () => {
    expect(codes(judgeApps(undefined))).toEqual(['apps_unknown']);
    expect(codes(judgeApps({ apps: [] }))).toEqual(['apps_none']);
  });

  const status = (change: Partial<AppReport['status']>): Partial<AppReport> => ({
    status: { ...report.status, ...change },
  });
  test.each<[string, Partial<AppReport>, Partial<Checkup>, string]>([
    ['is well', {}, {}, 'connection_ok'],
    ['needs its user', status({ state: 'needs_user', reason: 'invalid_grant' }), {}, 'connection_needs_user'],
    ['has refused credentials', status({ state: 'needs_credentials' }), {}, 'connection_refused'],
    ['is not connected', status({ state: 'disconnected' }), {}, 'connections_none'],
    ['has expired for good', status({ renews: false, expires_at: NOW - 1 }), {}, 'connection_expired'],
    ['ends soon', status({ ends_at: NOW + 3 * DAY }), {}, 'connection_ends_soon'],
    ['ends late', status({ ends_at: NOW + 90 * DAY }), {}, 'connection_ok'],
    [
      'could not be renewed',
      {},
      { failing: [{ munged_id: 'music_spotify', code: 'provider_timeout' }] },
      'connection_fails',
    ],
  ])('a connection that %s', (_what, change, rest, code) => {
    expect(codes(judgeConnections(checkup(change, rest), NOW))).toEqual([code]);
  });

  test('what other programs wrote and what could not be saved is told', () => {
    const found = judgeWriting(checkup({}, { foreign_changes: 3, unsaved: ['music_spotify'] }), {
      stateDir: '/s',
    });
    expect(codes(found)).toEqual(['token_unsaved', 'foreign_writers']);
  });
});
