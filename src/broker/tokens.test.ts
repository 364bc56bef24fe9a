import { beforeEach, describe, expect, test } from 'vitest';
import { BUILT_AT, SimulatedDevice } from '../../test/support/simulated-device.ts';
import { loadOAuth } from '../oauth/oauth4webapi.ts';
import type { AppRef } from './types.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let device: SimulatedDevice;
beforeEach(async () => {
  // Loaded at first use otherwise, which takes real time while the simulated one runs on.
  await loadOAuth();
  device = new SimulatedDevice();
});

function code(name: string): unknown {
  return expect.objectContaining({ code: name });
}

describe('handing out a token', () => {
  test('a valid one comes from memory', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    const { tokenSet } = await device.broker.tokens.get(ref);
    expect(provider.accepts(tokenSet.access_token)).toBe(true);
    expect(provider.requests).toBe(0);
  });

  test('one that is too short for the wish is refreshed first', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    await device.broker.tokens.get(ref, { minValidSeconds: 3599 });
    expect(provider.requests).toBe(0);
    await device.broker.tokens.get(ref, { minValidSeconds: 3600 });
    expect(provider.requests).toBe(1);
  });

  test('32 callers at the same instant cause one request', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 60, rotates: true });
    device.clock.suspend(HOUR);
    const answers = await Promise.all(Array.from({ length: 32 }, () => device.broker.tokens.get(ref)));
    expect(new Set(answers.map(({ tokenSet }) => tokenSet.access_token)).size).toBe(1);
    expect(provider.requests).toBe(1);
    expect(provider.reuses).toBe(0);
  });

  test('one that never expires is handed out for ever', async () => {
    const { ref, provider } = await device.connect('one', { rotates: false });
    await device.clock.advance(400 * DAY);
    expect(provider.accepts((await device.broker.tokens.get(ref)).tokenSet.access_token)).toBe(true);
    expect(provider.requests).toBe(0);
  });

  test('an unknown app is said to be unknown', async () => {
    await expect(device.broker.tokens.get({ skillId: 'no', appId: 'such' })).rejects.toEqual(
      code('unknown_app'),
    );
  });

  test('a scope that was not granted is refused by name', async () => {
    const { ref } = await device.connect(
      'one',
      { accessTokenSeconds: 3600, rotates: true },
      { scope: 'one' },
    );
    await expect(device.broker.tokens.get(ref, { scope: 'one' })).resolves.toBeDefined();
    await expect(device.broker.tokens.get(ref, { scope: 'one two' })).rejects.toEqual(
      expect.objectContaining({ code: 'insufficient_scope', details: { app: 'skill_one', scope: 'two' } }),
    );
  });

  test('what another program refreshed meanwhile is used instead of being fought', async () => {
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 60, rotates: true });
    device.clock.suspend(HOUR);
    const expires_at = device.clock.now() / 1_000 + 3_600;
    device.store.adopt(id, { access_token: 'by-python', refresh_token: 'other', expires_at });
    expect((await device.broker.tokens.get(ref)).tokenSet.access_token).toBe('by-python');
    expect(provider.requests).toBe(0);
  });
});

