/** A mad or malicious client of the message bus: it can send whatever it likes, as fast as it likes, in any name. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Household, SKILL, startHousehold } from '../support/household.ts';
import type { TestBrowser } from '../support/browser.ts';
import { type HostileServer, startHostileServer } from '../support/hostile-server.ts';
import { openRawClient, type RawClient } from '../support/raw-client.ts';
import { becomesConnected, openLink, signInAtProvider } from '../support/phone.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let busUrl: string;
let phone: TestBrowser;
let evil: HostileServer;
let mad: RawClient;

beforeAll(async () => {
  home = await startHousehold();
  phone = await home.phone();
  evil = await startHostileServer('127.0.0.5');
  busUrl = home.busUrl;
});

afterAll(async () => {
  await evil?.close();
  await home?.close();
});

beforeEach(async () => {
  home.skill.forget();
  mad = await openRawClient(busUrl);
});

afterEach(() => mad.close());

const ids = (appId: string) => ({ skill_id: SKILL, app_id: appId });

function send(type: string, data: object, context: object = {}): void {
  mad.send(JSON.stringify({ type, data, context }));
}

/** Takes an app through a sign-in as a browser on the device does. */
async function connect(appId: string): Promise<void> {
  const answer = await userAgent.approve(await home.address(appId));
  expect((await fetch(answer, { redirect: 'manual' })).status).toBe(303);
  expect(await home.accessToken(appId)).not.toBe('');
}

function secretsSentTo(server: HostileServer): readonly string[] {
  return server.requests.map(({ path, body }) => `${path} ${body}`);
}

describe('a takeover of another skill’s app', () => {
  test('by registering it anew does not send its tokens elsewhere; the skill is told what the user has to do', async () => {
    await home.registerApp('owned');
    await connect('owned');
    const answer = await home.ask('oauth.register', 'owned', {
      client_id: 'owned',
      public: true,
      auth_endpoint: home.provider.authorizationEndpoint,
      token_endpoint: `${evil.origin}/token/steal`,
      refresh_endpoint: `${evil.origin}/token/steal`,
    });
    expect(answer).toMatchObject({
      error_code: 'change_unconfirmed',
      hint: expect.stringContaining('confirm') as string,
    });
    expect(answer['error']).toContain(evil.origin);
    const refreshed = await home.ask('oauth.refresh', 'owned');
    expect(refreshed['result']).toBe('Ok');
    const revoked = await home.ask('oauth.revoke', 'owned');
    expect(revoked['error']).toBeUndefined();
    expect(secretsSentTo(evil)).toEqual([]);
  });

  test('in the middle of its first sign-in does not get the code either', async () => {
    await home.registerApp('young');
    const answer = await userAgent.approve(await home.address('young'));
    await home.ask('oauth.register', 'young', {
      client_id: 'young',
      public: true,
      auth_endpoint: home.provider.authorizationEndpoint,
      token_endpoint: `${evil.origin}/token/steal`,
    });
    const page = await (await fetch(answer)).text();
    expect(page).toContain('issuer_mismatch');
    expect(secretsSentTo(evil)).toEqual([]);
  });

  test('under another pair of ids that makes the same name is refused', async () => {
    await home.registerApp('a_b');
    const other = { skill_id: `${SKILL}_a`, app_id: 'b' };
    for (const type of [
      'oauth.register',
      'oauth.status',
      'oauth.token.get',
      'oauth.refresh',
      'oauth.revoke',
    ]) {
      const data = { ...other, auth_endpoint: evil.origin, token_endpoint: evil.origin };
      const answer = await home.skill.waitForResponse({ type, data }, { timeout: 10_000 });
      expect([type, answer?.data['error_code']]).toEqual([
        type,
        type === 'oauth.register' ? 'app_id_taken' : 'unknown_app',
      ]);
    }
  });

  test('by parameters of the request does not change what protects it', async () => {
    await home.registerApp('parameters', {
      extra_params: {
        state: 'fixed',
        redirect_uri: 'https://evil.example/',
        client_id: 'evil',
        code_challenge: 'x',
        code_challenge_method: 'plain',
        response_type: 'token',
      },
    });
    const { searchParams } = new URL(await home.address('parameters'));
    for (const name of [
      'state',
      'redirect_uri',
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'response_type',
    ]) {
      expect([name, searchParams.getAll(name).length]).toEqual([name, 1]);
    }
    expect(searchParams.get('state')).toMatch(/^[\w-]{22}$/);
    expect(searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect([searchParams.get('client_id'), searchParams.get('response_type')]).toEqual([
      'parameters',
      'code',
    ]);
  });
});

describe('text that is shown', () => {
  const HOSTILE = [
    '<script>fetch("//127.0.0.5")</script>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    '</title><svg onload=alert(1)>',
    '&lt;b&gt;\u202Egpj.exe',
    '{{constructor.constructor("alert(1)")()}}',
    'javascript:alert(1)//',
  ];

  test.each(HOSTILE)('is text in every field of the pages, never code: %s', async (hostile) => {
    const appId = `xss ${hostile}`;
    const ref = { skill_id: `skill ${hostile}`, app_id: appId };
    const registration = {
      ...ref,
      client_id: hostile,
      client_secret: hostile,
      auth_endpoint: home.provider.authorizationEndpoint,
      token_endpoint: home.provider.tokenEndpoint,
      scope: `read ${hostile}`,
    };
    await home.skill.waitForResponse({ type: 'oauth.register', data: registration }, { timeout: 10_000 });
    const qr = await home.skill.waitForResponse(
      { type: 'oauth.generate.qr.request', data: ref },
      { replyType: 'oauth.generate.qr.response', timeout: 10_000 },
    );
    const link = textOf(qr?.data, 'url');
    const page = await phone.context.newPage();
    const trouble: string[] = [];
    page.on('dialog', (dialog) => {
      trouble.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('http://127.0.0.2')) trouble.push(request.url());
    });
    // What the policy had to stop would have been a hole in the page.
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted Type/i.test(message.text())) trouble.push(message.text());
    });
    for (const address of [`${link}/paste`, link]) {
      await page.goto(address);
      expect(
        await page
          .locator('script:not([src]), img:not([src^="/"]), svg[onload], [onerror], [onfocus]')
          .count(),
      ).toBe(0);
    }
    expect(await page.locator('body').innerText()).toContain(`skill ${hostile}`.replace('\u202E', '\uFFFD'));
    const callback = new URL(home.callback('x'));
    callback.pathname = `/auth/callback/${encodeURIComponent(`${ref.skill_id}_${appId}`)}`;
    callback.search = String(
      new URLSearchParams({ state: hostile, error: hostile, error_description: hostile, code: hostile }),
    );
    await page.goto(callback.href);
    expect(await page.locator('script:not([src]), img:not([src^="/"])').count()).toBe(0);
    expect(trouble).toEqual([]);
    await page.close();
  });
});

