import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { apps } from '../../src/doctor/checks/apps.ts';
import { clock } from '../../src/doctor/checks/clock.ts';
import { gatherSurroundings } from '../../src/doctor/gather-surroundings.ts';
import { type Finding, finding } from '../../src/doctor/finding.ts';
import { diagnose } from '../../src/doctor/index.ts';
import { RELEASED_AT } from '../../src/release.ts';
import { startBroker } from '../support/broker-process.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type DeviceOptions, type OAuthDevice } from '../support/oauth-device.ts';
import { runProgram } from '../support/program.ts';
import { startPythonClient } from '../support/python-client.ts';
import { startPythonPlugin } from '../support/python-plugin.ts';
import { pythonSkill } from '../support/python-skill.ts';
import { pythonVenv, venvPython } from '../support/python-venv.ts';
import { TokenEndpoint } from '../support/token-endpoint.ts';

const KEY = '0123456789abcdef';
const OTHER_KEY = 'fedcba9876543210';
const PHONE_SIDE = '127.0.0.2';

let bus: MessageBus;
let sealedBus: MessageBus;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  sealedBus = await startMessageBus({ nodelay: true, config: { websocket: { secret_key: KEY } } });
});

afterAll(async () => {
  await bus.stop();
  await sealedBus.stop();
});

async function newDevice(options: DeviceOptions = {}, on = bus): Promise<OAuthDevice> {
  const device = await createDevice(on, {
    ...options,
    settings: { lan_host: PHONE_SIDE, ...options.settings },
  });
  onTestFinished(() => device.home.remove());
  return device;
}

/** Like the device's mycroft.conf, with other members of `websocket`. */
async function setBus({ home, httpPort }: OAuthDevice, websocket: object, on = bus): Promise<void> {
  await home.writeConfig({
    websocket: { ...on.config.websocket, ...websocket },
    PHAL: { 'ovos-PHAL-plugin-oauth': { port: httpPort, lan_host: PHONE_SIDE } },
  });
}

async function serve(device: OAuthDevice): Promise<{ readonly pid: number; stop(): Promise<unknown> }> {
  const broker = await startBroker(device);
  onTestFinished(async () => void (await broker.stop()));
  return broker;
}

interface Diagnosis {
  readonly exit: number | null;
  readonly text: string;
  readonly codes: readonly string[];
  readonly problems: readonly string[];
  readonly find: (code: string) => Pick<Finding, 'details' | 'fix'> & { readonly sentence: string };
}

/** What `ovos-oauth doctor --json` says on a device. */
async function consult({ home }: OAuthDevice, env: NodeJS.ProcessEnv = {}): Promise<Diagnosis> {
  const program = runProgram('ovos-oauth.mjs', ['doctor', '--json'], {
    env: { ...home.env, ...env },
    cwd: home.dir,
  });
  const exit = await program.exit;
  const text = program.stdout();
  expect(program.stderr()).toBe('');
  const { findings } = JSON.parse(text) as { findings: Array<Finding & { sentence: string }> };
  return {
    exit,
    text,
    codes: findings.map(({ code }) => code),
    problems: findings.filter(({ level }) => level === 'problem').map(({ code }) => code),
    find: (code) => {
      const found = findings.find((one) => one.code === code);
      if (found === undefined)
        throw new Error(`no ${code} among ${findings.map((one) => one.code).join(' ')}`);
      return found;
    },
  };
}

describe('where all is well', () => {
  test('the doctor says so of each part, with the broker running and without, and ends with 0', async () => {
    const device = await newDevice();
    const broker = await serve(device);
    const well = await consult(device);
    expect(well.problems).toEqual([]);
    expect(well.exit).toBe(0);
    expect(well.codes).toEqual(
      expect.arrayContaining([
        'broker_running',
        'bus_ok',
        'port_ours',
        'lan_reachable',
        'lan_address',
        'store_ok',
      ]),
    );
    expect(well.find('broker_running').details['pid']).toBe(broker.pid);
    await broker.stop();
    const alone = await consult(device);
    expect(alone.exit).toBe(0);
    expect(alone.codes).toEqual(
      expect.arrayContaining(['broker_not_running', 'bus_ok', 'port_free', 'store_ok']),
    );
  });

  test('a person reads it in groups, without colours where it is no terminal', async () => {
    const { home } = await newDevice();
    const program = runProgram('ovos-oauth.mjs', ['doctor'], { env: home.env, cwd: home.dir });
    expect(await program.exit).toBe(0);
    expect(program.stdout()).toContain(
      'Broker\n  ! The broker does not run: nobody is signed in, and no token is renewed.\n      Do: systemctl',
    );
    expect(program.stdout()).toMatch(/\nProblems: 0, warnings: \d+\.\n$/);
    expect(program.stdout()).not.toContain('\u001B');
  });
});

