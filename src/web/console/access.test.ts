import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { systemRandom } from '../../random.ts';
import { ConsoleAccess } from './access.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PHONE = { address: '192.168.1.9', agent: 'Firefox/1 Android' };

let clock: SimulatedClock;
let access: ConsoleAccess;

beforeEach(() => {
  clock = new SimulatedClock();
  access = new ConsoleAccess({
    clock,
    random: systemRandom,
    lanHost: async () => '192.168.1.20',
    port: () => 36_536,
  });
});

async function code(): Promise<string> {
  return new URL((await access.invite()).url).pathname.split('/').at(-1) ?? '';
}

async function session(agent = PHONE.agent): Promise<string> {
  return access.enter(await code(), { ...PHONE, agent }) ?? '';
}

describe('a one-time link', () => {
  test('leads to the console at the address of the device on the LAN, for five minutes', async () => {
    const { url, expiresAt } = await access.invite();
    expect(url).toMatch(/^http:\/\/192\.168\.1\.20:36536\/console\/open\/[0-9A-HJKMNP-TV-Z]{12}$/);
    expect(expiresAt).toBe(clock.now() + 5 * MINUTE);
  });

  test('is there when it is looked at and opens the console once', async () => {
    const link = await code();
    expect(access.isInvited(link)).toBe(true);
    expect(access.isInvited(link)).toBe(true);
    expect(access.enter(link, PHONE)).toMatch(/^[\w-]{43}$/);
    expect(access.isInvited(link)).toBe(false);
    expect(access.enter(link, PHONE)).toBeUndefined();
  });

  test('ends after five minutes, whatever is done to the wall clock meanwhile', async () => {
    const link = await code();
    clock.stepWallClock(-24 * HOUR);
    await clock.advance(5 * MINUTE - 1);
    expect(access.isInvited(link)).toBe(true);
    await clock.advance(1);
    expect(access.enter(link, PHONE)).toBeUndefined();
  });

  test('ends while the device sleeps', async () => {
    const link = await code();
    clock.suspend(6 * MINUTE);
    expect(access.enter(link, PHONE)).toBeUndefined();
  });

  test('gives way to newer ones where there are too many', async () => {
    const first = await code();
    const others = [];
    for (let made = 0; made < 8; made += 1) others.push(await code());
    expect(access.isInvited(first)).toBe(false);
    expect(others.every((link) => access.isInvited(link))).toBe(true);
  });
});

describe('a session', () => {
  test('is found by its secret, and by nothing that the list shows', async () => {
    const secret = await session();
    const [shown] = access.sessions();
    expect(shown).toMatchObject({
      startedAt: clock.now(),
      lastSeenAt: clock.now(),
      ...PHONE,
    });
    expect(access.sessionOf(secret, true)?.id).toBe(shown?.id);
    expect(JSON.stringify(access.sessions())).not.toContain(secret);
    expect(access.sessionOf(shown?.id ?? '', true)).toBeUndefined();
  });

  test('ends after half an hour without use', async () => {
    const secret = await session();
    await clock.advance(29 * MINUTE);
    expect(access.sessionOf(secret, true)).toBeDefined();
    await clock.advance(29 * MINUTE);
    expect(access.sessionOf(secret, true)).toBeDefined();
    await clock.advance(30 * MINUTE);
    expect(access.sessionOf(secret, true)).toBeUndefined();
    expect(access.sessions()).toEqual([]);
  });

  test('is not kept alive by a page that only follows the news', async () => {
    const secret = await session();
    await clock.advance(20 * MINUTE);
    expect(access.sessionOf(secret, false)).toBeDefined();
    await clock.advance(10 * MINUTE);
    expect(access.sessionOf(secret, false)).toBeUndefined();
  });

  test('ends after twelve hours, however busy it is', async () => {
    const secret = await session();
    for (let quarter = 1; quarter < 48; quarter += 1) {
      await clock.advance(15 * MINUTE);
      expect(access.sessionOf(secret, true)).toBeDefined();
    }
    await clock.advance(15 * MINUTE);
    expect(access.sessionOf(secret, true)).toBeUndefined();
  });

  test('can be ended from the list, once', async () => {
    const secret = await session();
    const [shown] = access.sessions();
    expect(access.revoke(shown?.id ?? '')).toBe(true);
    expect(access.revoke(shown?.id ?? '')).toBe(false);
    expect(access.sessionOf(secret, true)).toBeUndefined();
  });

  test('pushes out the one that was idle longest where there are too many', async () => {
    const secrets = [];
    for (let made = 0; made < 16; made += 1) secrets.push(await session(`browser ${made}`));
    const [first = '', second = ''] = secrets;
    access.sessionOf(first, true);
    await session('one more');
    expect(access.sessionOf(first, false)).toBeDefined();
    expect(access.sessionOf(second, false)).toBeUndefined();
    expect(access.sessions()).toHaveLength(16);
  });

  test('keeps no endless User-Agent', async () => {
    await session('x'.repeat(10_000));
    expect(access.sessions()[0]?.agent.length).toBe(512);
  });

  test('that begins or is ended is told to who listens', async () => {
    let told = 0;
    const stop = access.subscribe(() => (told += 1));
    await session();
    access.revoke(access.sessions()[0]?.id ?? '');
    access.revoke('none');
    stop();
    await session();
    expect(told).toBe(2);
  });
});

describe('a form token', () => {
  test('is good for its own visitor alone, and for this run of the program', () => {
    const one = { kind: 'session', id: 'one' } as const;
    const other = { kind: 'session', id: 'other' } as const;
    const local = { kind: 'local' } as const;
    const token = access.formTokenFor(one);
    expect(access.isFormTokenOf(one, token)).toBe(true);
    expect(access.isFormTokenOf(other, token)).toBe(false);
    expect(access.isFormTokenOf(local, token)).toBe(false);
    expect(access.isFormTokenOf(one, '')).toBe(false);
    expect(access.isFormTokenOf(one, `${token}x`)).toBe(false);
    const restarted = new ConsoleAccess({
      clock,
      random: systemRandom,
      lanHost: async () => '',
      port: () => 1,
    });
    expect(restarted.isFormTokenOf(one, token)).toBe(false);
  });
});
