import { beforeEach, describe, expect, test } from 'vitest';
import { registrationOf } from '../../test/support/registration.ts';
import { MUNGED_ID, queryOf, REF, ScriptedDevice, TOKENS } from '../../test/support/scripted-device.ts';
import { attemptIdOf } from './attempt-id.ts';
import type { Landing } from './types.ts';

const CALLBACK = `/auth/callback/${MUNGED_ID}`;
const LOOPBACK = `http://127.0.0.1:36536${CALLBACK}`;
const LAN = `http://192.168.1.7:36536${CALLBACK}`;
const DEVICE = 'https://provider.example/device';
const TOKEN = 'https://provider.example/token';

let device: ScriptedDevice;

beforeEach(async () => {
  device = new ScriptedDevice();
  device.serve('provider.example', TOKENS);
  await device.broker.open();
});

/** The device flow of the test's provider: `answers` are what its polls find, the last one for ever. */
function serveDeviceFlow(...answers: readonly object[]): void {
  const left = [...answers];
  device.serve('provider.example', ({ url, form }) => {
    if (url.pathname === '/device') {
      return Response.json({
        device_code: 'the-device-code',
        user_code: 'WDJB-MJHT',
        verification_uri: 'https://provider.example/go',
        verification_uri_complete: 'https://provider.example/go?user_code=WDJB-MJHT',
        expires_in: 900,
        interval: 5,
      });
    }
    if (form.get('grant_type')?.endsWith('device_code') !== true) return TOKENS({ url } as never);
    const answer = (left.length > 1 ? left.shift() : left[0]) ?? {};
    return Response.json(answer, { status: 'error' in answer ? 400 : 200 });
  });
}

const PENDING = { error: 'authorization_pending' };
const GRANTED = { access_token: 'by device', refresh_token: 'r', token_type: 'Bearer' };

function offered({ methods }: Pick<Landing, 'methods'>): string {
  return methods
    .filter((one) => one.offered)
    .map(({ method }) => method)
    .join(' ');
}

describe('a sign-in by each method comes back where it must', () => {
  test.each([
    ['loopback', LOOPBACK],
    ['shell', LOOPBACK],
    ['paste', LOOPBACK],
    ['lan', LAN],
    ['relay', 'https://relay.example/'],
  ] as const)('%s', async (method, redirectUri) => {
    device.relayUrl = 'https://relay.example/';
    await device.register();
    const started = await device.broker.signIn.start(REF, { method, insist: true });
    expect(queryOf(started.authorizationUrl)).toMatchObject({
      redirect_uri: redirectUri,
      state: started.attempt.state,
    });
    await device.complete(started);
    expect(device.formsTo(TOKEN)).toMatchObject([{ code: 'the-code', redirect_uri: redirectUri }]);
    expect(await device.store.token(started.app.mungedId)).toMatchObject({ access_token: 'access' });
  });

  test('a relay is told the address of the device in the state', async () => {
    device.relayUrl = 'https://relay.example/';
    await device.register();
    const { attempt } = await device.broker.signIn.start(REF, { method: 'relay' });
    const [, address = ''] = attempt.state.split('.');
    expect(Buffer.from(address, 'base64url').toString()).toBe('192.168.1.7:36536');
  });

  test('one that is not open is refused with the reason, where the asker chose it', async () => {
    await device.register({ authorizationEndpoint: 'https://accounts.spotify.com/authorize' });
    for (const [method, reason] of [
      ['lan', 'provider_refuses_lan'],
      ['device', 'device_flow_missing'],
      ['relay', 'no_relay'],
    ] as const) {
      await expect(device.broker.signIn.start(REF, { method, insist: true })).rejects.toMatchObject({
        code: 'method_not_possible',
        details: { reason },
      });
      await expect(device.broker.signIn.invite(REF, { method })).rejects.toMatchObject({
        code: 'method_not_possible',
        details: { reason },
      });
    }
  });
});

