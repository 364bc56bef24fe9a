import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { BusClient, Message } from '../../src/bus/index.ts';
import { FrameCipher } from '../../src/bus/encryption.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { filesBelow, foundIn, leaks } from '../support/planted.ts';
import { runProgram } from '../support/program.ts';
import { openRawClient } from '../support/raw-client.ts';
import { textOf } from '../support/text-of.ts';

/** What goes in, each unmistakable. `foundIn` finds them in other encodings, too. */
const PLANTED = {
  'client secret': 'planted-client-secret-Zq81',
  'typed client secret': 'planted-typed-secret-Yk52',
  code: 'planted-code-Xw33',
  'refused code': 'planted-refused-code-Wv94',
  'access token': 'planted-access-token-Vu15',
  'refresh token': 'planted-refresh-token-Ut76',
  'ID token': 'planted-id-token-Ts37',
  'device code': 'planted-device-code-Sr98',
  'error description': 'planted-error-description-Rq19',
  'error address': 'planted-error-uri-Qp50',
  'query of a callback': 'planted-query-Po71',
  'foreign state': 'planted-foreign-state-On22',
  cookie: 'planted-cookie-Nm93aaa',
  header: 'planted-header-Ml44',
  'pasted text': 'planted-paste-Lk05',
  'body of nonsense': 'planted-nonsense-Kj66',
  'passphrase of the store': 'planted-store-passphrase-Ji27',
  'passphrase of an archive': 'planted-archive-passphrase-Ih88',
  'key of the bus': 'planted-buskeyHg',
} as const;

const SKILL = 'skill-secret.example';
/** What the requests of this test are called; the rest on the bus is the broker's. */
const SENT = new Set<string>();

let bus: MessageBus;
beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
});
afterAll(() => bus.stop());

interface Run {
  readonly device: OAuthDevice;
  readonly broker: ReturnType<typeof runProgram>;
  readonly pid: number;
  /** Planted, and what the broker made itself and must keep to itself as well. */
  readonly secrets: Map<string, string>;
  /** What left the broker, by where; to be searched. */
  readonly outputs: Map<string, string>;
  /** Each message of the broker, by its type. */
  readonly messages: ReadonlyArray<{ readonly type: string; readonly text: string }>;
  readonly ask: (type: string, data: JsonObject, replyType?: string) => Promise<JsonObject>;
  /** Opens an address of the broker as the browser on the device does. */
  readonly look: (path: string) => Promise<string>;
  /** The same as another browser that brings secrets in its headers. */
  readonly open: (
    path: string,
    init?: RequestInit,
  ) => Promise<{ readonly status: number; readonly location: string | null; readonly body: string }>;
}