describe('the bus', () => {
  test('that is not there', async () => {
    const device = await newDevice();
    await setBus(device, { port: await freePort() });
    const { problems, exit, find } = await consult(device);
    expect(problems).toEqual(['bus_unreachable']);
    expect(find('bus_unreachable').details['reason']).toBe('ECONNREFUSED');
    expect(exit).toBe(13);
  });

  test('that takes connections and never says a word does not hang the doctor', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    onTestFinished(() => void mute.close());
    const device = await newDevice();
    await setBus(device, { port: (mute.address() as AddressInfo).port });
    expect((await consult(device)).problems).toEqual(['bus_unreachable']);
  });

  test('that is encrypted as set', async () => {
    const device = await newDevice({}, sealedBus);
    const { env, dir: cwd } = device.home;
    const broker = runProgram('ovos-oauth.mjs', ['serve'], { env, cwd });
    onTestFinished(() => broker.kill());
    await broker.untilItSays('Connected to the message bus');
    const { codes, problems } = await consult(device);
    expect(problems).toEqual([]);
    expect(codes).toContain('bus_encrypted_ok');
  });

  test('that is encrypted with another key', async () => {
    const device = await newDevice({}, sealedBus);
    await setBus(device, { secret_key: OTHER_KEY }, sealedBus);
    expect((await consult(device)).problems).toEqual(['bus_other_key']);
  });

  test('that is encrypted while no key is set here', async () => {
    const device = await newDevice({}, sealedBus);
    await setBus(device, { secret_key: null }, sealedBus);
    expect((await consult(device)).problems).toEqual(['bus_key_missing']);
  });

  test('that carries plain messages while a key is set here', async () => {
    const device = await newDevice();
    await setBus(device, { secret_key: KEY });
    const { problems, text } = await consult(device);
    expect(problems).toEqual(['bus_plain_messages']);
    expect(text).not.toContain(KEY);
  });
});

describe('the Python plugin', () => {
  test('that answers beside the broker', async () => {
    const device = await newDevice();
    await serve(device);
    const plugin = await startPythonPlugin(await newDevice());
    onTestFinished(async () => void (await plugin.stop()));
    const { problems, find } = await consult(device);
    expect(problems).toEqual(['plugin_answers']);
    expect(find('plugin_answers').fix).toContain('"ovos-PHAL-plugin-oauth": {"enabled": false}');
  });

  test.each([
    [{}, 'plugin_enabled'],
    [{ enabled: false }, 'plugin_disabled'],
  ])('that is installed, with the settings %j: %s', async (settings, code) => {
    const device = await newDevice({ settings });
    const PATH = [join(pythonVenv(), 'bin'), device.home.env['PATH']].join(delimiter);
    const { codes, find } = await consult(device, { PATH });
    expect(codes).toContain(code);
    expect(find(code).details['version']).toBe('0.1.3');
  });
});

describe('PHAL of a virtual environment', () => {
  test('is asked for the plugin by its own Python', async () => {
    const device = await newDevice();
    const args = ['-c', 'import sys; print("up", flush=True); sys.stdin.read()', 'ovos_PHAL'];
    const phal = spawn(venvPython(), args, { env: device.home.env });
    onTestFinished(() => void phal.kill());
    await once(phal.stdout, 'data');
    expect((await consult(device)).codes).toContain('plugin_enabled');
  });
});

test('what lies in the folder that the doctor is called in is not run', async () => {
  const device = await newDevice();
  const planted = `open(${JSON.stringify(join(device.home.dir, 'ran'))}, 'w')`;
  await writeFile(join(device.home.dir, 'csv.py'), planted);
  const PATH = [join(pythonVenv(), 'bin'), device.home.env['PATH']].join(delimiter);
  expect((await consult(device, { PATH })).codes).toContain('plugin_enabled');
  expect(await readdir(device.home.dir)).not.toContain('ran');
});