describe('what waits for its user', () => {
  test('is every sign-in that can still be gone through, oldest first, with nothing secret', async () => {
    serveDeviceFlow(PENDING);
    await device.register({ deviceAuthorizationEndpoint: DEVICE });
    const startedAt = device.clock.now();
    const { attempt } = await device.broker.signIn.start(REF, { method: 'loopback' });
    await device.clock.advance(1_000);
    await device.broker.signIn.start(REF, { method: 'device' });
    await device.clock.advance(1_000);
    const { linkCode } = await device.broker.signIn.invite(REF, { method: 'paste' });
    const waiting = await device.broker.signIn.waiting();
    expect(waiting).toMatchObject([
      { method: 'loopback', startedAt, expiresAt: startedAt + 600_000, attempt: attemptIdOf(attempt.state) },
      {
        method: 'device',
        expiresAt: startedAt + 901_000,
        device: { userCode: 'WDJB-MJHT', verificationUri: 'https://provider.example/go' },
      },
      { method: 'paste', linkCode, app: { mungedId: MUNGED_ID } },
    ]);
    const told = JSON.stringify(waiting.map(({ app: _app, ...rest }) => rest));
    expect(told).not.toContain(attempt.state);
    expect(told).not.toContain(attempt.codeVerifier);
    expect(told).not.toContain('the-device-code');
  });

  test('is no longer there once it was used, cancelled or too late', async () => {
    await device.register();
    const waiting = async () => (await device.broker.signIn.waiting()).map(({ method }) => method);
    const used = await device.broker.signIn.start(REF, { method: 'loopback' });
    await device.broker.signIn.start(REF, { method: 'shell' });
    expect(await waiting()).toEqual(['loopback', 'shell']);
    await device.complete(used);
    expect(await waiting()).toEqual(['shell']);
    await device.broker.signIn.cancel(REF);
    expect(await waiting()).toEqual([]);
    await device.broker.signIn.start(REF, { method: 'paste' });
    await device.clock.advance(600_000);
    expect(await waiting()).toEqual([]);
  });
});

describe('what was pasted for a sign-in without a page', () => {
  async function started() {
    await device.register();
    const { attempt } = await device.broker.signIn.start(REF, { method: 'paste', through: 'terminal' });
    return { attempt, id: attemptIdOf(attempt.state) };
  }

  test.each([
    ['the whole address', (state: string) => `${LOOPBACK}?code=the-code&state=${state}`],
    ['only its query', (state: string) => `?state=${state}&code=the-code`],
    ['just the code', () => 'the-code'],
  ])('signs in: %s', async (_what, pasted) => {
    const { attempt, id } = await started();
    await device.broker.signIn.pasteFor(id, pasted(attempt.state));
    expect(device.formsTo(TOKEN)).toMatchObject([{ code: 'the-code', redirect_uri: LOOPBACK }]);
    await expect(device.broker.signIn.pasteFor(id, 'the-code')).rejects.toMatchObject({
      code: 'attempt_used',
    });
  });

  test.each([
    ['', 'paste_empty'],
    ['https://elsewhere.example/?code=1&state=2', 'paste_other_site'],
    ['what is this?', 'paste_no_code'],
    [`${LOOPBACK}?code=1&state=another`, 'attempt_foreign'],
  ])('spends nothing where it is %j', async (pasted, code) => {
    const { id } = await started();
    await expect(device.broker.signIn.pasteFor(id, pasted)).rejects.toMatchObject({ code });
    expect(await device.broker.signIn.waiting()).toMatchObject([{ attempt: id, isOpened: false }]);
  });

  test('is not taken for one that a browser has, nor for one that nobody has started', async () => {
    const { id } = await started();
    const { linkCode, attemptId } = await device.broker.signIn.invite(REF, { method: 'paste' });
    await device.broker.signIn.continue(linkCode, 'phone');
    const waiting = await device.broker.signIn.waiting();
    expect(waiting.map(({ attempt, isOpened }) => [attempt, isOpened])).toEqual([
      [id, false],
      [attemptId, true],
    ]);
    for (const unknown of [attemptId, '0000-0000' as typeof id]) {
      await expect(device.broker.signIn.pasteFor(unknown, 'code')).rejects.toMatchObject({
        code: 'attempt_unknown',
      });
    }
  });
});