describe('what is told of a connection', () => {
  async function view(ref: AppRef) {
    return device.broker.connections.view(await device.broker.apps.find(ref));
  }

  test('is when a token was last handed out, not when it was renewed ahead', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    expect((await view(ref)).lastUsedAt).toBeUndefined();
    await device.clock.advance(2 * HOUR);
    expect(provider.requests).toBeGreaterThan(0);
    expect((await view(ref)).lastUsedAt).toBeUndefined();
    await device.broker.tokens.get(ref);
    const used = device.clock.now();
    await device.clock.advance(MINUTE);
    expect((await view(ref)).lastUsedAt).toBe(used);
    await device.broker.tokens.refresh(ref);
    expect((await view(ref)).lastUsedAt).toBe(used + MINUTE);
    await expect(device.broker.tokens.get(ref, { scope: 'three' })).rejects.toEqual(
      code('insufficient_scope'),
    );
    expect((await view(ref)).lastUsedAt).toBe(used + MINUTE);
  });

  test('is when it is renewed next, which then happens', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    const { nextRefreshAt = 0, expiresAt = 0 } = await view(ref);
    expect(nextRefreshAt).toBeLessThan(expiresAt);
    await device.clock.advance(nextRefreshAt - device.clock.now() - MINUTE);
    expect(provider.requests).toBe(0);
    expect((await view(ref)).nextRefreshAt).toBe(nextRefreshAt);
    await device.clock.advance(2 * MINUTE);
    expect(provider.requests).toBe(1);
    expect((await view(ref)).nextRefreshAt).toBeGreaterThan(nextRefreshAt);
  });

  test('is the next try where the provider is away', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'busy', retryAfter: 1_200 };
    await device.clock.advance(HOUR);
    const { nextRefreshAt = 0 } = await view(ref);
    expect(nextRefreshAt).toBeGreaterThan(device.clock.now());
    expect(nextRefreshAt).toBeLessThanOrEqual(device.clock.now() + 1_200 * SECOND);
  });

  test('is no next renewal of a token that never expires, or that cannot be renewed', async () => {
    const { ref, id } = await device.connect('one', { rotates: false });
    const access = { access_token: 'a', expires_at: device.clock.now() / 1_000 + 3_600, expires_in: 3_600 };
    expect(await view(ref)).toMatchObject({ state: 'connected' });
    expect(await view(ref)).not.toHaveProperty('nextRefreshAt');
    await device.store.commit([{ op: 'put_token', mungedId: id, tokenSet: access }], 'synced');
    expect(await view(ref)).toMatchObject({ state: 'connected', renews: false });
    expect(await view(ref)).not.toHaveProperty('nextRefreshAt');
  });

  test('is no next renewal of what the user must sign in to again', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'says_invalid_grant' };
    await expect(device.broker.tokens.refresh(ref)).rejects.toEqual(code('invalid_grant'));
    expect(await view(ref)).toMatchObject({ state: 'needs_user' });
    expect(await view(ref)).not.toHaveProperty('nextRefreshAt');
  });
});

describe('when the provider is away', () => {
  test('a token with a little time left is handed out all the same', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'down' };
    await expect(device.broker.tokens.get(ref, { minValidSeconds: 86_400 })).resolves.toBeDefined();
  });

  test('an expired one is a transient failure that says when to come back', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'busy', retryAfter: 120 };
    device.clock.suspend(2 * HOUR);
    await expect(device.broker.tokens.get(ref)).rejects.toEqual(code('provider_error'));
    await expect(device.broker.tokens.get(ref)).rejects.toEqual(
      expect.objectContaining({ kind: 'transient', details: { provider: 'one.example', retry_after: 120 } }),
    );
    expect(provider.requests).toBe(1);
  });

  test('an outage of a day costs few requests and nothing else', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'down' };
    await device.clock.advance(DAY);
    expect(provider.requests).toBeLessThan(200);
    provider.trouble = { kind: 'none' };
    await device.clock.advance(HOUR);
    expect(provider.accepts((await device.broker.tokens.get(ref)).tokenSet.access_token)).toBe(true);
    expect(device.statuses).toEqual([]);
  });
});