describe('the network', () => {
  test('a port that another program has', async () => {
    const device = await newDevice();
    const other = createServer().listen(device.httpPort);
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { problems, find } = await consult(device);
    expect(problems).toEqual(['port_taken']);
    expect(find('port_taken').fix).toBe(`sudo ss -ltnp 'sport = :${device.httpPort}'`);
  });

  test('pages at the loopback address alone', async () => {
    const device = await newDevice({ settings: { host: '127.0.0.1' } });
    await serve(device);
    const { codes, exit } = await consult(device);
    expect(codes).toContain('port_loopback_only');
    expect(exit).toBe(0);
  });

  test('an address for phones at which nobody answers', async () => {
    // Bound to another address of this device than the one phones are sent to.
    const device = await newDevice({ settings: { host: '127.0.0.3' } });
    const broker = runProgram('ovos-oauth.mjs', ['serve'], { env: device.home.env, cwd: device.home.dir });
    onTestFinished(() => broker.kill());
    await broker.untilItSays('Ready');
    expect((await consult(device)).codes).toEqual(
      expect.arrayContaining(['port_ours', 'port_loopback_only']),
    );
  });

  test('an address for phones that is no address of this device', async () => {
    const device = await newDevice({ settings: { lan_host: '192.0.2.77' } });
    await serve(device);
    expect((await consult(device)).problems).toEqual(['lan_unreachable', 'lan_address_elsewhere']);
  });

  test('a name for phones that nobody answers for', async () => {
    const device = await newDevice({ settings: { lan_host: 'nobody-has-this-name.local' } });
    expect((await consult(device)).problems).toEqual(['lan_address_elsewhere', 'mdns_name_dead']);
  });
});

describe('the firewall, by what real ones have printed', () => {
  /** A folder with programs that print what a recording of the real ones has. */
  async function firewallPath(
    device: OAuthDevice,
    programs: Readonly<Record<string, string>>,
  ): Promise<string> {
    const folder = join(device.home.dir, 'sbin');
    await mkdir(folder);
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return [folder, device.home.env['PATH']].join(delimiter);
  }
  const recording = (name: string): string =>
    `cat '${new URL(`../support/firewalls/${name}`, import.meta.url).pathname}'`;

  test.each([
    [
      'ufw',
      { ufw: recording('ufw-closed.txt') },
      'firewall_closed_ufw',
      'sudo ufw allow proto tcp from 0.0.0.0/0 to any port 36536',
    ],
    [
      'nftables',
      { ufw: 'exit 1', nft: recording('nft-closed.json') },
      'firewall_closed_nftables',
      'sudo nft insert rule inet filter input ip saddr 0.0.0.0/0 tcp dport 36536 accept',
    ],
  ])('%s that lets nobody in', async (_name, programs, code, fix) => {
    const device = await newDevice({ httpPort: 36_536 });
    const { problems, find } = await consult(device, { PATH: await firewallPath(device, programs) });
    expect(problems).toEqual([code]);
    expect(find(code).fix).toBe(fix);
  });

  test('one that lets phones in, and one that only root may ask', async () => {
    const device = await newDevice({ httpPort: 36_536 });
    const PATH = await firewallPath(device, { ufw: recording('ufw-open.txt') });
    expect((await consult(device, { PATH })).codes).toContain('firewall_open');
    const other = await newDevice();
    const denied = await firewallPath(other, { ufw: 'exit 1', nft: 'exit 1', systemctl: 'echo active' });
    expect((await consult(other, { PATH: denied })).codes).toContain('firewall_unreadable');
  });
});

describe('the time', () => {
  async function codesAt(device: OAuthDevice, now: number): Promise<readonly string[]> {
    const surroundings = await gatherSurroundings(device.home.env, await loadSettings(device.home.env), {
      now: () => now,
    });
    const codes: string[] = [];
    for await (const { findings } of diagnose(surroundings, [clock]))
      codes.push(...findings.map(({ code }) => code));
    return codes;
  }

  test('a clock from before this program was made, and one that a provider contradicts', async () => {
    const device = await newDevice();
    const provider = await TokenEndpoint.start(() => ({ status: 405, body: {} }));
    await writeApps(device, { skill_app: appAt(provider.origin) });
    expect(await codesAt(device, RELEASED_AT - 1)).toEqual(['clock_before_release']);
    expect(await codesAt(device, Date.now())).toEqual(['clock_ok']);
    expect(await codesAt(device, Date.now() + 86_400_000)).toEqual(['clock_differs']);
    expect(provider.seen.length).toBeGreaterThan(0);
  });

  test('a provider that cannot be reached', async () => {
    const device = await newDevice();
    await writeApps(device, { skill_app: appAt(`http://127.0.0.1:${await freePort()}`) });
    expect(await codesAt(device, Date.now())).toEqual(['clock_ok', 'provider_unreachable']);
  });
});