describe('a link', () => {
  test.each([
    ['an unknown provider', 'https://provider.example/authorize', 'lan'],
    ['Spotify, whose endpoints the skill names itself', 'https://accounts.spotify.com/authorize', 'paste'],
  ])('leads to the best way: %s', async (_case, authorizationEndpoint, method) => {
    await device.register({ authorizationEndpoint });
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    expect((await device.broker.signIn.continue(linkCode, 'phone')).attempt.method).toBe(method);
  });

  test('gives two phones that scan it at the same moment an attempt each', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const phones = ['one', 'two', 'three', 'four'];
    const [one, two, ...others] = await Promise.all(
      phones.map((phone) => device.broker.signIn.continue(linkCode, phone)),
    );
    if (one === undefined || two === undefined) throw new Error('no attempts');
    expect(new Set([one, two, ...others].map(({ attempt }) => attempt.state)).size).toBe(4);
    const foreign = device.complete(two, { code: 'c' }, 'one');
    await expect(foreign).rejects.toMatchObject({ code: 'attempt_other_browser' });
    await device.complete(one, { code: 'c' }, 'one');
    const late = device.complete(two, { code: 'c' }, 'two');
    await expect(late).rejects.toMatchObject({ code: 'attempt_used' });
    expect((await device.broker.signIn.landing(linkCode)).state).toBe('connected');
  });

  test('gives a phone the same attempt again, and another one for another way', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const first = await device.broker.signIn.continue(linkCode, 'phone');
    const again = await device.broker.signIn.continue(linkCode, 'phone');
    const other = await device.broker.signIn.continue(linkCode, 'phone', 'paste');
    expect(again.attempt.state).toBe(first.attempt.state);
    expect(other.attempt.state).not.toBe(first.attempt.state);
    expect(other.attempt.redirectUri).toBe(LOOPBACK);
  });

  test('still serves a phone that it knows when it takes no further ones', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    for (let phone = 0; phone < 16; phone += 1)
      await device.broker.signIn.continue(linkCode, `phone ${phone}`);
    await expect(device.broker.signIn.continue(linkCode, 'one more')).rejects.toMatchObject({
      code: 'attempt_used',
    });
    await expect(device.broker.signIn.continue(linkCode, 'phone 3')).resolves.toBeDefined();
  });

  test('ends with its time, whichever ways were tried', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    await device.clock.advance(300_000);
    const late = await device.broker.signIn.continue(linkCode, 'phone', 'paste');
    await device.clock.advance(301_000);
    await expect(device.broker.signIn.continue(linkCode, 'phone')).rejects.toMatchObject({
      code: 'attempt_expired',
    });
    await expect(device.complete(late, { code: 'c' }, 'phone')).rejects.toMatchObject({
      code: 'attempt_expired',
    });
    expect(await device.broker.signIn.landing(linkCode)).toMatchObject({ state: 'failed', canStart: false });
  });

  test('is let go of in time, also while a device code lives longer', async () => {
    const ended: (string | undefined)[] = [];
    device.events.subscribe({ attemptEnded: ({ attempt }) => void ended.push(attempt.linkCode) });
    serveDeviceFlow(PENDING);
    await device.register({ deviceAuthorizationEndpoint: DEVICE });
    await device.broker.signIn.start(REF, { method: 'device' });
    const { linkCode } = await device.broker.signIn.invite(REF, { method: 'lan' });
    await device.clock.advance(601_000);
    expect(ended).toEqual([linkCode]);
  });

  test('lets the user try once more after a refusal', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const first = await device.broker.signIn.continue(linkCode, 'phone');
    await expect(device.complete(first, { error: 'access_denied' }, 'phone')).rejects.toMatchObject({
      code: 'access_denied',
    });
    expect(await device.broker.signIn.landing(linkCode)).toMatchObject({ state: 'failed', canStart: true });
    const second = await device.broker.signIn.continue(linkCode, 'phone');
    await device.complete(second, { code: 'c' }, 'phone');
    expect(await device.broker.signIn.landing(linkCode)).toMatchObject({ state: 'connected' });
  });

  test('whose code was being spent when the power went does not look as if it waited', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const started = await device.broker.signIn.continue(linkCode, 'phone');
    await device.store.claimAttempt(started.attempt.state, device.clock.now());
    await device.restart();
    expect(await device.broker.signIn.landing(linkCode)).toMatchObject({ state: 'failed' });
  });
});