/** A provider that answers well to one code and quotes secrets in every error. */
async function startProvider(asked: string[], secrets: Map<string, string>): Promise<string> {
  const spoken = {
    error_description: `${PLANTED['error description']} of ${PLANTED['client secret']}`,
    error_uri: `https://provider.example/?${PLANTED['error address']}`,
  };
  const answerTo = (path: string, form: URLSearchParams): readonly [number, object] => {
    const verifier = form.get('code_verifier');
    if (verifier !== null) secrets.set('code verifier', verifier);
    if (path === '/device') {
      const user = { user_code: 'WDJB-MJHT', verification_uri: 'https://provider.example/go' };
      return [200, { device_code: PLANTED['device code'], ...user, expires_in: 600, interval: 1 }];
    }
    if (path === '/revoke') return [503, { error: 'temporarily_unavailable', ...spoken }];
    if (form.get('code') !== PLANTED.code) {
      const error = form.get('grant_type') === 'refresh_token' ? 'invalid_grant' : 'access_denied';
      return [400, { error, ...spoken }];
    }
    const tokens = { access_token: PLANTED['access token'], refresh_token: PLANTED['refresh token'] };
    return [200, { ...tokens, id_token_hint: PLANTED['ID token'], token_type: 'Bearer', expires_in: 3_600 }];
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      asked.push(`${request.headers.authorization ?? ''} ${body}`);
      const [status, answer] = answerTo(request.url ?? '', new URLSearchParams(body));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }).listen(0, '127.0.0.3');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.3:${(server.address() as AddressInfo).port}`;
}

async function start(log: readonly string[]): Promise<Run> {
  const device = await createDevice(bus);
  onTestFinished(() => device.home.remove());
  const keyFile = join(device.home.dir, 'key');
  await writeFile(keyFile, PLANTED['passphrase of the store'], { mode: 0o600 });
  await device.home.writeConfig({
    websocket: { ...bus.config.websocket, secret_key: PLANTED['key of the bus'], allow_unencrypted: true },
    PHAL: {
      'ovos-PHAL-plugin-oauth': {
        port: device.httpPort,
        lan_host: '127.0.0.2',
        sealing: { key_file: keyFile },
      },
    },
  });

  const messages: Array<{ type: string; text: string }> = [];
  const cipher = new FrameCipher(PLANTED['key of the bus']);
  const ear = await openRawClient(bus.url);
  onTestFinished(() => ear.close());
  const client = new BusClient({
    port: bus.port,
    secretKey: PLANTED['key of the bus'],
    allowUnencrypted: true,
  });
  onTestFinished(() => client.stop());
  const isOpen = new Promise<void>((resolve) => client.onOpen(resolve));
  client.start();
  await isOpen;

  const { env, dir: cwd } = device.home;
  const broker = runProgram('ovos-oauth.mjs', ['serve', ...log], { env, cwd });
  onTestFinished(() => broker.kill());
  await eventually('the broker is on the bus', () => hear().some(({ type }) => type === 'oauth.ping'));

  /** What the broker has said so far, decrypted. */
  function hear(): readonly { type: string; text: string }[] {
    for (const frame of ear.frames.slice(messages.length)) {
      const parsed: unknown = JSON.parse(frame);
      const opened = isJsonObject(parsed) ? cipher.decrypt(parsed)?.toString() : undefined;
      const text = opened ?? frame;
      const message: unknown = JSON.parse(text);
      const type = isJsonObject(message) && typeof message['type'] === 'string' ? message['type'] : '';
      messages.push({ type, text });
    }
    return messages.filter(({ type }) => !SENT.has(type));
  }

  const secrets = new Map<string, string>(Object.entries(PLANTED));
  const outputs = new Map<string, string>();
  let pages = 0;
  return {
    device,
    broker,
    pid: broker.pid,
    secrets,
    outputs,
    get messages() {
      return hear();
    },
    async ask(type, data, replyType = `${type}.response`) {
      SENT.add(type);
      const answer = await client.waitForResponse(new Message(type, { skill_id: SKILL, ...data }), {
        replyType,
        timeout: 15_000,
      });
      if (answer === undefined) throw new Error(`no answer to ${type}`);
      return answer.data;
    },
    async look(path) {
      const body = await (await fetch(`http://127.0.0.1:${device.httpPort}${path}`)).text();
      outputs.set(`page of the device ${path}`, body);
      return body;
    },
    async open(path, init = {}) {
      const response = await fetch(`http://127.0.0.1:${device.httpPort}${path}`, {
        redirect: 'manual',
        ...init,
        headers: {
          cookie: `ovos_oauth_browser=${PLANTED.cookie}`,
          authorization: `Bearer ${PLANTED.header}`,
          'user-agent': PLANTED.header,
          'x-forwarded-for': PLANTED.header,
        },
      });
      const body = await response.text();
      pages += 1;
      outputs.set(`page ${pages} (${path.split('?')[0]?.slice(0, 24)})`, body);
      return { status: response.status, location: response.headers.get('location'), body };
    },
  };
}

const stateIn = (url: string): string => new URL(url).searchParams.get('state') ?? '';

