import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/control/operations/index.ts';
import type { JsonObject } from '../../src/json.ts';
import { type LiveTerminal, runCommandLine, startInTerminal } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import { readQrText } from '../support/read-qr-text.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));
const SECRET = 'planted-client-secret-5f1c';

let home: Household;
let terminals: LiveTerminal[];

beforeAll(async () => {
  home = await startHousehold({ revocation: true });
});

afterAll(() => home?.close());

beforeEach(() => {
  terminals = [];
  home.skill.forget();
});

afterEach(() => Promise.all(terminals.map((terminal) => terminal.kill())));

function inTerminal(...args: readonly string[]): LiveTerminal {
  const terminal = startInTerminal(home.env, args);
  terminals.push(terminal);
  return terminal;
}

const command = (...args: readonly string[]) => runCommandLine(home.env, args);

/** The JSON that a command prints, judged by what its operation says that it gives. */
async function json(name: keyof typeof OPERATIONS, ...args: readonly string[]): Promise<JsonObject> {
  const { exit, stdout, stderr } = await command(...args, '--json');
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  const { operation } = await OPERATIONS[name]();
  if (operation.kind !== 'call') throw new Error(`${name} is a stream`);
  return v.parse(operation.result, JSON.parse(stdout)) as JsonObject;
}

/** Registers an app and signs in to it, without a browser. */
async function connected(appId: string, fields: JsonObject = {}): Promise<void> {
  await home.registerApp(appId, fields);
  const address = await userAgent.approve(await home.address(appId));
  const answer = await fetch(address);
  expect(answer.status).toBe(200);
  await answer.text();
}

/** One sentence for a person, and nothing where a program reads. */
async function refused(exit: number, sentence: string, ...args: readonly string[]): Promise<void> {
  const told = await command(...args);
  expect(told).toMatchObject({ exit, stdout: '' });
  expect(told.stderr).toMatch(/^ovos-oauth: [^\n]+\n$/);
  expect(told.stderr).toContain(sentence);
  const machine = await command(...args, '--json');
  expect(machine).toMatchObject({ exit, stderr: '' });
  expect(JSON.parse(machine.stdout)).toMatchObject({
    error: expect.stringContaining(sentence.split(' Did')[0] ?? '') as unknown,
    error_code: expect.stringMatching(/^[a-z_]+$/) as unknown,
  });
}