describe('refreshing ahead', () => {
  test('a connection nobody asks for stays valid for a week', async () => {
    const { id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    for (let hour = 0; hour < 7 * 24; hour += 1) {
      await device.clock.advance(HOUR);
      expect(provider.accepts((await device.store.token(id))?.access_token ?? '')).toBe(true);
    }
    expect(provider.reuses).toBe(0);
  });

  test('what fell due while the device was off is not asked for in one burst', async () => {
    const all: Awaited<ReturnType<SimulatedDevice['connect']>>[] = [];
    for (let n = 0; n < 40; n += 1)
      all.push(await device.connect(`p${n}`, { accessTokenSeconds: 3600, rotates: true }));
    const requests = (): number => all.reduce((sum, { provider }) => sum + provider.requests, 0);
    await device.reboot(DAY);
    await device.clock.advance(5_000);
    expect(requests()).toBeLessThan(15);
    await device.clock.advance(2 * MINUTE);
    expect(requests()).toBe(40);
  });

  test('what another program has refreshed by then is not refreshed again', async () => {
    const { id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    const expires_at = device.clock.now() / 1_000 + 3 * 3_600;
    device.store.adoptLater(id, { access_token: 'by-python', refresh_token: 'other', expires_at });
    await device.clock.advance(HOUR);
    expect(provider.requests).toBe(0);
    expect((await device.store.token(id))?.access_token).toBe('by-python');
  });

  test('a token that another program brings is renewed, too, even if it is the first one of all', async () => {
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    const tokenSet = await device.store.token(id);
    await device.broker.tokens.revoke(ref);
    await device.store.commit([{ op: 'delete_connection', mungedId: id }], 'synced');
    await device.reboot();
    await device.clock.advance(MINUTE);
    const { refresh_token } = provider.grant();
    const expires_at = device.clock.now() / 1_000 + 3_600;
    device.store.adopt(id, {
      ...tokenSet,
      access_token: 'by-python',
      refresh_token: String(refresh_token),
      expires_at,
    });
    const before = provider.requests;
    await device.clock.advance(HOUR);
    expect(provider.requests).toBe(before + 1);
  });

  test('a refresh that a crash interrupted is repeated at once after the restart', async () => {
    const { id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'down' };
    await device.broker.tokens.refresh({ skillId: 'skill', appId: 'one' }).catch(() => undefined);
    provider.trouble = { kind: 'none' };
    await device.reboot();
    await device.clock.advance(3_000);
    expect(provider.requests).toBe(2);
    expect((await device.store.connection(id))?.intent).toBeUndefined();
  });

  test('after suspend the real time counts', async () => {
    const { id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    device.clock.suspend(8 * HOUR);
    await device.clock.advance(6 * MINUTE);
    expect(provider.accepts((await device.store.token(id))?.access_token ?? '')).toBe(true);
  });
});

describe('when the provider calls the grant invalid', () => {
  test('the token is kept aside, the connection needs the user, and that is said once', async () => {
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.revoke((await device.store.token(id))?.refresh_token ?? '');
    await device.clock.advance(DAY * 3);
    expect(device.statuses.map(({ state, reason }) => [state, reason])).toEqual([
      ['needs_user', 'invalid_grant'],
    ]);
    expect(await device.store.quarantined(id)).toHaveLength(1);
    await expect(device.broker.tokens.get(ref)).rejects.toEqual(code('invalid_grant'));
    await expect(device.broker.tokens.refresh(ref)).rejects.toEqual(code('invalid_grant'));
  });

  test('a false alarm of one hour heals itself', async () => {
    const { ref, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'says_invalid_grant' };
    await device.clock.advance(70 * MINUTE);
    await expect(device.broker.tokens.get(ref)).rejects.toEqual(code('invalid_grant'));
    provider.trouble = { kind: 'none' };
    await device.clock.advance(2 * HOUR);
    expect(provider.accepts((await device.broker.tokens.get(ref)).tokenSet.access_token)).toBe(true);
    expect(device.statuses.map(({ state }) => state)).toEqual(['needs_user', 'connected']);
  });

  test('a dead token is tried a few times and then left alone', async () => {
    const { id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.revoke((await device.store.token(id))?.refresh_token ?? '');
    await device.clock.advance(10 * DAY);
    const { requests } = provider;
    expect(requests).toBeLessThan(8);
    await device.clock.advance(30 * DAY);
    expect(provider.requests).toBe(requests);
  });
});

describe('a token that could not be saved', () => {
  test('is not used on when the provider has refused it', async () => {
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    device.store.isFull = true;
    const { tokenSet } = await device.broker.tokens.refresh(ref);
    provider.revoke(tokenSet.refresh_token ?? '');
    device.store.isFull = false;
    await device.broker.tokens.refresh(ref).catch(() => undefined);
    await device.clock.advance(MINUTE);
    expect(await device.store.token(id)).toBeUndefined();
  });
});

describe('looking again while a slow provider keeps a look waiting', () => {
  test('does not use up the tries of a refused token', async () => {
    const { id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'says_invalid_grant' };
    await device.clock.advance(HOUR);
    const { requests } = provider;
    provider.slowness = 30_000;
    await device.clock.advance(10 * MINUTE);
    for (let n = 0; n < 6; n += 1) {
      device.broker.tokens.changed();
      await device.clock.advance(SECOND);
    }
    await device.clock.advance(5 * MINUTE);
    expect(provider.requests).toBe(requests + 1);
    expect((await device.store.connection(id))?.revival?.tries).toBe(1);
  });
});

describe('credentials that were put right while a request with the old ones was under way', () => {
  test('are not called refused', async () => {
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    provider.trouble = { kind: 'says_invalid_client' };
    provider.slowness = 5_000;
    const refused = device.broker.tokens.refresh(ref).catch(() => undefined);
    await device.clock.advance(SECOND);
    await device.broker.apps.setCredentials(ref, { clientId: 'client', clientSecret: 'the right one' });
    // The second way to authenticate has begun by then, and is refused as well.
    await device.clock.advance(6 * SECOND);
    provider.trouble = { kind: 'none' };
    await device.clock.advance(MINUTE);
    await refused;
    expect((await device.store.connection(id))?.state).toBe('connected');
  });
});

describe('the clock', () => {
  test('before the build date nothing is judged expired, and the first answer tells the time', async () => {
    const truth = { now: () => BUILT_AT + 100 * DAY + device.clock.monotonic() };
    device = new SimulatedDevice({ clock: new SimulatedClock(0) });
    const { ref, id, provider } = await device.connect('one', {
      accessTokenSeconds: 3600,
      rotates: true,
      trueTime: truth,
    });
    await device.broker.tokens.get(ref);
    await device.clock.advance(2 * HOUR);
    expect(provider.requests).toBeGreaterThan(0);
    expect(provider.accepts((await device.store.token(id))?.access_token ?? '')).toBe(true);
  });

  test.each([-400 * DAY, 400 * DAY])('a step of %i ms harms nothing', async (step) => {
    let offset = 0;
    const truth = { now: () => device.clock.now() - offset };
    const { ref, provider } = await device.connect('one', {
      accessTokenSeconds: 3600,
      rotates: true,
      trueTime: truth,
    });
    await device.broker.tokens.refresh(ref);
    offset = step;
    device.clock.stepWallClock(step);
    for (let hour = 0; hour < 24; hour += 1) {
      await device.clock.advance(HOUR);
      expect(provider.accepts((await device.broker.tokens.get(ref)).tokenSet.access_token)).toBe(true);
    }
    expect(provider.reuses).toBe(0);
  });
});

describe('a full disk', () => {
  test('keeps serving what it received from memory, and writes it when there is room again', async () => {
    const { ref, id, provider } = await device.connect('one', { accessTokenSeconds: 3600, rotates: true });
    device.store.isFull = true;
    await device.clock.advance(6 * HOUR);
    const served = await device.broker.tokens.get(ref);
    expect(provider.accepts(served.tokenSet.access_token)).toBe(true);
    device.store.isFull = false;
    await device.clock.advance(MINUTE);
    expect((await device.store.token(id))?.refresh_token).toBe(served.tokenSet.refresh_token);
    expect(provider.reuses).toBe(0);
  });
});

describe('the end of a grant that is known beforehand', () => {
  test('is announced two weeks ahead, once', async () => {
    const days = 30 * 86_400;
    await device.connect(
      'one',
      { accessTokenSeconds: days, rotates: false },
      { refresh_token_expires_in: days },
    );
    await device.clock.advance(15 * DAY);
    expect(device.reminders).toEqual([]);
    await device.clock.advance(5 * DAY);
    expect(device.reminders).toHaveLength(1);
    expect(device.reminders[0]?.endsAt).toBeGreaterThan(device.clock.now());
  });
});