/** Takes a run through everything that meets a secret, well and badly. */
async function live(run: Run, origin: string): Promise<void> {
  const { ask, open, look, secrets, outputs, device } = run;
  const endpoints = {
    auth_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    device_authorization_endpoint: `${origin}/device`,
    client_id: 'client',
  };
  const app = { app_id: 'music' };
  const other = { app_id: 'other' };
  const registration = { ...endpoints, client_secret: PLANTED['client secret'], scope: 'one' };
  await ask('oauth.register', { ...app, ...registration });
  await ask('oauth.register', {
    ...other,
    ...registration,
    client_secret: { secret: PLANTED['client secret'] },
  });
  await ask('oauth.register', {
    ...other,
    ...registration,
    auth_endpoint: `ftp://${PLANTED['body of nonsense']}@host/`,
  });
  await ask('oauth.register', { ...other, ...registration });

  const callback = `/auth/callback/${encodeURIComponent(`${SKILL}_music`)}`;
  const begin = async (name: string): Promise<string> => {
    const url = textOf(await ask('oauth.get', app, 'oauth.url'), 'url');
    secrets.set(`state ${name}`, stateIn(url));
    return stateIn(url);
  };
  const finish = async (query: string): Promise<void> => {
    const { location } = await open(`${callback}?${query}`);
    if (location !== null) await open(location);
  };
  await finish(
    `error=access_denied&error_description=${PLANTED['error description']}&state=${await begin('denied')}`,
  );
  await finish(`code=${PLANTED['refused code']}&state=${await begin('refused')}`);
  await finish(`code=${PLANTED['refused code']}&state=${PLANTED['foreign state']}`);
  await finish(`${PLANTED['query of a callback']}=${PLANTED['query of a callback']}&state=a&state=b`);
  const good = await begin('good');
  await finish(`code=${PLANTED.code}&state=${good}`);
  await finish(`code=${PLANTED.code}&state=${good}`);

  const link = textOf(await ask('oauth.generate.qr.request', other, 'oauth.generate.qr.response'), 'url');
  const { pathname } = new URL(link);
  await open(pathname);
  const landed = await open(pathname, { method: 'POST', body: new URLSearchParams({ method: 'paste' }) });
  if (landed.location !== null)
    secrets.set('state of the link', stateIn(new URL(landed.location, link).href));
  await open(`${pathname}/paste`);
  for (const pasted of [
    PLANTED['pasted text'],
    `https://elsewhere.example/?code=${PLANTED['pasted text']}`,
  ]) {
    await open(`${pathname}/paste`, {
      method: 'POST',
      body: new URLSearchParams({ address: pasted, pasted }),
    });
  }
  await ask('oauth.generate.qr.request', { ...other, method: 'device' }, 'oauth.generate.qr.response');

  const shown = await ask('oauth.start', app);
  secrets.set('state of the shell', stateIn(textOf(shown, 'url')));
  await ask('ovos.shell.oauth.authentication.forward', {
    ...app,
    redirectURL: `http://127.0.0.1/?code=${PLANTED['refused code']}&state=${stateIn(textOf(shown, 'url'))}`,
  });
  await ask('ovos.shell.oauth.authentication.forward', { ...app, redirectURL: PLANTED['body of nonsense'] });
  await ask('oauth.token.get', app);
  await ask('oauth.refresh', app);
  for (const nonsense of ['oauth.status', 'oauth.token.get', 'oauth.revoke', 'oauth.cancel'])
    await ask(nonsense, { app_id: { secret: PLANTED['body of nonsense'] } });
  await command(
    run,
    ['credentials', 'set', `${SKILL}_music`, '--client-id', 'client'],
    PLANTED['typed client secret'],
  );
  for (const args of [
    ['list', '--json'],
    ['status'],
    ['config'],
    ['logs', '--json'],
    ['doctor', '--json'],
    ['providers'],
  ])
    await command(run, args);
  for (const path of ['/', '/console', '/console/activity']) await open(path);
  // As the browser on the device itself, which is let in.
  const inside = await Promise.all(
    [
      '',
      '/activity',
      `/accounts/${encodeURIComponent(`${SKILL}_music`)}`,
      '/services/spotify',
      '/settings',
    ].map(async (path) => look(`/console${path}`)),
  );
  expect(inside.slice(0, 3).every((page) => page.includes(SKILL))).toBe(true);
  await open(`/${PLANTED['query of a callback']}?${PLANTED['query of a callback']}`);
  for (const name of ['cmdline', 'environ'])
    outputs.set(`/proc ${name}`, await readFile(`/proc/${run.pid}/${name}`, 'latin1').catch(() => ''));
  // A second sign-in, to be revoked while the provider is in trouble.
  await finish(`code=${PLANTED.code}&state=${await begin('second')}`);
  await ask('oauth.revoke', app);
  await finish(`code=${PLANTED.code}&state=${await begin('third')}`);
  run.broker.signal('SIGTERM');
  await run.broker.exit;
  const archive = join(device.home.dir, 'archive');
  await command(run, ['export', '--copy', archive], `${PLANTED['passphrase of an archive']}\n`);
  outputs.set('archive', await readFile(archive, 'latin1'));
}

async function command({ device, outputs }: Run, args: readonly string[], input = ''): Promise<void> {
  const program = runProgram('ovos-oauth.mjs', args, { env: device.home.env, cwd: device.home.dir, input });
  await program.exit;
  outputs.set(`ovos-oauth ${args.join(' ')}`, `${program.stdout()}\n${program.stderr()}`);
}

/** Where the API says that a secret goes out. */
const ALLOWED: Readonly<Record<string, (what: string) => boolean>> = {
  'oauth.url': (what) => what.startsWith('state'),
  'oauth.start.response': (what) => what.startsWith('state'),
  'ovos.shell.oauth.start.authentication': (what) => what.startsWith('state'),
  'oauth.token.get.response': (what) => what === 'access token',
  [`oauth.token.response.${SKILL}_music`]: (what) => /^(access|refresh|ID) token$/.test(what),
};