describe('a flood', () => {
  /** Bytes of the daemon that are in memory. */
  async function resident(): Promise<number> {
    const status = await readFile(`/proc/${home.broker.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  const journalSize = async (): Promise<number> =>
    (await stat(join(home.env['XDG_STATE_HOME'] ?? '', 'mycroft', 'ovos-oauth', 'journal'))).size;

  /** How many messages have begun so. */
  const count = (start: string): number =>
    mad.frames.reduce((sum, frame) => sum + (frame.startsWith(start) ? 1 : 0), 0);

  async function answered(start: string, least: number): Promise<void> {
    await expect.poll(() => count(start), { timeout: 60_000, interval: 500 }).toBeGreaterThanOrEqual(least);
  }

  test('of requests for sign-ins leaves others their own, and the disk its room', async () => {
    await home.registerApp('victim');
    await home.registerApp('mad');
    const link = await home.link('victim');
    const context = { session: { session_id: 's', padding: 'x'.repeat(200) } };
    const flood = JSON.stringify({ type: 'oauth.get', data: ids('mad'), context });
    for (let sent = 0; sent < 11_500; sent += 1) {
      mad.send(flood);
      if (sent % 500 === 0) await new Promise(setImmediate);
    }
    const tab = await openLink(phone.context, link);
    await signInAtProvider(tab);
    await becomesConnected(tab);
    await tab.close();
    // The skill, which reads the flood as well, hears of it when it can.
    await mad.waitFor((frame) => frame.includes(`"oauth.token.response.${SKILL}_victim"`));
    await answered('{"type": "oauth.url"', 11_500);
    const refused = mad.frames.filter((frame) => frame.includes('"too_many_requests"'));
    expect(refused.length).toBeGreaterThan(500);
    expect(refused.every((frame) => frame.includes('"retry_after"'))).toBe(true);
    expect(await journalSize()).toBeLessThan(8 * 1024 * 1024);
    expect(await resident()).toBeLessThan(256 * 1024 * 1024);
  });

  test('of registrations for one app is refused after the first thousand, and another app is registered meanwhile', async () => {
    const of = (appId: string, path = ''): object => ({
      ...ids(appId),
      auth_endpoint: 'https://a.example/',
      token_endpoint: `https://a.example/${path}`,
    });
    for (let sent = 0; sent < 1_500; sent += 1) send('oauth.register', of('changing', String(sent)));
    send('oauth.register', of('meanwhile'));
    const meanwhile = await mad.waitFor(
      (frame) => frame.startsWith('{"type": "oauth.register.response"') && frame.includes('_meanwhile"'),
    );
    expect(meanwhile).not.toContain('error_code');
    await answered('{"type": "oauth.register.response"', 1_501);
    const refused = mad.frames.filter((frame) => frame.includes('"too_many_requests"'));
    expect(refused.length).toBeGreaterThan(400);
  });

  test('of huge messages is answered or dropped, and the next small one is answered', async () => {
    const socket = new WebSocket(busUrl, { perMessageDeflate: false });
    await once(socket, 'open');
    const huge = { ...ids('huge'), scope: 'x'.repeat(4_000_000) };
    for (let sent = 0; sent < 5; sent += 1) {
      socket.send(JSON.stringify({ type: 'oauth.register', data: huge, context: {} }));
    }
    await eventually(
      'they are refused',
      () => mad.frames.filter((frame) => frame.includes('"request_too_large"')).length >= 5,
    );
    socket.terminate();
    send('oauth.status', ids('nobody'));
    const answer = await mad.waitFor((frame) => frame.startsWith('{"type": "oauth.status.response"'));
    expect(answer).toContain('"unknown_app"');
  });

  test('of fields that are each as long as they may be fills no card: an app has 32 kB at most', async () => {
    const parameters = Array.from({ length: 32 }, (_, n) => [`p${n}`, 'x'.repeat(4_000)]);
    send('oauth.register', {
      ...ids('fat'),
      auth_endpoint: 'https://a.example/',
      token_endpoint: 'https://a.example/',
      extra_params: Object.fromEntries(parameters) as object,
    });
    const answer = await mad.waitFor(
      (frame) => frame.startsWith('{"type": "oauth.register.response"') && frame.includes('_fat"'),
    );
    expect(answer).toContain('"request_too_large"');
  });
});
