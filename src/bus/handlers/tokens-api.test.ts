import { beforeEach, describe, expect, test } from 'vitest';
import { LoopBus } from '../../../test/support/loop-bus.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedDevice } from '../../../test/support/simulated-device.ts';
import type { SimulatedProvider } from '../../../test/support/simulated-provider.ts';
import { loadOAuth } from '../../oauth/oauth4webapi.ts';
import type { MungedId } from '../../store/records.ts';
import { attachHandlers } from './index.ts';

// The messages that ask for tokens and states, on simulated time.

const ids = { skill_id: 'skill', app_id: 'one' };
const HOUR = 3_600_000;

let device: SimulatedDevice;
let bus: LoopBus;
let provider: SimulatedProvider;
let id: MungedId;

beforeEach(async () => {
  await loadOAuth();
  device = new SimulatedDevice();
  bus = new LoopBus();
  attachHandlers(bus, {
    broker: device.broker,
    events: device.events,
    qr: { create: async () => '/run/qr.png', remove: async () => undefined },
    lanHost: async () => '192.0.2.7',
    port: () => 36_536,
    lang: 'en',
    log: recordedLog(),
    clock: device.clock,
  });
  ({ provider, id } = await device.connect('one', { accessTokenSeconds: 3_600, rotates: true }));
});

describe('oauth.token.get', () => {
  test('answers with an access token and never with the refresh token', async () => {
    const answer = await bus.ask('oauth.token.get', ids);
    expect(answer).toEqual({
      status: 'ok',
      ...ids,
      access_token: (await device.store.token(id))?.access_token,
      token_type: 'Bearer',
      expires_at: device.clock.now() / 1_000 + 3_600,
    });
    expect(JSON.stringify(bus.sent)).not.toContain((await device.store.token(id))?.refresh_token);
  });

  test('refreshes first what is too short for the wish', async () => {
    await bus.ask('oauth.token.get', { ...ids, min_valid_seconds: 3_600 });
    expect(provider.requests).toBe(1);
  });

  test.each([
    ['an app that is not there', { ...ids, app_id: 'none' }, 'unknown_app', 'unknown_app'],
    ['a scope that was not granted', { ...ids, scope: 'three' }, 'needs_user', 'insufficient_scope'],
    ['a wish that is no number', { ...ids, min_valid_seconds: 'long' }, 'invalid_request', 'invalid_request'],
    ['a negative wish', { ...ids, min_valid_seconds: -1 }, 'invalid_request', 'invalid_request'],
  ])('says of %s what it takes and why', async (_case, data, errorCode, reason) => {
    const answer = await bus.ask('oauth.token.get', data);
    expect(answer).toMatchObject({ status: 'error', error_code: errorCode, reason });
    expect(answer['error']).toMatch(/\.$/);
  });

  test('says of a provider that is away when to try again', async () => {
    provider.trouble = { kind: 'busy', retryAfter: 90 };
    device.clock.suspend(2 * HOUR);
    expect(await bus.ask('oauth.token.get', ids)).toMatchObject({
      status: 'error',
      error_code: 'transient',
      reason: 'provider_error',
      retry_after: 90,
    });
  });

  test('says of a grant that the provider has ended that the user is needed', async () => {
    provider.revoke((await device.store.token(id))?.refresh_token ?? '');
    device.clock.suspend(2 * HOUR);
    const answer = await bus.ask('oauth.token.get', ids);
    expect(answer).toMatchObject({ status: 'error', error_code: 'needs_user', reason: 'invalid_grant' });
    expect(bus.of('oauth.status.changed')).toEqual([
      expect.objectContaining({ munged_id: id, state: 'needs_user', error_code: 'invalid_grant' }),
    ]);
  });
});

describe('oauth.status and oauth.list', () => {
  test('say how an app stands, without any token', async () => {
    const answer = await bus.ask('oauth.status', ids);
    expect(answer).toMatchObject({ munged_id: id, ...ids, state: 'connected', renews: true });
    expect(JSON.stringify(answer)).not.toMatch(/access-|refresh-/);
    await device.connect('two', { rotates: false });
    const { connections } = await bus.ask('oauth.list', {});
    expect(connections).toHaveLength(2);
    expect(await bus.ask('oauth.list', { skill_id: 'another' })).toEqual({ connections: [] });
  });

  test('say of an app that is not there that it is unknown', async () => {
    const answer = await bus.ask('oauth.status', { ...ids, app_id: 'none' });
    expect(answer).toMatchObject({ error_code: 'unknown_app' });
  });
});

describe('oauth.revoke', () => {
  test('ends the connection here and at the provider', async () => {
    const token = await device.store.token(id);
    expect(await bus.ask('oauth.revoke', ids)).toEqual({ ...ids, result: 'revoked' });
    expect(provider.accepts(token?.access_token ?? '')).toBe(false);
    expect(await device.store.token(id)).toBeUndefined();
    expect(await device.store.quarantined(id)).toEqual([]);
    expect(bus.of('oauth.status.changed')).toEqual([expect.objectContaining({ state: 'disconnected' })]);
  });

  test('ends it here at once while the provider is away, and there when it is back', async () => {
    const token = await device.store.token(id);
    provider.trouble = { kind: 'down' };
    expect(await bus.ask('oauth.revoke', ids)).toEqual({ ...ids, result: 'pending' });
    expect(await device.store.token(id)).toBeUndefined();
    await device.reboot();
    provider.trouble = { kind: 'none' };
    expect(provider.accepts(token?.access_token ?? '')).toBe(true);
    await device.clock.advance(HOUR);
    expect(provider.accepts(token?.access_token ?? '')).toBe(false);
    expect(await device.store.quarantined(id)).toEqual([]);
  });

  test('says of an app without a connection that there is none', async () => {
    await bus.ask('oauth.revoke', ids);
    expect(await bus.ask('oauth.revoke', ids)).toMatchObject({
      result: 'error',
      error_code: 'not_connected',
    });
  });
});