describe.each([
  ['debug', ['--log-level', 'debug']],
  ['debug, as JSON', ['--log-level', 'debug', '--log-json']],
  ['info', ['--log-level', 'info']],
  ['warn', ['--log-level', 'warn']],
  ['error', ['--log-level', 'error']],
] as const)('a broker that logs at level %s', (_name, log) => {
  test('keeps every planted secret to itself, in good flows and bad ones', async () => {
    const run = await start(log);
    const asked: string[] = [];
    const origin = await startProvider(asked, run.secrets);
    await live(run, origin);
    const { outputs, secrets, messages, device, broker } = run;
    outputs.set('log', broker.stdout());
    outputs.set('standard error', broker.stderr());

    // The search finds them where they belong; else it would find them nowhere.
    const sent = asked.join('\n');
    expect(foundIn(sent, secrets)).toEqual(
      expect.arrayContaining(['client secret', 'code', 'refused code', 'code verifier', 'refresh token']),
    );
    const received = messages.filter(({ type }) => type === `oauth.token.response.${SKILL}_music`);
    expect(foundIn(received.map(({ text }) => text).join('\n'), secrets)).toEqual(
      expect.arrayContaining(['access token', 'refresh token', 'ID token']),
    );
    const files = await filesBelow(device.home.dir);
    const shared = files.filter(({ path }) => path.startsWith(device.home.databaseDir));
    expect(foundIn(shared.map(({ text }) => text).join('\n'), secrets)).toEqual(
      expect.arrayContaining(['typed client secret', 'access token', 'refresh token']),
    );
    expect(secrets.size).toBeGreaterThan(Object.keys(PLANTED).length + 5);

    expect(leaks(outputs, secrets)).toEqual([]);
    const leakedOnBus = messages.flatMap(({ type, text }) =>
      foundIn(text, secrets)
        .filter((what) => ALLOWED[type]?.(what) !== true)
        .map((what) => `${type}: ${what}`),
    );
    expect(leakedOnBus).toEqual([]);
    const given = new Set([device.home.configFile, join(device.home.dir, 'key')]);
    const others = files.filter(({ path }) => !given.has(path) && !path.startsWith(device.home.databaseDir));
    expect(leaks(new Map(others.map(({ path, text }) => [path, text])), secrets)).toEqual([]);
    const open = files.filter(({ path, mode }) => (mode & 0o077) !== 0 && !path.endsWith('.lock'));
    expect(open.map(({ path }) => path)).toEqual([device.home.configFile]);
  });
});

describe('a start that fails', () => {
  test.each([
    [
      'a key of the wrong length',
      JSON.stringify({ websocket: { secret_key: `${PLANTED['key of the bus']} and more` } }),
    ],
    ['a file that is no JSON', `{"websocket": {"secret_key": "${PLANTED['key of the bus']}", `],
    ['a passphrase that is too short', undefined],
  ])('says nothing of what was in it: %s', async (_what, config) => {
    const { home } = await createDevice(bus);
    onTestFinished(() => home.remove());
    const keyFile = join(home.dir, 'key');
    await writeFile(keyFile, 'planted-1', { mode: 0o600 });
    const sealed = { PHAL: { 'ovos-PHAL-plugin-oauth': { sealing: { key_file: keyFile } } } };
    await writeFile(home.configFile, config ?? JSON.stringify(sealed));
    const program = runProgram('ovos-oauth.mjs', ['serve', '--log-level', 'debug'], {
      env: home.env,
      cwd: home.dir,
    });
    expect(await program.exit).not.toBe(0);
    expect(program.stderr()).toContain('ovos-oauth: ');
    expect(`${program.stdout()}${program.stderr()}`).not.toContain('planted-');
  });
});

test('the search finds a secret in the coats that secrets wear', () => {
  const planted = new Map([['it', 'a secret: "quoted" & more/of+it']]);
  const [secret = ''] = planted.values();
  const coats = [
    secret,
    `?code=${encodeURIComponent(secret)}`,
    JSON.stringify({ secret }),
    Buffer.from(secret).toString('hex'),
    Buffer.from(`client:${secret}`).toString('base64'),
    Buffer.from(`id:${secret}:more`).toString('base64'),
  ];
  expect(coats.map((coat) => foundIn(coat, planted))).toEqual(coats.map(() => ['it']));
  expect(foundIn('a secret: "quoted" & more/of+i', planted)).toEqual([]);
});
