import { beforeEach, describe, expect, test } from 'vitest';
import { MUNGED_ID, REF, ScriptedDevice, TOKENS } from '../../test/support/scripted-device.ts';
import { registrationOf } from '../../test/support/registration.ts';
import type { MungedId } from '../store/records.ts';
import type { Registration } from './types.ts';

const EVIL = 'https://evil.example';
const ID = MUNGED_ID as MungedId;

let device: ScriptedDevice;

beforeEach(async () => {
  device = new ScriptedDevice();
  device.serve('provider.example', TOKENS);
  device.serve('evil.example', TOKENS);
  await device.broker.open();
});

async function connect(): Promise<void> {
  await device.complete(await device.broker.signIn.start(REF, { method: 'loopback' }));
}

async function register(fields: Partial<Registration>): Promise<string> {
  return device.register(fields).then(
    () => 'registered',
    (error: { code: string }) => error.code,
  );
}

const endpointsOf = async () => {
  const { authorizationEndpoint, tokenEndpoint } = await device.broker.apps.withId(ID);
  return [authorizationEndpoint, tokenEndpoint];
};

describe('an app that holds a token', () => {
  beforeEach(async () => {
    await device.register();
    await connect();
  });

  test.each([
    ['authorizationEndpoint', `${EVIL}/authorize`],
    ['tokenEndpoint', `${EVIL}/token`],
    ['refreshEndpoint', `${EVIL}/token`],
    ['revocationEndpoint', `${EVIL}/revoke`],
    ['deviceAuthorizationEndpoint', `${EVIL}/device`],
    ['tokenEndpoint', 'https://provider.example:8443/token'],
    ['tokenEndpoint', 'http://provider.local/token'],
  ])('does not go to another origin with its %s (%s) until the user agrees', async (field, endpoint) => {
    const before = await device.broker.apps.withId(ID);
    expect(await register({ [field]: endpoint })).toBe('change_unconfirmed');
    expect(await device.broker.apps.withId(ID)).toEqual(before);
    expect(device.broker.apps.endpointChanges()).toMatchObject([
      { from: ['https://provider.example'], to: [new URL(endpoint).origin] },
    ]);
    await device.broker.tokens.refresh(REF);
    expect(device.asked.some(({ url }) => url.host !== 'provider.example')).toBe(false);
  });

  test('may go to other paths of its origins, and registers again without a question', async () => {
    expect(await register({})).toBe('registered');
    expect(await register({ tokenEndpoint: 'https://provider.example/v2/token' })).toBe('registered');
    expect(await register({ revocationEndpoint: 'https://provider.example/revoke' })).toBe('registered');
    expect(device.broker.apps.endpointChanges()).toEqual([]);
  });

  test('says what would change, as the error that the skill is told', async () => {
    await expect(device.register({ tokenEndpoint: `${EVIL}/token` })).rejects.toMatchObject({
      code: 'change_unconfirmed',
      details: { app: MUNGED_ID, from: 'https://provider.example', to: EVIL },
    });
  });

  test('goes there once the user has confirmed exactly that', async () => {
    let told = 0;
    device.events.subscribe({ endpointsChanged: () => (told += 1) });
    await register({ tokenEndpoint: `${EVIL}/token` });
    const [change] = device.broker.apps.endpointChanges();
    await device.broker.apps.confirmEndpointChange(change?.id ?? '');
    expect(await endpointsOf()).toEqual(['https://provider.example/authorize', `${EVIL}/token`]);
    expect(told).toBe(1);
    expect(device.broker.apps.endpointChanges()).toEqual([]);
    expect(await register({ tokenEndpoint: `${EVIL}/token` })).toBe('registered');
  });

  test('does not go where a later registration has slipped in under a confirmation', async () => {
    await register({ tokenEndpoint: 'https://moved.example/token' });
    const [shown] = device.broker.apps.endpointChanges();
    await register({ tokenEndpoint: `${EVIL}/token` });
    await expect(device.broker.apps.confirmEndpointChange(shown?.id ?? '')).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect((await endpointsOf())[1]).toBe('https://provider.example/token');
  });

  test('stays where it is when the user refuses, and is not asked about again', async () => {
    await register({ tokenEndpoint: `${EVIL}/token` });
    const [change] = device.broker.apps.endpointChanges();
    expect(device.broker.apps.rejectEndpointChange(change?.id ?? '')).toBe(true);
    expect(await register({ tokenEndpoint: `${EVIL}/token` })).toBe('change_unconfirmed');
    expect(device.broker.apps.endpointChanges()).toEqual([]);
    expect((await endpointsOf())[1]).toBe('https://provider.example/token');
    expect(device.broker.apps.rejectEndpointChange('no such')).toBe(false);
  });

  test('is not asked about any longer once its skill registers as before', async () => {
    await register({ tokenEndpoint: `${EVIL}/token` });
    await register({});
    expect(device.broker.apps.endpointChanges()).toEqual([]);
  });

  test('is guarded also while its token is put aside, since that is tried again', async () => {
    device.serve('provider.example', () => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    await device.broker.tokens.refresh(REF).catch(() => undefined);
    expect(await device.store.token(ID)).toBeUndefined();
    expect(await register({ tokenEndpoint: `${EVIL}/token` })).toBe('change_unconfirmed');
  });
});

describe('an app without a token', () => {
  test('is guarded while it has a secret that the user typed', async () => {
    await device.register({ clientId: null, clientSecret: null });
    await device.broker.apps.setCredentials(REF, { clientId: 'typed', clientSecret: 'typed secret' });
    const bare = { clientId: null, clientSecret: null };
    expect(await register({ ...bare, tokenEndpoint: `${EVIL}/token` })).toBe('change_unconfirmed');
    expect(await register({ clientId: 'own', clientSecret: 'own', tokenEndpoint: `${EVIL}/token` })).toBe(
      'registered',
    );
    expect(await device.broker.apps.withId(ID)).toMatchObject({ clientSecret: 'own' });
  });

  test('goes wherever its skill says', async () => {
    await device.register();
    expect(await register({ tokenEndpoint: `${EVIL}/token` })).toBe('registered');
  });

  test('but a sign-in that began before does not take its code there', async () => {
    await device.register();
    const started = await device.broker.signIn.start(REF, { method: 'loopback' });
    const { linkCode } = await device.broker.signIn.invite(REF, {});
    const onPhone = await device.broker.signIn.continue(linkCode, 'the phone');
    await device.register({ tokenEndpoint: `${EVIL}/token` });
    await expect(device.complete(started)).rejects.toMatchObject({ code: 'issuer_mismatch' });
    await expect(device.complete(onPhone, { code: 'c' }, 'the phone')).rejects.toMatchObject({
      code: 'issuer_mismatch',
    });
    expect(device.asked).toEqual([]);
  });
});

describe('what is no stranger needs no question', () => {
  test('an endpoint that the catalogue lists for the same provider', async () => {
    const google = {
      authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
      tokenEndpoint: 'https://www.googleapis.com/oauth2/v4/token',
    };
    device.serve('www.googleapis.com', TOKENS);
    await device.register(google);
    await connect();
    const byName = { authorizationEndpoint: null, tokenEndpoint: null, provider: 'google' };
    expect(await register(byName)).toBe('registered');
    expect(await register({ ...byName, tokenEndpoint: `${EVIL}/token` })).toBe('change_unconfirmed');
  });

  test('an endpoint to which the same issuer has moved; but not one that the skill puts in its place', async () => {
    const issuer = 'https://issuer.example';
    let host = 'provider.example';
    device.serve('issuer.example', () =>
      Response.json({
        issuer,
        authorization_endpoint: `https://${host}/authorize`,
        token_endpoint: `https://${host}/token`,
      }),
    );
    device.serve('moved.example', TOKENS);
    const byIssuer = { authorizationEndpoint: null, tokenEndpoint: null, issuer };
    await device.register(byIssuer);
    await connect();
    host = 'moved.example';
    await device.clock.advance(25 * 3_600_000);
    expect(await register(byIssuer)).toBe('registered');
    expect((await endpointsOf())[1]).toBe('https://moved.example/token');
    expect(await register({ ...byIssuer, tokenEndpoint: `${EVIL}/token` })).toBe('change_unconfirmed');
    expect(await register({ ...registrationOf(REF), issuer: EVIL })).toBe('change_unconfirmed');
  });
});