describe('list and status', () => {
  beforeAll(async () => {
    await connected('listed');
    await home.registerApp('unlisted');
  });

  test('tell how every app stands', async () => {
    const { connections } = await json('list', 'list');
    expect(connections).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          munged_id: `${SKILL}_listed`,
          skill_id: SKILL,
          app_id: 'listed',
          state: 'connected',
          renews: true,
          expires_at: expect.any(Number) as unknown,
          next_refresh_at: expect.any(Number) as unknown,
        }),
        expect.objectContaining({ munged_id: `${SKILL}_unlisted`, state: 'disconnected', renews: false }),
      ]),
    );
    const { stdout } = await command('list');
    expect(stdout).toMatch(new RegExp(`^${SKILL}_listed +connected`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${SKILL}_unlisted +not signed in`, 'm'));
    expect((await command('list', '--names')).stdout.trim().split('\n')).toContain(`${SKILL}_listed`);
  });

  test('tell how the broker is, and what waits', async () => {
    await home.address('unlisted');
    const { stdout, exit } = await command('status', '--json');
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      daemon: {
        pid: home.broker.pid,
        bus: { connected: true, host: '127.0.0.1' },
        http: { lan_host: DEVICE, port: home.broker.httpPort },
      },
      waiting: [{ munged_id: `${SKILL}_unlisted`, method: 'loopback' }],
    });
    const shown = (await command('status')).stdout;
    expect(shown).toContain('connected to ws://127.0.0.1:');
    expect(shown).toContain('Sign-ins that wait');
    await home.ask('oauth.cancel', 'unlisted');
  });

  test.each([[`${SKILL}_listed`], [SKILL, 'listed'], ['listed'], ['LISTED']])(
    'take an app by the name %j %j',
    async (...name) => {
      const { connection } = await json('status', 'status', ...name.filter((part) => part !== undefined));
      expect(connection).toMatchObject({ munged_id: `${SKILL}_listed` });
    },
  );

  test('say when a token was last used', async () => {
    await command('token', 'listed');
    const { connection } = await json('status', 'status', 'listed');
    expect(connection).toHaveProperty('last_used_at', expect.any(Number));
    expect((await command('status', 'listed')).stdout).toMatch(/^Last used +(now|\d+ seconds? ago)$/m);
  });

  test('say which of several apps are meant, and what a slip of the keys may have been', async () => {
    await home.ask('oauth.register', 'listed', { skill_id: 'other-skill', ...PUBLIC });
    await refused(
      9,
      `listed could be any of these: ${SKILL}_listed, other-skill_listed.`,
      'status',
      'listed',
    );
    expect(await json('status', 'status', 'other-skill', 'listed')).toBeDefined();
    await refused(9, 'Nothing here is called unlistd. Did you mean unlisted', 'status', 'unlistd');
    await refused(9, 'No app xylophone is registered here.', 'status', 'xylophone');
  });
});

const PUBLIC = {
  client_id: 'id',
  public: true,
  auth_endpoint: 'https://provider.example/authorize',
  token_endpoint: 'https://provider.example/token',
};

describe('token', () => {
  test('prints a valid token and nothing else, renewed where it would not last', async () => {
    await connected('music');
    const stdout = `${await home.accessToken('music')}\n`;
    expect(await command('token', 'music')).toEqual({ exit: 0, stdout, stderr: '' });
    const longer = await command('token', 'music', '--min-valid', '3600');
    expect(longer).toMatchObject({ exit: 0, stderr: '' });
    expect(longer.stdout).not.toBe(stdout);
    const told = await json('token', 'token', 'music');
    expect(told).toMatchObject({ access_token: longer.stdout.trim(), token_type: 'Bearer' });
    expect(JSON.stringify(told)).not.toContain('refresh');
  });

  test('says why there is none, by an exit code for each remedy', async () => {
    await home.registerApp('unsigned');
    await refused(10, `The app ${SKILL}_unsigned is not signed in.`, 'token', 'unsigned');
    await home.ask('oauth.register', 'clientless', { ...PUBLIC, client_id: null, public: false });
    await refused(11, 'needs a client id and secret', 'token', 'clientless');
    await connected('scoped');
    await refused(10, 'does not cover mail', 'token', 'scoped', '--scope', 'mail');
    await refused(9, 'No app', 'token', 'nothing-like-that');
    expect((await command('token', 'scoped', '--min-valid', 'soon')).exit).toBe(2);
    expect((await command('token')).exit).toBe(2);
  });
});

describe('refresh and revoke', () => {
  test('renew a token', async () => {
    await connected('renewed');
    const before = (await command('token', 'renewed')).stdout;
    expect((await command('refresh', 'renewed')).stdout).toMatch(
      new RegExp(`^Renewed ${SKILL}_renewed; the new token expires in \\d+ minutes\\.\n$`),
    );
    const after = (await command('token', 'renewed')).stdout;
    expect(after).not.toBe(before);
    expect(await json('refresh', 'refresh', 'renewed')).toMatchObject({ connection: { state: 'connected' } });
    await home.registerApp('not renewed');
    await refused(10, 'is not signed in', 'refresh', 'not renewed');
  });

  test('end a sign-in at the provider too, once somebody has said so', async () => {
    await connected('ended', { revocation_endpoint: `${home.provider.issuer}/token/revocation` });
    const token = (await command('token', 'ended')).stdout.trim();
    await refused(1, `This would end the sign-in of ${SKILL}_ended.`, 'revoke', 'ended');
    const asked = inTerminal('revoke', 'ended');
    await asked.untilItShows(`End the sign-in of ${SKILL}_ended? [y/N] `);
    asked.type('\r');
    expect(await asked.exit).toBe(1);
    expect(asked.screen()).toContain('Nothing was changed.');
    expect((await command('token', 'ended')).stdout.trim()).toBe(token);

    const agreed = inTerminal('revoke', 'ended');
    await agreed.untilItShows('[y/N] ');
    agreed.type('y\r');
    expect(await agreed.exit).toBe(0);
    expect(agreed.screen()).toContain('here and at the provider.');
    await refused(10, 'is not signed in', 'token', 'ended');
    await refused(10, 'is not signed in', 'revoke', 'ended', '--yes');
  });

  test('say where to end it by hand where a provider has no way for a program', async () => {
    await connected('by hand');
    const { exit, stdout } = await command('revoke', 'by hand', '--yes');
    expect(exit).toBe(0);
    expect(stdout).toContain('Look for connected apps in your account at the provider to end it there.');
    await connected('by hand');
    expect(await json('revoke', 'revoke', 'by hand', '--yes')).toMatchObject({ result: 'local_only' });
  });
});

describe('providers', () => {
  test('lists the catalogue, searches it and tells all about one', async () => {
    const all = JSON.parse((await command('providers', '--json')).stdout) as {
      providers: { name: string }[];
    };
    expect(all.providers.length).toBeGreaterThan(80);
    const found = (await command('providers', '--search', 'SPOTI', '--names')).stdout;
    expect(found).toBe('spotify\n');
    const music = (await command('providers', '--category', 'music')).stdout;
    expect(music).toMatch(/^spotify +Spotify +music +/m);
    const { stdout } = await command('providers', 'Spotify');
    expect(stdout).toContain('https://developer.spotify.com/dashboard');
    expect(stdout).toContain('  1. ');
    await refused(9, 'Nothing here is called spotifi. Did you mean spotify', 'providers', 'spotifi');
    await refused(9, 'The catalogue has no provider qqqqq.', 'providers', 'qqqqq');
  });
});

describe('credentials', () => {
  test('are kept from standard input, and are nowhere to be seen', async () => {
    await home.ask('oauth.register', 'typed', { ...PUBLIC, client_id: null, public: false });
    const args = ['credentials', 'set', SKILL, 'typed', '--client-id', 'my-client'];
    expect(await runCommandLine(home.env, args)).toMatchObject({ exit: 11, stdout: '' });
    const kept = await runCommandLine(home.env, args, `${SECRET}\n`);
    expect(kept).toMatchObject({ exit: 0, stderr: '' });
    expect(kept.stdout).toContain(`Kept the credentials of ${SKILL}_typed.`);
    const url = new URL(await home.address('typed'));
    expect(url.searchParams.get('client_id')).toBe('my-client');
    const outputs = [kept.stdout, home.broker.output(), (await command('logs', '--json')).stdout];
    for (const output of outputs) expect(output).not.toContain(SECRET);
  });

  test('are asked for in a terminal, with what the provider wants, and the secret is not shown', async () => {
    const terminal = inTerminal('credentials', 'set', 'spotify');
    await terminal.untilItShows('Client id: ');
    expect(terminal.screen()).toContain('How to get a client id from Spotify');
    expect(terminal.screen()).toContain(
      `http://127.0.0.1:${home.broker.httpPort}/auth/callback/ovos-oauth_spotify`,
    );
    terminal.type('spotify-client\r');
    await terminal.untilItShows('Client secret');
    terminal.type(`${SECRET}\r`);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen()).toContain('ovos-oauth connect ovos-oauth_spotify');
    expect(terminal.screen()).not.toContain(SECRET);
    const { connection } = await json('status', 'status', 'spotify');
    expect(connection).toMatchObject({
      munged_id: 'ovos-oauth_spotify',
      provider: 'spotify',
      state: 'disconnected',
    });
  });

  test('of a provider of the catalogue lead through to a token', async () => {
    const host = new URL(home.provider.issuer).host;
    const callback = `http://127.0.0.1:${home.broker.httpPort}/auth/callback/ovos-oauth_authelia`;
    await home.provider.addClient({ id: 'household', secret: SECRET, redirectUris: [callback] });
    const terminal = inTerminal('connect', 'authelia', '--no-qr');
    await terminal.untilItShows('The address of Authelia (such as https://auth.example.com): ');
    terminal.type(`${home.provider.issuer}\r`);
    await terminal.untilItShows('Client id: ');
    expect(terminal.screen()).toContain(callback);
    terminal.type('household\r');
    await terminal.untilItShows('Client secret');
    terminal.type(`${SECRET}\r`);
    await terminal.untilItShows('Address (or wait): ');
    const url = new RegExp(`http://${host}/auth\\?\\S+`).exec(terminal.screen())?.[0] ?? '';
    terminal.type(`${await userAgent.approve(url)}\r`);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen()).not.toContain(SECRET);
    const token = await command('token', 'authelia');
    expect(token).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\S{20,}\n$/) as unknown });

    // Another server is another account: it has to be allowed first.
    const moved = await command('connect', 'authelia', '--set', 'issuer=http://127.0.0.1:1');
    expect(moved.exit).not.toBe(0);
    expect((await command('token', 'authelia')).stdout).toBe(token.stdout);
  });

  test('and parameters of a provider are nothing for the app of a skill, or for a form that is not name=value', async () => {
    await home.registerApp('of a skill');
    await refused(1, 'The field --set', 'connect', 'of a skill', '--set', 'issuer=https://x.example');
    expect((await command('connect', 'of a skill', '--set', 'issuer')).exit).toBe(2);
    await refused(1, 'The field --set url=…', 'connect', 'home-assistant');
  });

  test('are on no command line and in no environment while they are typed', async () => {
    await home.ask('oauth.register', 'watched', { ...PUBLIC, client_id: null, public: false });
    const terminal = inTerminal('credentials', 'set', SKILL, 'watched', '--client-id', 'id');
    await terminal.untilItShows('Client secret');
    terminal.type(SECRET);
    const { stdout } = await run('ps', ['--ppid', String(terminal.pid), '-o', 'pid=']);
    const pid = stdout.trim();
    for (const file of ['cmdline', 'environ']) {
      const read = await readFile(`/proc/${pid}/${file}`, 'utf8');
      expect(read).not.toBe('');
      expect(read).not.toContain(SECRET);
    }
    terminal.type('\r');
    expect(await terminal.exit).toBe(0);
  });
});