describe('what the user pastes', () => {
  async function pasting(): Promise<{ linkCode: string; state: string }> {
    await device.register({ authorizationEndpoint: 'https://accounts.spotify.com/authorize' });
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const { attempt } = await device.broker.signIn.continue(linkCode, 'phone', 'paste');
    return { linkCode, state: attempt.state };
  }

  test.each([
    ['the whole address', (state: string) => `${LOOPBACK}?code=the-code&state=${state}`],
    ['its query', (state: string) => `?code=the-code&state=${state}`],
    ['the code', () => ' the-code\n'],
  ])('%s completes the sign-in', async (_case, text) => {
    const { linkCode, state } = await pasting();
    await device.broker.signIn.paste(linkCode, 'phone', text(state));
    expect(device.formsTo(TOKEN)).toMatchObject([{ code: 'the-code', redirect_uri: LOOPBACK }]);
  });

  test('an address of another attempt, or one already used, is told from a good one', async () => {
    const { linkCode, state } = await pasting();
    const elsewhere = await device.broker.signIn.start(REF, { method: 'paste' });
    const paste = (text: string) => device.broker.signIn.paste(linkCode, 'phone', text);
    await expect(paste(`${LOOPBACK}?code=c&state=${elsewhere.attempt.state}`)).rejects.toMatchObject({
      code: 'attempt_foreign',
    });
    await expect(paste('https://accounts.spotify.com/login')).rejects.toMatchObject({
      code: 'paste_other_site',
    });
    await expect(paste(LOOPBACK)).rejects.toMatchObject({ code: 'paste_no_code' });
    await paste(`${LOOPBACK}?code=c&state=${state}`);
    await expect(paste(`${LOOPBACK}?code=c&state=${state}`)).rejects.toMatchObject({ code: 'attempt_used' });
    expect(device.failures).toEqual([]);
  });

  test('by another phone does not complete the sign-in of the first', async () => {
    const { linkCode, state } = await pasting();
    const paste = (phone: string) => device.broker.signIn.paste(linkCode, phone, `?code=c&state=${state}`);
    await expect(paste('stranger')).rejects.toMatchObject({ code: 'attempt_unknown' });
    await device.broker.signIn.continue(linkCode, 'stranger', 'paste');
    await expect(paste('stranger')).rejects.toMatchObject({ code: 'attempt_other_browser' });
    await expect(paste('phone')).resolves.toBeDefined();
  });

  test('can be where another way led that the phone tried before', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const lan = await device.broker.signIn.continue(linkCode, 'phone', 'lan');
    await device.broker.signIn.continue(linkCode, 'phone', 'paste');
    await device.broker.signIn.paste(linkCode, 'phone', `${LAN}?code=c&state=${lan.attempt.state}`);
    expect(device.formsTo(TOKEN)).toMatchObject([{ redirect_uri: LAN }]);
  });
});

