/** A device on the same network: it can reach every page and open as many connections as it likes. */
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEVICE, type Household, startHousehold } from '../support/household.ts';
import { Neighbour } from '../support/neighbour.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let attacker: Neighbour;
/** A phone of the household. */
let phone: Neighbour;

beforeAll(async () => {
  home = await startHousehold();
});

afterAll(() => home?.close());

beforeEach(() => {
  attacker = new Neighbour('127.0.0.66', DEVICE, home.broker.httpPort);
  phone = new Neighbour('127.0.0.7', DEVICE, home.broker.httpPort);
  home.skill.forget();
});

afterEach(() => attacker.leave());

const LINES = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const host = (): string => `Host: ${DEVICE}:${home.broker.httpPort}`;

/** A sign-in from the household's own phone, from the link to the skill's token. */
async function signIn(appId: string): Promise<string> {
  const path = new URL(await home.link(appId)).pathname;
  const started = await phone.submit(path, { method: 'lan' });
  const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
  const address = /content="0;url=([^"]+)"/.exec(started.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const callback = new URL(await userAgent.approve(address));
  const answer = await phone.ask(`${callback.pathname}${callback.search}`, { headers: { cookie } });
  expect(answer.headers.location).toMatch(/^\/auth\/result\//);
  return home.accessToken(appId);
}

describe('short links', () => {
  test('can not be guessed: an address that has missed ten times waits half a minute for each guess', async () => {
    const guesses = Array.from({ length: 200 }, (_, guess) => `/s/AAAAAAA${String(guess).padStart(3, '0')}`);
    const statuses: number[] = [];
    for (const guess of guesses) statuses.push((await attacker.ask(guess)).status);
    expect(statuses.filter((status) => status === 404).length).toBeLessThan(20);
    expect(statuses.at(-1)).toBe(429);
  });

  test('do not tell a locked-out guesser when the guess is right', async () => {
    await home.registerApp('locked out');
    const path = new URL(await home.link('locked out')).pathname;
    for (let guess = 0; guess < 30; guess += 1)
      await attacker.ask(`/s/BBBBBBB${String(guess).padStart(3, '0')}`);
    const [right, wrong] = [await attacker.ask(path), await attacker.ask('/s/BBBBBBBBBB')];
    expect([right.status, wrong.status]).toEqual([429, 429]);
    expect(right.body).toBe(wrong.body);
    expect((await phone.ask(path)).status).toBe(200);
  });

  test('and all that belongs to them are counted alike, whatever the method', async () => {
    const other = new Neighbour('127.0.0.67', DEVICE, home.broker.httpPort);
    for (let guess = 0; guess < 12; guess += 1) {
      const path = `/s/CCCCCCC${String(guess).padStart(3, '0')}`;
      if (guess % 4 === 0) await other.submit(path, {});
      else await other.ask(path + (['/status', '/events', '/paste'][(guess % 4) - 1] ?? ''));
    }
    expect((await other.ask('/s/CCCCCCCCCC/status')).status).toBe(429);
  });
});

describe('floods', () => {
  test('of requests from one address leave a phone of the household its sign-in', async () => {
    await home.registerApp('flood');
    // However slow the machine, it is faster than the thirty a second that an address may go on with.
    let refused = 0;
    for (let round = 0; round < 50 && refused < 100; round += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => attacker.ask('/')));
      refused += answers.filter(({ status }) => status === 429).length;
    }
    expect(refused).toBeGreaterThanOrEqual(100);
    expect(await signIn('flood')).not.toBe('');
  });

  test('of invented answers to the callback leave the household its own, and the page that says how it ended', async () => {
    await home.registerApp('callbacks');
    const { pathname } = new URL(home.callback('callbacks'));
    const statuses: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const answers = Array.from({ length: 100 }, (_, n) =>
        attacker.ask(`${pathname}?code=c&state=${round}-${n}`),
      );
      statuses.push(...(await Promise.all(answers)).map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(900);
    expect(await signIn('callbacks')).not.toBe('');
  });

  test('of silent connections cost the attacker its own, not the household a place', async () => {
    await home.registerApp('silent');
    const sockets: Socket[] = [];
    for (let opened = 0; opened < 1_100; opened += 1) sockets.push(await attacker.dial());
    expect(await signIn('silent')).not.toBe('');
    await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(70);
  });

  test('of headers that never end are cut off, and nobody else waits', async () => {
    const drips = await Promise.all(Array.from({ length: 200 }, () => attacker.dial()));
    for (const socket of drips) socket.write(`GET / HTTP/1.1\r\n${host()}\r\nX-Drip: `);
    const dripping = setInterval(() => drips.forEach((socket) => socket.write('x')), 500);
    try {
      expect((await phone.ask('/')).status).toBe(200);
      await expect.poll(() => drips.every(({ destroyed }) => destroyed), { timeout: 30_000 }).toBe(true);
    } finally {
      clearInterval(dripping);
    }
  });
});

