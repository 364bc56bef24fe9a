import { beforeEach, describe, expect, test } from 'vitest';
import { consoleForTest, LOCAL } from '../../../../test/support/console-device.ts';
import { REF, TOKENS } from '../../../../test/support/scripted-device.ts';
import { webAppForTest } from '../../../../test/support/web-app.ts';
import { loadOAuth } from '../../../oauth/oauth4webapi.ts';

const ACCOUNT = '/console/accounts/skill_app';
const DAY = 86_400_000;

let web: ReturnType<typeof consoleForTest>;

beforeEach(async () => {
  await loadOAuth();
  web = consoleForTest();
  web.device.serve('provider.example', TOKENS);
  await web.device.broker.open();
});

async function connect(): Promise<void> {
  const { broker } = web.device;
  await web.device.complete(await broker.signIn.start(REF, { method: 'loopback' }));
}

describe('the gate', () => {
  test('lets in who is at the device, and tells everybody else what to do', async () => {
    expect((await web.ask('/console', {}, LOCAL)).status).toBe(200);
    expect((await web.ask('/console', {}, '::1')).status).toBe(200);
    const closed = await web.ask('/console', {}, '192.168.1.9');
    expect(closed.status).toBe(403);
    expect(await closed.text()).toContain('ovos-oauth open');
  });

  test.each(['127.0.0.2', '192.168.1.20', '', '::ffff:127.0.0.1', '0.0.0.0'])(
    'takes %s for no browser of the device',
    async (address) => {
      expect((await web.ask('/console', {}, address)).status).toBe(403);
    },
  );

  test.each(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-real-ip', 'via'])(
    'takes what a proxy passes on (%s) for no browser of the device',
    async (name) => {
      expect((await web.ask('/console', { headers: { [name]: '192.168.1.9' } }, LOCAL)).status).toBe(403);
    },
  );

  test('asks for the token of the page with every form', async () => {
    await web.device.register();
    const bare = await web.ask(`${ACCOUNT}/connect`, { method: 'POST' }, LOCAL);
    expect(bare.status).toBe(400);
    expect(await bare.text()).toContain('form_outdated');
    expect((await web.send(`${ACCOUNT}/connect`)).status).toBe(303);
  });

  test('stands before what is not there as well, and answers other methods by 405', async () => {
    expect((await web.ask('/console/nothing')).status).toBe(403);
    expect((await web.ask('/console/nothing', {}, LOCAL)).status).toBe(404);
    for (const path of ['/console', `${ACCOUNT}/connect`, '/console/open', '/console/events']) {
      expect((await web.ask(path, { method: 'PUT' }, LOCAL)).status).toBe(405);
    }
  });

  test('is not there where no console is served', async () => {
    expect((await webAppForTest().ask('/console', {}, LOCAL)).status).toBe(404);
  });
});

describe('the index page', () => {
  test('leads to the console who may open it without more ado', async () => {
    expect(await web.see('/')).toContain('href="/console"');
    expect(await (await web.ask('/')).text()).not.toContain('href="/console"');
  });
});