describe('a device flow', () => {
  const withDevice = { deviceAuthorizationEndpoint: DEVICE };

  test('is the way of a link where the provider has one: the code is there at once', async () => {
    serveDeviceFlow(PENDING, GRANTED);
    await device.register(withDevice);
    const invitation = await device.broker.signIn.invite(REF, {});
    expect(invitation).toMatchObject({
      device: {
        userCode: 'WDJB-MJHT',
        verificationUri: 'https://provider.example/go',
        verificationUriComplete: 'https://provider.example/go?user_code=WDJB-MJHT',
      },
      expiresAt: device.clock.now() + 900_000,
    });
    expect(JSON.stringify(invitation.device)).not.toContain('the-device-code');
    expect(offered(invitation)).toBe('device lan paste');
    await device.clock.advance(15_000);
    expect(await device.store.token(invitation.app.mungedId)).toMatchObject({ access_token: 'by device' });
    expect(await device.broker.signIn.landing(invitation.linkCode)).toMatchObject({ state: 'connected' });
  });

  test('that the client is not allowed leaves the other ways', async () => {
    device.serve('provider.example', () => Response.json({ error: 'unauthorized_client' }, { status: 400 }));
    await device.register(withDevice);
    const { linkCode, device: codes } = await device.broker.signIn.invite(REF, {});
    expect(codes).toBeUndefined();
    expect((await device.broker.signIn.continue(linkCode, 'phone')).attempt.method).toBe('lan');
    await expect(device.broker.signIn.invite(REF, { method: 'device' })).rejects.toMatchObject({
      code: 'invalid_client',
    });
  });

  test('goes on after a restart, for as long as the code lives', async () => {
    serveDeviceFlow(PENDING);
    await device.register(withDevice);
    const { app } = await device.broker.signIn.start(REF, { method: 'device' });
    await device.clock.advance(60_000);
    await device.restart();
    await device.clock.advance(700_000);
    expect(device.failures).toEqual([]);
    serveDeviceFlow(GRANTED);
    await device.clock.advance(60_000);
    expect(await device.store.token(app.mungedId)).toMatchObject({ access_token: 'by device' });
  });

  test('keeps a token whose answer is under way when the code expires', async () => {
    serveDeviceFlow(PENDING);
    await device.register(withDevice);
    const { app } = await device.broker.signIn.start(REF, { method: 'device' });
    await device.clock.advance(299_500);
    // Another sign-in that ends just before: what is due is swept once a second only.
    await device.broker.signIn.start(REF, { method: 'loopback' });
    await device.clock.advance(590_000);
    let answer: (granted: Response) => void = () => {};
    device.serve('provider.example', () => new Promise((resolve) => (answer = resolve)));
    await device.clock.advance(10_700);
    answer(Response.json(GRANTED));
    await device.clock.advance(100);
    expect(await device.store.token(app.mungedId)).toMatchObject({ access_token: 'by device' });
    expect(device.failures).toEqual([]);
  });

  test.each([
    ['that the user declines', { error: 'access_denied' }, 'access_denied'],
    ['whose code expires', PENDING, 'device_code_expired'],
  ])('%s ends once, with its reason', async (_case, answer, code) => {
    serveDeviceFlow(answer);
    await device.register(withDevice);
    const { attempt } = await device.broker.signIn.start(REF, { method: 'device' });
    await device.clock.advance(1_000_000);
    expect(device.failures).toEqual([code]);
    expect((await device.store.attempt(attempt.state))?.end?.outcome).toBe(code);
  });

  test('is one for all the phones of a link, and renewed there when it has expired', async () => {
    serveDeviceFlow(PENDING);
    await device.register({ ...withDevice, authorizationEndpoint: 'https://provider.example/authorize' });
    const { linkCode } = await device.broker.signIn.invite(REF, { method: 'lan' });
    const both = await Promise.all(
      ['one', 'two'].map((phone) => device.broker.signIn.continue(linkCode, phone, 'device')),
    );
    expect(new Set(both.map(({ attempt }) => attempt.state)).size).toBe(1);
    device.serve('provider.example', () => Response.json({ error: 'expired_token' }, { status: 400 }));
    await device.clock.advance(30_000);
    expect(await device.broker.signIn.landing(linkCode)).toMatchObject({
      deviceFailure: { code: 'device_code_expired' },
      canStart: true,
    });
    serveDeviceFlow(GRANTED);
    await device.broker.signIn.continue(linkCode, 'one', 'device');
    await device.clock.advance(10_000);
    expect(await device.broker.signIn.landing(linkCode)).toMatchObject({ state: 'connected' });
  });

  test('is asked after no more once the link has connected by another way', async () => {
    serveDeviceFlow(PENDING);
    await device.register(withDevice);
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const byLan = await device.broker.signIn.continue(linkCode, 'phone', 'lan');
    await device.complete(byLan, { code: 'c' }, 'phone');
    await device.clock.advance(1_000);
    const polls = device.asked.length;
    await device.clock.advance(1_000_000);
    expect(device.asked.length).toBe(polls);
    expect(device.failures).toEqual([]);
  });

  test('is the only way where the provider knows no redirect, whatever was asked for', async () => {
    serveDeviceFlow(GRANTED);
    device.serve('login.tado.com', ({ url }) =>
      url.pathname.endsWith('device_authorize')
        ? Response.json({
            device_code: 'd',
            user_code: 'ABC',
            verification_uri: 'https://login.tado.com/device',
            expires_in: 300,
            interval: 5,
          })
        : Response.json(GRANTED),
    );
    await device.register({
      provider: 'tado',
      authorizationEndpoint: null,
      tokenEndpoint: null,
      clientSecret: null,
      isPublic: true,
    });
    for (const method of ['loopback', 'shell'] as const) {
      const started = await device.broker.signIn.start(REF, { method });
      expect(started.authorizationUrl).toBe('https://login.tado.com/device');
    }
    expect(offered(await device.broker.signIn.invite(REF, {}))).toBe('device');
  });
});