describe('apps', () => {
  const elsewhere = {
    ...PUBLIC,
    auth_endpoint: 'https://elsewhere.example/authorize',
    token_endpoint: 'https://elsewhere.example/token',
  };

  test('go to other servers once their user has allowed it', async () => {
    await connected('moving');
    expect(await home.ask('oauth.register', 'moving', elsewhere)).toMatchObject({
      error_code: 'change_unconfirmed',
    });
    const { changes } = await json('changes', 'apps', 'changes');
    expect(changes).toMatchObject([{ munged_id: `${SKILL}_moving`, to: ['https://elsewhere.example'] }]);
    await refused(1, 'wants to use https://elsewhere.example', 'apps', 'confirm', 'moving');

    const declined = inTerminal('apps', 'confirm', 'moving');
    await declined.untilItShows('to https://elsewhere.example? [y/N] ');
    declined.type('\r');
    expect(await declined.exit).toBe(1);
    expect(await json('changes.settle', 'apps', 'confirm', 'moving', '--yes')).toEqual({
      munged_id: `${SKILL}_moving`,
      allowed: true,
    });
    expect(await json('changes', 'apps', 'changes')).toEqual({ changes: [] });
    expect(await home.address('moving')).toMatch(/^https:\/\/elsewhere\.example\//);
  });

  test('stay where they are where their user has declined it', async () => {
    await connected('staying');
    await home.ask('oauth.register', 'staying', elsewhere);
    expect((await command('apps', 'reject', 'staying')).stdout).toBe(`${SKILL}_staying stays as it is.\n`);
    expect((await command('apps', 'changes')).stdout).toBe('Nothing waits for you.\n');
    expect((await command('apps', 'confirm', 'staying', '--yes')).exit).toBe(1);
  });
});

describe('open', () => {
  test('lets a phone into the console once, and shuts it again', async () => {
    const terminal = inTerminal('open');
    expect(await terminal.exit).toBe(0);
    const link = readQrText(terminal.screen());
    expect(link).toMatch(new RegExp(`^http://${DEVICE}:\\d+/console/open/`));
    expect(terminal.screen()).toContain(`Open the console: ${link}`);

    const { url } = await json('open', 'open');
    const phone = await home.phone();
    const page = await phone.context.newPage();
    await page.goto(typeof url === 'string' ? url : '');
    const button = page.getByRole('button').first();
    if (await button.isVisible()) await button.click();
    await page.waitForURL(/\/console\/?$/);
    const { sessions } = await json('sessions', 'open', '--sessions');
    expect(sessions).toHaveLength(1);
    const [session] = sessions as [JsonObject];
    expect(session).toMatchObject({ agent: expect.stringContaining('Chrom') as unknown });
    expect((await command('open', '--sessions')).stdout).toContain(textOf(session, 'id'));

    const shut = await command('open', '--revoke-session', textOf(session, 'id'));
    expect(shut).toMatchObject({ exit: 0 });
    expect((await command('open', '--revoke-session', 'none')).exit).toBe(9);
    expect(await json('sessions', 'open', '--sessions')).toEqual({ sessions: [] });
    await page.close();
  });
});

describe('logs', () => {
  test('tell what happened, and go on', async () => {
    await home.registerApp('told');
    const follower = inTerminal('logs', '--follow', '--lines', '1');
    await follower.untilItShows(`registered  ${SKILL}_told`);
    await connected('told');
    await follower.untilItShows(`state changed  ${SKILL}_told  connected`);
    follower.type('\u0003');
    expect(await follower.exit).toBe(130);
    const { stdout, exit } = await command('logs', '--json');
    expect(exit).toBe(0);
    const { operation } = await OPERATIONS.logs();
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => v.parse(operation.event, JSON.parse(line)));
    const kinds = events.filter((event) => event.munged_id === `${SKILL}_told`).map(({ kind }) => kind);
    expect(kinds).toEqual(['registered', 'sign_in_started', 'connected', 'state_changed']);
    expect((await command('logs', '--lines', '1')).stdout.trim().split('\n')).toHaveLength(1);
    expect((await command('logs', '-n', 'few')).exit).toBe(2);
  });
});