describe('an account', () => {
  test('shows its state, why, and what to do, in words', async () => {
    await web.device.register();
    expect(await web.see(ACCOUNT)).toContain('Not connected');
    await connect();
    const connected = await web.see(ACCOUNT);
    expect(connected).toContain('Connected');
    expect(connected).toMatch(/Next renewal<\/dt><dd><time/);
    expect(connected).toContain('Connect again');

    web.device.serve('provider.example', () => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    await web.device.broker.tokens.refresh(REF).catch(() => undefined);
    const ended = await web.see(ACCOUNT);
    expect(ended).toContain('Needs you');
    expect(ended).toContain('provider.example has ended the sign-in of skill.');
    expect(ended).toContain('Sign in again.');
  });

  test('shows when its sign-in will end, where the provider sets an end', async () => {
    await web.device.register({ provider: 'spotify', authorizationEndpoint: null, tokenEndpoint: null });
    web.device.serve('accounts.spotify.com', TOKENS);
    await connect();
    const end = new Intl.DateTimeFormat('en', { dateStyle: 'long' }).format(
      web.device.clock.now() + 182 * DAY,
    );
    expect(await web.see(ACCOUNT)).toContain(end);
    expect(await web.see('/console')).not.toContain('Ends on');
    await web.device.clock.advance(160 * DAY);
    expect(await web.see('/console')).toContain('Ends on');
  });

  test('shows of its secret only that it is set', async () => {
    await web.device.register({ clientSecret: 'planted-secret' });
    for (const path of [ACCOUNT, `${ACCOUNT}/client`, '/console', '/console/activity']) {
      expect(await web.see(path)).not.toContain('planted-secret');
    }
    expect(await web.see(ACCOUNT)).toContain('It is set. It is shown nowhere.');
  });

  test('that a file of the Python plugin brought can be disconnected like any other', async () => {
    const app = await web.device.register();
    const { skillId: _skill, appId: _app, ...nameless } = app;
    await web.device.store.commit([{ op: 'put_app', app: nameless }], 'synced');
    await connect();
    await web.send(`${ACCOUNT}/disconnect`);
    expect(await web.see(ACCOUNT)).toContain('Not connected');
  });

  test('with a slash or a space in its name has a page of its own', async () => {
    await web.device.register({ skillId: 'a/../b c', appId: '?#%' });
    const { mungedId } = (await web.device.broker.apps.all())[0] ?? {};
    expect(await web.see(`/console/accounts/${encodeURIComponent(mungedId ?? '')}`)).toContain('a/../b c');
  });
});

describe('disconnecting', () => {
  test('asks first, and a link to the question changes nothing', async () => {
    await web.device.register();
    await connect();
    expect(await web.see(`${ACCOUNT}/disconnect`)).toContain('Disconnect provider.example?');
    expect(await web.see(ACCOUNT)).toContain('Connected');
  });

  test('tells the provider where it can be told, and says what came of it', async () => {
    let revoked = 0;
    await web.device.register({ revocationEndpoint: 'https://revoke.example/revoke' });
    web.device.serve('revoke.example', () => {
      revoked += 1;
      return new Response();
    });
    await connect();
    expect(await web.see(`${ACCOUNT}/disconnect`)).toContain('is told to end the access');
    const answer = await web.send(`${ACCOUNT}/disconnect`);
    expect(answer.headers.get('location')).toBe(`${ACCOUNT}?done=revoked`);
    expect(revoked).toBeGreaterThan(0);
    expect(await web.see(`${ACCOUNT}?done=revoked`)).toContain('has ended the access');
  });

  test('names the provider’s own page where it can’t', async () => {
    await web.device.register({ provider: 'spotify', authorizationEndpoint: null, tokenEndpoint: null });
    web.device.serve('accounts.spotify.com', TOKENS);
    await connect();
    const page = 'href="https://www.spotify.com/account/apps/"';
    expect(await web.see(`${ACCOUNT}/disconnect`)).toContain(page);
    const { headers } = await web.send(`${ACCOUNT}/disconnect`);
    expect(await web.see(headers.get('location') ?? '')).toContain(page);
  });

  test('twice is no failure, and a link that says it happened is not believed', async () => {
    await web.device.register();
    await connect();
    expect(await web.see(`${ACCOUNT}?done=revoked`)).not.toContain('has ended the access');
    await web.send(`${ACCOUNT}/disconnect`);
    expect((await web.send(`${ACCOUNT}/disconnect`)).status).toBe(303);
    expect((await web.ask(`${ACCOUNT}/disconnect`, {}, LOCAL)).status).toBe(303);
  });
});

describe('connecting', () => {
  test('leads to the page that asks, or first to the one for the client', async () => {
    await web.device.register();
    const ready = await web.send(`${ACCOUNT}/connect`);
    expect(ready.headers.get('location')).toMatch(/^\/s\/[0-9A-Z]{10}$/);
    await web.device.register({ appId: 'bare', clientId: null, clientSecret: null });
    const bare = await web.send('/console/accounts/skill_bare/connect');
    expect(bare.headers.get('location')).toBe('/console/accounts/skill_bare/client');
  });

  test('under another name of the device ends on no other host by a redirect', async () => {
    await web.device.register();
    const answer = await web.app.request(
      'http://mark2.local:36536/console/accounts/skill_app/connect',
      {
        method: 'POST',
        headers: { cookie: `ovos_oauth_console=${await session()}` },
        body: new URLSearchParams({ form_token: await sessionToken() }),
      },
      { remoteAddress: '192.168.1.9' },
    );
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('url=http://192.168.1.7:36536/s/');
  });

  async function session(): Promise<string> {
    const code = new URL((await web.access.invite()).url).pathname.split('/').at(-1) ?? '';
    return web.access.enter(code, { address: '192.168.1.9', agent: '' }) ?? '';
  }

  async function sessionToken(): Promise<string> {
    const [newest] = web.access.sessions();
    return web.access.formTokenFor({ kind: 'session', id: newest?.id ?? '' });
  }
});

describe('the client', () => {
  beforeEach(() =>
    web.device.register({
      clientId: null,
      clientSecret: null,
      provider: 'spotify',
      authorizationEndpoint: null,
      tokenEndpoint: null,
    }),
  );

  test('comes with the provider’s own steps and the redirect address, exactly', async () => {
    const page = await web.see(`${ACCOUNT}/client`);
    expect(page).toContain('Sign in to the Spotify developer dashboard');
    expect(page).toContain('<code>http://127.0.0.1:36536/auth/callback/skill_app</code>');
    expect(page).toContain('but no other http address');
  });

  test.each([
    ['an id without a secret', { client_id: 'id' }, 'Enter the client secret'],
    ['no id', { client_id: ' ', client_secret: 's' }, 'Enter the client id.'],
  ])('is asked for again after %s', async (_what, fields, complaint) => {
    const answer = await web.send(`${ACCOUNT}/client`, fields);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(complaint);
  });

  test('is kept, with or without a secret, and an empty field keeps the secret of the same client', async () => {
    const stored = async () => web.device.broker.apps.find(REF);
    await web.send(`${ACCOUNT}/client`, { client_id: ' one ', client_secret: ' s ' });
    expect(await stored()).toMatchObject({ clientId: 'one', clientSecret: 's', isPublic: false });
    await web.send(`${ACCOUNT}/client`, { client_id: 'one', client_secret: '' });
    expect(await stored()).toMatchObject({ clientId: 'one', clientSecret: 's' });
    expect((await web.send(`${ACCOUNT}/client`, { client_id: 'two', client_secret: '' })).status).toBe(400);
    await web.send(`${ACCOUNT}/client`, { client_id: 'two', public: 'yes' });
    expect(await stored()).toMatchObject({ clientId: 'two', clientSecret: null, isPublic: true });
    await web.send(`${ACCOUNT}/client`, { client_id: 'two', client_secret: 't' });
    expect(await stored()).toMatchObject({ clientSecret: 't', isPublic: false });
  });
});

describe('services', () => {
  test('are found by name and by category, whatever the case', async () => {
    expect(await web.see('/console/services?q=SPOTI')).toMatch(/Found: 1 [^]*Spotify/);
    expect(await web.see('/console/services?q=smart%20home')).toContain('Philips Hue');
    expect(await web.see('/console/services?q=smart%20home')).not.toContain('Spotify');
    expect(await web.see('/console/services?q=zzz')).toContain('No service of that name');
  });

  test('are all there, each with a page', async () => {
    const { providers } = web.device.broker;
    const list = await web.see('/console/services');
    for (const name of providers.names) {
      expect(list).toContain(`/console/services/${name}"`);
      expect((await web.ask(`/console/services/${name}`, {}, LOCAL)).status).toBe(200);
    }
  });

  test('that are chosen are registered under their own name, with what was ticked', async () => {
    const usual = new URLSearchParams();
    for (const scope of ['user-read-playback-state', 'streaming']) usual.append('scope', scope);
    usual.append('scope', 'made-up');
    usual.append('form_token', web.access.formTokenFor({ kind: 'local' }));
    const answer = await web.ask('/console/services/spotify', { method: 'POST', body: usual }, LOCAL);
    expect(answer.headers.get('location')).toBe('/console/accounts/ovos-oauth_spotify/client');
    const app = await web.device.broker.apps.find({ skillId: 'ovos-oauth', appId: 'spotify' });
    expect(app).toMatchObject({ provider: 'spotify', scope: 'user-read-playback-state streaming' });
  });

  test('of one’s own ask for their address, and say what is wrong with it', async () => {
    const empty = await web.send('/console/services/nextcloud', { 'parameter.url': '' });
    expect(empty.status).toBe(400);
    const wrong = await web.send('/console/services/nextcloud', { 'parameter.url': 'javascript:alert(1)' });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('is not a valid http or https address');
    const right = await web.send('/console/services/nextcloud', {
      'parameter.url': 'https://cloud.example/',
    });
    expect(right.status).toBe(303);
  });
});

describe('a server by its issuer', () => {
  test.each([
    ['', 'https://auth.example', 'small letters'],
    ['My Server', 'https://auth.example', 'small letters'],
    ['-x', 'https://auth.example', 'small letters'],
    ['spotify', 'https://auth.example', 'already'],
    ['mine', '', 'Fill this in.'],
    ['mine', 'not an address', 'is not a valid http or https address'],
    ['mine', 'https://gone.example', 'cannot be reached'],
  ])('named "%s" at "%s" is asked for again: %s', async (name, issuer, complaint) => {
    const answer = await web.send('/console/server', { name, issuer });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).toContain(complaint);
    expect(await web.device.broker.apps.all()).toEqual([]);
  });
});