/** As the Python plugin writes an app; the broker has taken it over when this resolves. */
async function writeApps(device: OAuthDevice, entries: object): Promise<void> {
  await writeFile(join(device.home.databaseDir, 'ovos_oauth_apps.json'), JSON.stringify(entries), {
    mode: 0o600,
  });
  const broker = await startBroker(device);
  await broker.stop();
}

function appAt(origin: string) {
  return {
    oauth_service: 'skill_app',
    client_id: 'client',
    client_secret: 'planted-client-secret',
    auth_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    callback_endpoint: '',
    scope: '',
    shell_integration: false,
  };
}

describe('the files', () => {
  const journalOf = ({ home }: OAuthDevice): string =>
    join(home.stateDir, 'mycroft', 'ovos-oauth', 'journal');

  async function used(): Promise<OAuthDevice> {
    const device = await newDevice();
    await writeApps(device, { skill_app: appAt('http://127.0.0.1:1') });
    return device;
  }

  test('that other users may read', async () => {
    const device = await used();
    await chmod(journalOf(device), 0o644);
    const { problems, find } = await consult(device);
    expect(problems).toEqual(['store_open_to_others']);
    expect(find('store_open_to_others').fix).toBe(`chmod 600 ${journalOf(device)}`);
  });

  test('that are shared and that other users may read, or that are damaged', async () => {
    const device = await used();
    const shared = join(device.home.databaseDir, 'ovos_oauth_apps.json');
    await writeFile(shared, '{"half": ');
    await chmod(shared, 0o644);
    const { codes, find } = await consult(device);
    expect(codes).toEqual(expect.arrayContaining(['shared_file_open_to_others', 'shared_file_damaged']));
    expect(find('shared_file_open_to_others').fix).toBe(`chmod 600 ${shared}`);
  });

  test('that cannot be written', async () => {
    const device = await newDevice();
    await rm(device.home.stateDir, { recursive: true });
    await writeFile(device.home.stateDir, 'a file where the folder should be');
    expect((await consult(device)).problems).toContain('store_unwritable');
  });

  test('that are damaged, which the doctor leaves for the broker to mend', async () => {
    const device = await used();
    const before = await readFile(journalOf(device), 'utf8');
    const [header = '', ...commits] = before.split('\n');
    const damaged = [header, 'not a commit', ...commits].join('\n');
    await writeFile(journalOf(device), damaged);
    expect((await consult(device)).codes).toContain('store_damaged');
    expect(await readFile(journalOf(device), 'utf8')).toBe(damaged);
  });

  test('that a newer version has written', async () => {
    const device = await used();
    const header = JSON.stringify({ journal: 99 });
    await writeFile(journalOf(device), `${crc32(header).toString(16).padStart(8, '0')} ${header}\n`);
    const { problems, codes } = await consult(device);
    expect(problems).toEqual(['store_newer']);
    expect(codes).toContain('apps_unknown');
  });

  test('that a broker holds which the doctor cannot ask', async () => {
    const device = await used();
    const broker = await serve(device);
    const { problems, find } = await consult(device, { XDG_RUNTIME_DIR: device.home.tempDir });
    expect(problems).toEqual(expect.arrayContaining(['store_held']));
    expect(find('store_held').details['pid']).toBe(broker.pid);
  });

  test('that a skill writes beside the broker', async () => {
    const device = await used();
    await serve(device);
    await pythonSkill(device.home.env).store('skill_app', { access_token: 'planted-access-token' });
    await expect
      .poll(async () => (await consult(device)).codes, { timeout: 20_000 })
      .toContain('foreign_writers');
  });
});