test('no command but token prints anything that is secret', async () => {
  await connected('secretive');
  const folder = join(home.env['XDG_CACHE_HOME'] ?? '', 'mycroft/json_database');
  const stored = JSON.parse(await readFile(join(folder, 'ovos_oauth.json'), 'utf8')) as Record<
    string,
    JsonObject
  >;
  const tokens = stored[`${SKILL}_secretive`] ?? {};
  const secrets = [textOf(tokens, 'access_token'), textOf(tokens, 'refresh_token'), SECRET];
  expect((await command('token', 'secretive')).stdout).toContain(secrets[0]);
  const outputs = await Promise.all(
    [
      ['list'],
      ['status'],
      ['status', 'secretive'],
      ['refresh', 'secretive', '--help'],
      ['logs'],
      ['config'],
      ['apps', 'changes'],
      ['open', '--sessions'],
      ['token', 'secretive', '--scope', 'mail'],
      ['doctor'],
    ].flatMap((args) => [command(...args), command(...args, '--json')]),
  );
  const refreshed = [await command('refresh', 'secretive'), await command('refresh', 'secretive', '--json')];
  const all = [...outputs, ...refreshed].map(({ stdout, stderr }) => stdout + stderr);
  const now = (await command('token', 'secretive')).stdout.trim();
  for (const secret of [...secrets, now]) {
    expect(secret).not.toBe('');
    for (const output of [...all, home.broker.output()]) expect(output).not.toContain(secret);
  }
});

