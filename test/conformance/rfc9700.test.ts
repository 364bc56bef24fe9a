/** RFC 9700: Best Current Practice for OAuth 2.0 Security. What of it falls to a client. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { MUNGED_ID, queryOf, REF, ScriptedDevice, TOKENS } from '../support/scripted-device.ts';

const ISSUER = 'https://provider.example';
const TOKEN = 'https://provider.example/token';

let device: ScriptedDevice;

beforeEach(async () => {
  device = new ScriptedDevice();
  device.serve('provider.example', TOKENS);
  await device.broker.open();
});

const start = () => device.broker.signIn.start(REF, { method: 'loopback' });

describe('§2.1: redirect-based flows', () => {
  it('§2.1, §4.7.1: every sign-in has a state of its own, of 128 bits, that works once', async () => {
    await device.register();
    const states = new Set<string>();
    for (let n = 0; n < 50; n += 1) states.add((await start()).attempt.state);
    expect(states.size).toBe(50);
    for (const state of states) expect(Buffer.from(state, 'base64url').length).toBeGreaterThanOrEqual(16);
    const started = await start();
    await device.complete(started);
    await expect(device.complete(started)).rejects.toMatchObject({ code: 'attempt_used' });
    expect(device.formsTo(TOKEN).length).toBe(1);
  });

  it('§4.7.1: a state is bound to the browser that was sent to the provider', async () => {
    await device.register();
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const started = await device.broker.signIn.continue(linkCode, 'the phone');
    for (const browser of [undefined, 'another phone']) {
      await expect(device.complete(started, { code: 'c' }, browser)).rejects.toMatchObject({
        code: 'attempt_other_browser',
      });
    }
    expect(device.asked).toEqual([]);
  });

  it('§4.7.1: a state that nobody asked for, or of another app, brings nothing', async () => {
    await device.register();
    const started = await start();
    const invented = { ...started, attempt: { ...started.attempt, state: 'invented' } };
    await expect(device.complete(invented)).rejects.toMatchObject({ code: 'attempt_unknown' });
    const other = {
      ...started,
      app: { ...started.app, mungedId: 'other_app' as typeof started.app.mungedId },
    };
    await expect(device.complete(other)).rejects.toMatchObject({ code: 'attempt_foreign' });
    expect(device.asked).toEqual([]);
  });

  it('§2.1.1: PKCE by S256 goes with every request, with a verifier of its own', async () => {
    await device.register();
    const [one, two] = [await start(), await start()];
    for (const { authorizationUrl } of [one, two]) {
      expect(queryOf(authorizationUrl)).toMatchObject({ code_challenge_method: 'S256' });
    }
    await device.complete(one);
    await device.complete(two);
    const verifiers = device.formsTo(TOKEN).map(({ code_verifier: verifier }) => verifier);
    expect(verifiers).toEqual([one.attempt.codeVerifier, two.attempt.codeVerifier]);
    expect(new Set(verifiers).size).toBe(2);
  });

  it('§2.1.2: no request asks for an access token in the authorization response', async () => {
    await device.register({ extraParams: { response_type: 'token', response_mode: 'fragment' } });
    expect(queryOf((await start()).authorizationUrl)['response_type']).toBe('code');
  });
});

describe('§2.1, §4.4: mix-up', () => {
  it('§4.4.2.1: an answer with the `iss` of another server is not taken to the token endpoint', async () => {
    await device.register({ issuer: ISSUER });
    const wrong = { code: 'c', iss: 'https://evil.example' };
    await expect(device.complete(await start(), wrong)).rejects.toMatchObject({ code: 'issuer_mismatch' });
    expect(device.asked).toEqual([]);
    await device.complete(await start(), { code: 'c', iss: ISSUER });
  });

  it('§4.4.2.2: each app, and so each server, has a redirect URI of its own, and takes its answers only there', async () => {
    const other = { skillId: 'skill', appId: 'other' };
    await device.register();
    await device.register(other);
    const [one, two] = [await start(), await device.broker.signIn.start(other, { method: 'loopback' })];
    expect(one.attempt.redirectUri).not.toBe(two.attempt.redirectUri);
    const confused = { ...one, app: two.app };
    await expect(device.complete(confused)).rejects.toMatchObject({ code: 'attempt_foreign' });
  });

  it('§4.4: the code goes to the server that the sign-in began at', async () => {
    await device.register({ issuer: ISSUER });
    const started = await start();
    device.serve('evil.example', TOKENS);
    await device.register({ issuer: 'https://evil.example', tokenEndpoint: 'https://evil.example/token' });
    await expect(device.complete(started)).rejects.toMatchObject({ code: 'issuer_mismatch' });
    expect(device.asked).toEqual([]);
  });
});

it('§4.5.3.1: a code that was injected into another sign-in goes with that one’s verifier, which the server refuses', async () => {
  await device.register();
  const [victim, attacker] = [await start(), await start()];
  await device.complete(attacker, { code: 'code of the victim' });
  expect(device.formsTo(TOKEN)).toMatchObject([{ code_verifier: attacker.attempt.codeVerifier }]);
  expect(device.formsTo(TOKEN)[0]?.['code_verifier']).not.toBe(victim.attempt.codeVerifier);
});

it('§4.2.4: a code is spent at most once, whatever comes of it', async () => {
  device.serve('provider.example', () => Response.json({ error: 'invalid_grant' }, { status: 400 }));
  await device.register();
  const started = await start();
  await expect(device.complete(started)).rejects.toMatchObject({ code: 'invalid_grant' });
  await expect(device.complete(started)).rejects.toMatchObject({ code: 'attempt_used' });
  expect(device.asked.length).toBe(1);
});

describe('§4.11: open redirection', () => {
  it('§4.11.1: no field of a request decides where the answer is sent', async () => {
    await device.register({ extraParams: { redirect_uri: 'https://evil.example/' } });
    expect(queryOf((await start()).authorizationUrl)['redirect_uri']).toBe(
      `http://127.0.0.1:36536/auth/callback/${MUNGED_ID}`,
    );
  });

  it('§4.11: an id that looks like a path or an address stays inside its segment', async () => {
    const ref = { skillId: '../..//evil.example', appId: 'x?y#z' };
    await device.register(ref);
    const { attempt } = await device.broker.signIn.start(ref, { method: 'loopback' });
    const { origin, pathname, search, hash } = new URL(attempt.redirectUri);
    expect({ origin, search, hash }).toEqual({ origin: 'http://127.0.0.1:36536', search: '', hash: '' });
    expect(pathname.split('/').length).toBe(4);
  });
});

describe('§4.14: refresh tokens', () => {
  const rotating = (): void => {
    let serial = 0;
    device.serve('provider.example', ({ form }) => {
      const expected = form.get('grant_type') === 'refresh_token' ? `r${serial}` : null;
      if (form.get('refresh_token') !== expected) {
        return Response.json({ error: 'invalid_grant' }, { status: 400 });
      }
      serial += 1;
      return Response.json({
        access_token: 'a',
        refresh_token: `r${serial}`,
        token_type: 'Bearer',
        expires_in: 60,
      });
    });
  };

  it('§4.14.2: one that was replaced is never sent again, however many ask at once', async () => {
    rotating();
    await device.register();
    await device.complete(await start());
    await Promise.all(Array.from({ length: 8 }, () => device.broker.tokens.refresh(REF)));
    await device.broker.tokens.refresh(REF);
    const spent = device.formsTo(TOKEN).flatMap(({ refresh_token: token }) => token ?? []);
    expect(spent).toEqual(['r1', 'r2']);
  });

  it('§4.14.2: a grant that the server has ended is not used again, and the user is asked', async () => {
    rotating();
    const app = await device.register();
    await device.complete(await start());
    device.serve('provider.example', () => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    await expect(device.broker.tokens.refresh(REF)).rejects.toMatchObject({ code: 'invalid_grant' });
    const asked = device.asked.length;
    await expect(device.broker.tokens.refresh(REF)).rejects.toMatchObject({ code: 'invalid_grant' });
    expect(device.asked.length).toBe(asked);
    expect(await device.broker.connections.view(app)).toMatchObject({ state: 'needs_user' });
  });
});

it('§2.6: credentials and codes leave by TLS only, but on the network at home', async () => {
  const outbound = createOutboundFetch();
  await expect(outbound('http://provider.example/token', { method: 'POST' })).rejects.toMatchObject({
    code: 'endpoint_insecure',
  });
});