describe('apps and connections', () => {
  test('each app is judged by what its provider takes, with the broker running', async () => {
    const device = await newDevice({ settings: { redirect: { loopback_host: '0.0.0.0' } } });
    const broker = await serve(device);
    const skill = await startPythonClient({ env: device.home.env });
    onTestFinished(() => skill.stop());
    const credentials = { client_id: 'client', client_secret: 'planted-client-secret' };
    for (const [provider, given] of [
      ['sonos', credentials],
      ['spotify', credentials],
      ['github', {}],
    ] as const) {
      const data = { skill_id: 'skill', app_id: provider, provider, ...given };
      const answer = await skill.waitForResponse({ type: 'oauth.register', data }, { timeout: 10_000 });
      expect(answer?.data['error']).toBeUndefined();
    }
    const judged = async (): Promise<Record<string, string>> => {
      const surroundings = await gatherSurroundings(device.home.env, await loadSettings(device.home.env));
      const found: Finding[] = [];
      // Only this check: others would ask the real providers for the time.
      for await (const { findings } of diagnose(surroundings, [apps])) found.push(...findings);
      expect(JSON.stringify(found)).not.toContain('planted');
      return Object.fromEntries(found.map(({ details, code }) => [String(details['app']), code]));
    };
    const expected = {
      skill_sonos: 'app_redirect_refused',
      skill_spotify: 'app_loopback_host',
      skill_github: 'app_needs_credentials',
    };
    expect(await judged()).toEqual(expected);
    await broker.stop();
    expect(await judged()).toEqual(expected);
  });

  test('a connection whose grant the provider has ended needs its user, whom the doctor tells what to type', async () => {
    const device = await newDevice();
    const provider = await TokenEndpoint.start(({ method }) =>
      method === 'GET' ? { status: 405, body: {} } : { status: 400, body: { error: 'invalid_grant' } },
    );
    const tokens = {
      skill_app: { access_token: 'planted-access', refresh_token: 'planted-refresh', expires_at: 1 },
    };
    await writeFile(join(device.home.databaseDir, 'ovos_oauth.json'), JSON.stringify(tokens), {
      mode: 0o600,
    });
    await writeApps(device, { skill_app: appAt(provider.origin) });
    const broker = await serve(device);
    const skill = await startPythonClient({ env: device.home.env });
    onTestFinished(() => skill.stop());
    const data = { skill_id: 'skill', app_id: 'app' };
    const answer = await skill.waitForResponse({ type: 'oauth.refresh', data }, { timeout: 20_000 });
    expect(answer?.data['error_code']).toBe('invalid_grant');
    const running = await consult(device);
    expect(running.problems).toEqual(['connection_needs_user']);
    expect(running.find('connection_needs_user').fix).toBe('ovos-oauth connect skill_app');
    expect(running.text).not.toContain('planted');
    await broker.stop();
    expect((await consult(device)).problems).toEqual(['connection_needs_user']);
  });
});

describe('the relay', () => {
  const CERTIFICATE = selfSignedCertificate('127.0.0.3');

  async function host(page: string | Buffer, status = 200): Promise<string> {
    const server = createHttpsServer(CERTIFICATE, (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    }).listen(0, '127.0.0.3');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return `https://127.0.0.3:${(server.address() as AddressInfo).port}/`;
  }

  async function codesWith(url: string): Promise<Diagnosis> {
    const device = await newDevice({ settings: { redirect: { relay_url: url } } });
    const trusted = join(device.home.dir, 'ca.pem');
    await writeFile(trusted, CERTIFICATE.cert);
    return consult(device, { NODE_EXTRA_CA_CERTS: trusted });
  }

  test.each([
    ['is ours', (page: Buffer) => page, 200, 'relay_ok'],
    [
      'is ours, of another version',
      (page: Buffer) => `${page.toString()}<!-- 0.0.9 -->`,
      200,
      'relay_outdated',
    ],
    ['is another', () => '<title>Parked domain</title>', 200, 'relay_other_page'],
    ['is missing', () => 'Not Found', 404, 'relay_unreachable'],
  ])('whose page %s', async (_what, change, status, code) => {
    const page = await readFile(new URL('../../relay/index.html', import.meta.url));
    expect((await codesWith(await host(change(page), status))).codes).toContain(code);
  });

  test('that is dead', async () => {
    const { problems } = await codesWith(`https://127.0.0.3:${await freePort('127.0.0.3')}/`);
    expect(problems).toEqual(['relay_unreachable']);
    expect(finding('relay_unreachable', { url: 'https://relay.example/', reason: '' }).fix).toBe(
      'curl -sv https://relay.example/',
    );
  });
});