describe('sign-ins under way', () => {
  test('are cancelled one by one', async () => {
    await web.device.register();
    await web.send(`${ACCOUNT}/connect`);
    await web.send(`${ACCOUNT}/connect`);
    const [one, other] = await web.device.broker.signIn.waiting();
    await web.send('/console/sign-ins/cancel', { account: 'skill_app', attempt: one?.attempt ?? '' });
    expect((await web.device.broker.signIn.waiting()).map(({ attempt }) => attempt)).toEqual([
      other?.attempt,
    ]);
  });

  test('need their name to be cancelled: without it nothing is', async () => {
    await web.device.register();
    await web.send(`${ACCOUNT}/connect`);
    expect((await web.send('/console/sign-ins/cancel', { account: 'skill_app' })).status).toBe(400);
    expect(await web.device.broker.signIn.waiting()).toHaveLength(1);
  });
});

describe('other addresses that a skill wants', () => {
  const OTHER = { tokenEndpoint: 'https://other.example/token' };

  beforeEach(async () => {
    await web.device.register();
    await connect();
    // Refused until somebody allows it.
    await web.device.register(OTHER).catch(() => undefined);
  });

  test('are asked about, on the page of all accounts and on that of the one', async () => {
    for (const path of ['/console', ACCOUNT]) {
      const page = await web.see(path);
      expect(page).toContain('<bdi>https://other.example</bdi>');
      expect(page).toContain('<bdi>https://provider.example</bdi>');
    }
    expect(await web.see('/console')).toContain('Something needs you.');
  });

  test.each([
    ['refuse', 'https://provider.example/token'],
    ['allow', 'https://other.example/token'],
  ])('once it is said to %s them, %s is used', async (decision, tokenEndpoint) => {
    const [change] = web.device.broker.apps.endpointChanges();
    const fields = { change: change?.id ?? '', account: 'skill_app', decision };
    expect((await web.send('/console/changes/settle', fields)).status).toBe(303);
    expect(await web.device.broker.apps.find(REF)).toMatchObject({ tokenEndpoint });
    expect(await web.see('/console')).not.toContain('other.example</bdi>');
  });

  test.each([
    { change: 'another', decision: 'allow' },
    { decision: 'perhaps' },
    { account: 'skill_none', decision: 'allow' },
  ])('stay as they are after an answer that makes no sense: %j', async (fields) => {
    const [change] = web.device.broker.apps.endpointChanges();
    const answer = await web.send('/console/changes/settle', {
      change: change?.id ?? '',
      account: 'skill_app',
      ...fields,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(web.device.broker.apps.endpointChanges()).toHaveLength(1);
  });
});

describe('settings', () => {
  test('show what is set, by which file, and no secret', async () => {
    const page = await web.see('/console/settings');
    expect(page).toContain('websocket.secret_key');
    expect(page).toContain('set, and not shown');
    expect(page).toContain('/home/user/mycroft.conf');
    expect(page).not.toContain('hush');
  });
});

describe('news', () => {
  async function firstEvents(response: Response, until: string): Promise<string> {
    const stream = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
    let text = '';
    for await (const part of stream) {
      text += part;
      if (text.includes(until)) break;
    }
    return text;
  }

  test('come when something has happened, and say nothing of what', async () => {
    const response = await web.ask('/console/events', {}, LOCAL);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const news = firstEvents(response, 'news');
    await web.device.register({ clientSecret: 'planted-secret' });
    expect(await news).toMatch(/^:\n\nevent: news\ndata: ?\n\n$/);
  });

  test('end for a browser that was closed', async () => {
    const code = new URL((await web.access.invite()).url).pathname.split('/').at(-1) ?? '';
    const secret = web.access.enter(code, { address: '192.168.1.9', agent: '' });
    const headers = { cookie: `ovos_oauth_console=${secret}` };
    const response = await web.ask('/console/events', { headers });
    const news = firstEvents(response, 'over');
    web.access.revoke(web.access.sessions()[0]?.id ?? '');
    expect(await news).toContain('event: over');
  });
});