describe('cancelling', () => {
  test('ends links, addresses and device codes, and tells whoever asked for them', async () => {
    serveDeviceFlow(PENDING);
    await device.register({ deviceAuthorizationEndpoint: DEVICE });
    const { linkCode } = await device.broker.signIn.invite(REF, { method: 'lan' });
    const url = await device.broker.signIn.start(REF, { method: 'loopback' });
    await device.broker.signIn.start(REF, { method: 'device' });
    expect(await device.broker.signIn.cancel(REF)).toBe(3);
    expect(device.failures).toEqual(['attempt_cancelled', 'attempt_cancelled', 'attempt_cancelled']);
    await expect(device.complete(url)).rejects.toMatchObject({ code: 'attempt_used' });
    await expect(device.broker.signIn.continue(linkCode, 'phone')).rejects.toMatchObject({
      code: 'attempt_cancelled',
    });
    const asked = device.asked.length;
    await device.clock.advance(1_000_000);
    expect(device.asked.length).toBe(asked);
    expect(await device.broker.signIn.cancel(REF)).toBe(0);
  });
});

describe('credentials that the provider refuses', () => {
  beforeEach(() => {
    device.serve('provider.example', () => Response.json({ error: 'invalid_client' }, { status: 401 }));
  });

  test('are asked for again, until there are others', async () => {
    const app = await device.register();
    await expect(
      device.complete(await device.broker.signIn.start(REF, { method: 'shell' })),
    ).rejects.toMatchObject({
      code: 'invalid_client',
    });
    expect(await device.broker.connections.view(app)).toMatchObject({
      state: 'needs_credentials',
      reason: 'invalid_client',
    });
    await device.broker.apps.setCredentials(REF, { clientId: 'the-client', clientSecret: 'another' });
    expect(await device.broker.connections.view(app)).toMatchObject({ state: 'disconnected' });
  });
});

test('an answer is not taken to a provider that the skill has registered meanwhile', async () => {
  await device.register({ issuer: 'https://provider.example' });
  const started = await device.broker.signIn.start(REF, { method: 'loopback' });
  await device.register({ issuer: 'https://other.example', tokenEndpoint: 'https://other.example/token' });
  await expect(device.complete(started)).rejects.toMatchObject({ code: 'issuer_mismatch' });
  expect(device.asked).toEqual([]);
});

describe('a client id that is an address', () => {
  const lanOnly = { clientId: 'http://192.168.1.7:36536', clientSecret: null };

  test('has every redirect at its own host and port', async () => {
    await device.register(lanOnly);
    for (const method of ['loopback', 'shell', 'lan'] as const) {
      const { attempt } = await device.broker.signIn.start(REF, { method, insist: true });
      expect(attempt.redirectUri).toBe(LAN);
    }
    expect(offered(await device.broker.signIn.invite(REF, {}))).toBe('lan');
  });

  test('of an address that the device had before leads the user to paste', async () => {
    device.lanHost = '192.168.1.9';
    await device.register(lanOnly);
    const { linkCode, methods } = await device.broker.signIn.invite(REF, {});
    expect(offered({ methods })).toBe('paste');
    const { attempt } = await device.broker.signIn.continue(linkCode, 'phone');
    expect(attempt.redirectUri).toBe(LAN);
  });

  test('on the web names its redirects itself', async () => {
    await device.register({ clientId: 'https://skill.example/', clientSecret: null });
    const { attempt } = await device.broker.signIn.start(REF, { method: 'loopback', insist: true });
    expect(attempt.redirectUri).toBe(LOOPBACK);
  });

  test('is filled in for a Home Assistant of the catalogue, and again at another address', async () => {
    const homeAssistant = {
      provider: 'home-assistant',
      providerParameters: { url: 'http://192.168.1.20:8123/' },
      authorizationEndpoint: null,
      tokenEndpoint: null,
      clientId: null,
      clientSecret: null,
    };
    const registered = await device.broker.apps.register({
      ...registrationOf({ ...REF, ...homeAssistant }),
    });
    expect(registered.needsCredentials).toBe(false);
    const first = await device.broker.signIn.start(REF, { method: 'lan', insist: true });
    expect(first.authorizationUrl).toMatch(/^http:\/\/192\.168\.1\.20:8123\/auth\/authorize\?/);
    expect(queryOf(first.authorizationUrl)).toMatchObject({
      client_id: 'http://192.168.1.7:36536',
      redirect_uri: LAN,
    });
    device.lanHost = '192.168.1.9';
    const { authorizationUrl } = await device.broker.signIn.start(REF, { method: 'lan', insist: true });
    expect(queryOf(authorizationUrl)).toMatchObject({ client_id: 'http://192.168.1.9:36536' });
  });
});
