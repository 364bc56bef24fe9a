/** RFC 8252: OAuth 2.0 for Native Apps. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MUNGED_ID, queryOf, REF, ScriptedDevice, TOKENS } from '../support/scripted-device.ts';

let device: ScriptedDevice;

beforeEach(async () => {
  device = new ScriptedDevice();
  device.serve('provider.example', TOKENS);
  await device.broker.open();
});

const start = () => device.broker.signIn.start(REF, { method: 'loopback' });

it('§6, §8.1: the request goes to a browser and is protected by PKCE, also that of a client without a secret', async () => {
  await device.register({ clientSecret: null, isPublic: true });
  expect(queryOf((await start()).authorizationUrl)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
  });
});

describe('§7.3: loopback interface redirection', () => {
  it('§7.3: the scheme is http, the host the loopback address, and the port the one that is listened at', async () => {
    await device.register();
    const { attempt } = await start();
    expect(attempt.redirectUri).toBe(`http://127.0.0.1:36536/auth/callback/${MUNGED_ID}`);
  });

  it('§8.3: the host is the address, not the name `localhost`, unless a provider takes only that', async () => {
    await device.register();
    expect(new URL((await start()).attempt.redirectUri).hostname).toBe('127.0.0.1');
    await device.register({ provider: 'microsoft', authorizationEndpoint: null, tokenEndpoint: null });
    expect(new URL((await start()).attempt.redirectUri).hostname).toBe('localhost');
  });

  it('§7.3: the same redirect URI goes with the code', async () => {
    await device.register();
    const started = await start();
    await device.complete(started);
    expect(device.formsTo('https://provider.example/token')).toMatchObject([
      { redirect_uri: started.attempt.redirectUri },
    ]);
  });
});

it('§8.4: redirect URIs of a client that is registered by itself are whole, path included', async () => {
  let uris: string[] = [];
  device.serve('id.example', ({ url, body }) => {
    if (url.pathname !== '/reg') {
      return Response.json({
        issuer: 'https://id.example',
        authorization_endpoint: 'https://id.example/authorize',
        token_endpoint: 'https://id.example/token',
        registration_endpoint: 'https://id.example/reg',
      });
    }
    ({ redirect_uris: uris } = JSON.parse(body) as { redirect_uris: string[] });
    return Response.json({ client_id: 'c', token_endpoint_auth_method: 'none' }, { status: 201 });
  });
  const discovered = { issuer: 'https://id.example', authorizationEndpoint: null, tokenEndpoint: null };
  await device.register({ ...discovered, clientId: null, clientSecret: null });
  await start();
  expect(uris.length).toBeGreaterThan(1);
  for (const uri of uris) expect(new URL(uri).pathname).toBe(`/auth/callback/${MUNGED_ID}`);
});

it('§8.9: an answer that was not asked for, or is late, is not taken', async () => {
  await device.register();
  const started = await start();
  await device.clock.advance(600_001);
  await expect(device.complete(started)).rejects.toMatchObject({ code: 'attempt_expired' });
  expect(device.asked).toEqual([]);
});

it('§8.10: apps of different skills have redirect URIs of their own', async () => {
  const other = { skillId: 'other', appId: 'app' };
  await device.register();
  await device.register(other);
  const theirs = await device.broker.signIn.start(other, { method: 'loopback' });
  expect(theirs.attempt.redirectUri).not.toBe((await start()).attempt.redirectUri);
});

it('§8.5: a secret that a skill ships is no reason to leave PKCE out', async () => {
  await device.register({ clientSecret: 'not so secret' });
  expect(queryOf((await start()).authorizationUrl)).toHaveProperty('code_challenge');
});
