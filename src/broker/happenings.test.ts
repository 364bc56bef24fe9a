import { beforeEach, describe, expect, test } from 'vitest';
import { MUNGED_ID, REF, ScriptedDevice, TOKENS } from '../../test/support/scripted-device.ts';
import { SimulatedDevice } from '../../test/support/simulated-device.ts';
import { loadOAuth } from '../oauth/oauth4webapi.ts';
import { attemptIdOf } from './attempt-id.ts';
import type { Broker } from './index.ts';

const HOUR = 3_600_000;

beforeEach(async () => void (await loadOAuth()));

/** What the log says, without numbers, times and the app. */
function told({ eventLog }: Broker): readonly object[] {
  return eventLog.recent().map(({ id: _id, at: _at, mungedId: _app, ...rest }) => rest);
}

describe('the log of a sign-in', () => {
  let device: ScriptedDevice;
  beforeEach(async () => {
    device = new ScriptedDevice();
    device.serve('provider.example', TOKENS);
    await device.broker.open();
  });

  test('tells the registration, the start and the end, the last two by the name of the attempt', async () => {
    await device.register();
    const started = await device.broker.signIn.start(REF, { method: 'loopback' });
    await device.complete(started);
    const attempt = attemptIdOf(started.attempt.state);
    expect(told(device.broker)).toEqual([
      { kind: 'registered' },
      { kind: 'sign_in_started', attempt, method: 'loopback' },
      { kind: 'connected', attempt, method: 'loopback' },
      { kind: 'state_changed', state: 'connected' },
    ]);
    expect(device.broker.eventLog.recent().every(({ mungedId }) => mungedId === MUNGED_ID)).toBe(true);
  });

  test('tells why it failed, and the error names the attempt as well', async () => {
    await device.register();
    const started = await device.broker.signIn.start(REF, { method: 'loopback' });
    const attempt = attemptIdOf(started.attempt.state);
    const answer = { error: 'access_denied', error_description: 'planted-description' };
    await expect(device.complete(started, answer)).rejects.toMatchObject({
      code: 'access_denied',
      details: { attempt },
    });
    expect(told(device.broker).at(-1)).toEqual({
      kind: 'sign_in_failed',
      attempt,
      method: 'loopback',
      code: 'access_denied',
    });
    expect(JSON.stringify(device.broker.eventLog.recent())).not.toContain('planted');
  });

  test('tells once that nobody went through it in time', async () => {
    await device.register();
    const { attempt } = await device.broker.signIn.start(REF, { method: 'loopback' });
    await device.clock.advance(HOUR);
    expect(told(device.broker).slice(2)).toEqual([
      {
        kind: 'sign_in_failed',
        attempt: attemptIdOf(attempt.state),
        method: 'loopback',
        code: 'attempt_expired',
      },
    ]);
  });

  test('tells that credentials were typed, but not that a skill registered once more without a change', async () => {
    await device.register();
    await device.register();
    await device.broker.apps.setCredentials(REF, { clientId: 'typed', clientSecret: 'planted' });
    expect(told(device.broker)).toEqual([{ kind: 'registered' }, { kind: 'credentials_set' }]);
  });
});

describe('the log of a connection', () => {
  test('tells renewals, failures, the end by the provider and what other programs did', async () => {
    const device = new SimulatedDevice();
    await device.broker.open();
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 3_600, rotates: true });
    await device.broker.tokens.refresh(ref);
    provider.trouble = { kind: 'down' };
    await expect(device.broker.tokens.refresh(ref)).rejects.toThrow('provider_unreachable');
    provider.trouble = { kind: 'says_invalid_grant' };
    await device.clock.advance(60_000);
    await expect(device.broker.tokens.refresh(ref)).rejects.toThrow('invalid_grant');
    device.store.adopt(id, { access_token: 'planted' });
    expect(told(device.broker)).toEqual([
      { kind: 'registered' },
      { kind: 'renewed' },
      { kind: 'renewal_failed', code: 'provider_unreachable' },
      { kind: 'renewal_failed', code: 'invalid_grant' },
      { kind: 'state_changed', state: 'needs_user', code: 'invalid_grant' },
      { kind: 'foreign_change', what: 'token_adopted' },
    ]);
  });

  test('tells that it was ended, and what the provider said to that', async () => {
    const device = new SimulatedDevice();
    const { ref } = await device.connect('one', { accessTokenSeconds: 3_600, rotates: true });
    await device.broker.tokens.revoke(ref);
    expect(told(device.broker).slice(1)).toEqual([
      { kind: 'state_changed', state: 'disconnected' },
      { kind: 'revoked', outcome: 'revoked' },
    ]);
  });

  test('tells that a token is in memory only, and that it is safe after all', async () => {
    const device = new SimulatedDevice();
    const { ref } = await device.connect('one', { accessTokenSeconds: 3_600, rotates: true });
    device.store.isFull = true;
    await device.broker.tokens.refresh(ref);
    device.store.isFull = false;
    await device.clock.advance(10_000);
    const kinds = device.broker.eventLog.recent().map(({ kind }) => kind);
    expect(kinds).toEqual(['registered', 'token_unsaved', 'renewed', 'token_saved']);
  });
});