test('a reader that has seen enough ends a command that goes on', async () => {
  await home.registerApp('piped');
  const script = `('${process.execPath}' '${PROGRAM}' logs --follow; echo "ended with $?" >&2) | head -n 1`;
  let told = '';
  const reading = run('bash', ['-c', script], { env: home.env }).then(({ stderr }) => (told = stderr));
  await eventually('the closed pipe is met', async () => {
    // Each brings an event.
    await home.registerApp(`piped ${String(Math.random())}`);
    return told !== '';
  });
  expect(await reading).toBe('ended with 141\n');
});

describe('a terminal', () => {
  test('is not told what to do by a name that anybody on the bus has chosen', async () => {
    await home.ask('oauth.register', 'x\u001B]0;owned\u0007\nfaked', { ...PUBLIC, public: true });
    for (const args of [['list', '--names'], ['list'], ['logs']]) {
      const { stdout } = await command(...args);
      expect(stdout).toContain('owned');
      expect(stdout.split('\n').filter((line) => line.startsWith('faked'))).toEqual([]);
      expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    }
  });

  test('gets colours, unless NO_COLOR declines them', async () => {
    const colored = inTerminal('list');
    await colored.exit;
    expect(colored.screen()).toContain('\u001B[3');
    const plain = startInTerminal({ ...home.env, NO_COLOR: '1' }, ['open']);
    terminals.push(plain);
    await plain.exit;
    expect(plain.screen()).not.toContain('\u001B[');
    expect(readQrText(plain.screen())).toContain('/console/open/');
    expect((await command('list')).stdout).not.toContain('\u001B');
  });
});