describe('requests that mean two things', () => {
  test.each([
    [
      'Content-Length and Transfer-Encoding',
      ['Content-Length: 60', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 60'], ''],
    ['a length with a sign', ['Content-Length: +0'], ''],
    ['a length in a list', ['Content-Length: 0, 60'], ''],
    ['a coding in disguise', ['Transfer-Encoding: xchunked'], ''],
    ['a coding after a tab', ['Transfer-Encoding:\tchunked'], '0\r\n\r\n'],
    ['a name before a blank', ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
    ['a folded line', ['X: a', ' Transfer-Encoding: chunked'], ''],
    ['a bare line feed', ['X: a\nTransfer-Encoding: chunked'], ''],
  ])('do not smuggle a second one in: %s', async (_what, headers, body) => {
    const hidden = LINES('GET /smuggled HTTP/1.1', host(), 'Connection: close');
    const request = LINES('POST /s/ABCDEFGHJK HTTP/1.1', host(), ...headers) + body + hidden;
    const answer = await attacker.raw(request);
    // One answer, and the connection is over.
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    expect(answer).toMatch(/^HTTP\/1\.1 4(00|13) /);
  });

  test.each([
    '/%0d%0aSet-Cookie:%20x=1',
    '/s/%0d%0aX-Injected:%20yes',
    '/s/ABCDEFGHJK%0d%0aX-Injected:%20yes?moved',
    '/auth/callback/a%0d%0aX-Injected:%20yes_b?code=c&state=%0d%0aX-Injected:%20yes',
    '/auth/result/%0d%0aX-Injected:%20yes',
    '//evil.example/%2f..',
    '/S/%0d%0aLocation:%20https://evil.example',
  ])('do not write headers of their own: %s', async (path) => {
    const answer = await attacker.raw(LINES(`GET ${path} HTTP/1.1`, host(), 'Connection: close'));
    const [head = ''] = answer.split('\r\n\r\n');
    expect(head).not.toMatch(/^(x-injected|set-cookie)/im);
    expect(head).not.toMatch(/^location: (https?:)?\/\/(?!127\.)/im);
  });
});

describe('what is not for the neighbour', () => {
  test('is not told: the pages of a network say nothing of apps, accounts and tokens', async () => {
    await home.registerApp('private app');
    await signIn('private app');
    for (const path of [
      '/',
      '/console',
      '/console/',
      '/status',
      '/metrics',
      '/api',
      '/.env',
      '/auth/callback/',
    ]) {
      const { status, body } = await attacker.ask(path);
      expect([path, status < 500]).toEqual([path, true]);
      expect(body).not.toContain('private app');
    }
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('is not done by %s', async (method) => {
    await home.registerApp(`method ${method}`);
    const path = new URL(await home.link(`method ${method}`)).pathname;
    const answer = await phone.ask(path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['access-control-allow-methods']).toBeUndefined();
  });

  test('is not given an address of its own choice: no page sends the browser where a parameter says', async () => {
    await home.registerApp('open redirect');
    const path = new URL(await home.link('open redirect')).pathname;
    const evil = encodeURIComponent('https://evil.example/');
    for (const name of ['redirect_uri', 'next', 'url', 'return', 'continue', 'again', 'moved', 'method']) {
      for (const asked of [`${path}?${name}=${evil}`, `/auth/relay?${name}=${evil}&state=x`]) {
        const { headers, body } = await phone.ask(asked);
        expect([name, headers.location ?? '']).toEqual([name, expect.not.stringContaining('evil.example')]);
        expect(body).not.toContain('evil.example');
      }
    }
  });
});
