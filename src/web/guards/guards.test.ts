import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { LINK_CODE, webAppForTest } from '../../../test/support/web-app.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { partyOf, plainAddress } from './address.ts';
import { isOwnHost } from './host.ts';
import { TokenBuckets } from '../../token-buckets.ts';

describe('the Host allow-list', () => {
  const names = {
    hostname: 'Mark2',
    lanHost: 'voice.example:8080',
    addresses: () => ['192.168.1.20', 'fe80::1%eth0', 'FD00:0:0::20'],
  };

  test.each([
    'localhost',
    'localhost:36536',
    'LOCALHOST.',
    '127.0.0.1',
    '127.8.9.10:80',
    '[::1]:36536',
    '0.0.0.0:36536',
    '192.168.1.20:36536',
    '192.168.1.20',
    '[fe80::1]:36536',
    '[fd00::20]',
    'mark2:36536',
    'mark2.local',
    'MARK2.LOCAL.:36536',
    'voice.example',
    'voice.example:36536',
  ])('takes %s', (host) => {
    expect(isOwnHost(host, names)).toBe(true);
  });

  test.each([
    '',
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example:127',
    '192.168.1.21',
    'mark2.evil.example',
    'evil-mark2.local',
    'xmark2',
    '[::2]',
    '127.0.0.1@evil.example',
    'evil.example#localhost',
    'evil.example/localhost',
    'localhost, evil.example',
    'local host',
    ':36536',
    'localhost:port',
  ])('refuses %j', (host) => {
    expect(isOwnHost(host, names)).toBe(false);
  });

  test('refuses a request that names another host in its target or its header, on every path', async () => {
    const { app, signIn } = webAppForTest();
    for (const path of ['/', `/s/${LINK_CODE}`, '/auth/callback/a_b?code=c&state=s', '/nothing']) {
      const byTarget = await app.request(`http://evil.example${path}`);
      const byHeader = await app.request(`http://localhost${path}`, { headers: { host: 'evil.example' } });
      expect([path, byTarget.status, byHeader.status]).toEqual([path, 421, 421]);
    }
    expect(signIn.completed).toEqual([]);
  });

  test('follows the addresses that the device has at that moment', async () => {
    const addresses = ['192.168.1.20'];
    const { app } = webAppForTest({ hosts: { hostname: 'mark2', addresses: () => addresses } });
    expect((await app.request('http://10.0.0.5/')).status).toBe(421);
    addresses.push('10.0.0.5');
    expect((await app.request('http://10.0.0.5/')).status).toBe(200);
  });
});

describe('the size of a request', () => {
  test('may be 8192 characters of URL, which is more than any provider sends', async () => {
    const { ask, signIn } = webAppForTest();
    const url = (length: number): string => `/auth/callback/a_b?code=${'c'.repeat(length - 46)}`;
    expect((await ask(url(8192))).status).toBe(303);
    expect((await ask(url(8193))).status).toBe(413);
    expect(signIn.completed.length).toBe(1);
  });

  test('may be 16 KiB of body for a POST whose length is given, nothing else', async () => {
    const { ask } = webAppForTest();
    const post = (headers: Record<string, string>): Promise<Response> =>
      ask(`/s/${LINK_CODE}`, { method: 'POST', headers });
    expect((await post({ 'content-length': '16384' })).status).toBe(200);
    const refused = await post({ 'content-length': '16385' });
    expect([refused.status, refused.headers.get('connection')]).toEqual([413, 'close']);
    expect((await post({ 'transfer-encoding': 'chunked' })).status).toBe(413);
    expect((await ask('/', { headers: { 'content-length': '1' } })).status).toBe(413);
  });
});

describe('the request rate', () => {
  test('allows a burst and refuses what follows, with when to come back', async () => {
    const { ask, clock } = webAppForTest();
    for (let load = 0; load < 300; load += 1) expect((await ask('/')).status).toBe(200);
    const refused = await ask('/');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.text()).toContain('Too many requests.');
    await clock.advance(1000);
    expect((await ask('/')).status).toBe(200);
  });

  test('is counted by address, an IPv6 network being one', async () => {
    const { ask } = webAppForTest();
    for (let load = 0; load < 300; load += 1) await ask('/', {}, `fd00:1:2:3::${load.toString(16)}`);
    expect((await ask('/', {}, 'fd00:1:2:3:ffff::1')).status).toBe(429);
    expect((await ask('/', {}, 'fd00:1:2:4::1')).status).toBe(200);
  });

  test('is limited for all addresses together', async () => {
    const { ask } = webAppForTest();
    for (let load = 0; load < 1200; load += 1) await ask('/', {}, `10.0.${load % 100}.1`);
    expect((await ask('/', {}, '10.1.0.1')).status).toBe(429);
  });

  test('spares the callback and its result', async () => {
    const { ask } = webAppForTest();
    for (let load = 0; load < 301; load += 1) await ask('/');
    const answer = await ask('/auth/callback/a_b?code=c&state=s');
    expect(answer.status).toBe(303);
    expect((await ask(answer.headers.get('location') ?? '')).status).toBe(200);
  });
});

describe('answers that nobody waits for', () => {
  const CALLBACK = '/auth/callback/a_b?code=c&state=s';

  test.each([CALLBACK, '/auth/relay?code=c&state=s'])(
    'at %s tire after sixty, from one address',
    async (path) => {
      const { ask, signIn, clock } = webAppForTest();
      signIn.refusal = new OAuthBrokerError('attempt_unknown');
      for (let miss = 0; miss < 60; miss += 1) expect((await ask(path)).status).toBe(303);
      const refused = await ask(path);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
      expect((await ask(path, {}, '192.168.1.77')).status).toBe(303);
      await clock.advance(2_000);
      expect((await ask(path)).status).toBe(303);
    },
  );

  test('never keep one out that is waited for, be it from the same address', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.refusal = new OAuthBrokerError('attempt_unknown');
    for (let miss = 0; miss < 500; miss += 1) await ask(CALLBACK);
    signIn.refusal = undefined;
    const answer = await ask(CALLBACK);
    expect(answer.status).toBe(303);
    expect((await ask(answer.headers.get('location') ?? '')).status).toBe(200);
  });

  test('do not push the results of others out', async () => {
    const { ask, signIn } = webAppForTest();
    const result = (await ask(CALLBACK)).headers.get('location') ?? '';
    signIn.refusal = new OAuthBrokerError('attempt_unknown');
    for (let miss = 0; miss < 1_000; miss += 1) await ask(CALLBACK);
    expect((await ask(result)).status).toBe(200);
  });

  test('are told from a provider’s no, which counts for nothing', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.refusal = new OAuthBrokerError('access_denied');
    for (let times = 0; times < 100; times += 1) expect((await ask(CALLBACK)).status).toBe(303);
  });
});

describe('token buckets', () => {
  test('fill up again with time, up to the burst', async () => {
    const clock = new SimulatedClock();
    const buckets = new TokenBuckets({ burst: 2, perSecond: 0.1 }, clock);
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 10]);
    expect(buckets.take('b')).toBe(0);
    await clock.advance(4000);
    expect(buckets.wait('a')).toBe(6);
    await clock.advance(3_600_000);
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 10]);
  });

  test('hold no more keys than they may, the quietest going first', () => {
    const buckets = new TokenBuckets({ burst: 1, perSecond: 0.1 }, new SimulatedClock(), 3);
    for (const key of ['a', 'b', 'c', 'd']) buckets.take(key);
    expect(['a', 'b', 'c', 'd'].map((key) => buckets.wait(key))).toEqual([0, 10, 10, 10]);
  });
});

describe('an address', () => {
  test('of IPv4 on a dual-stack socket is that of IPv4', () => {
    expect(plainAddress('::ffff:192.168.1.9')).toBe('192.168.1.9');
    expect(plainAddress('::FFFF:10.0.0.1')).toBe('10.0.0.1');
    expect(plainAddress('fe80::1')).toBe('fe80::1');
    expect(plainAddress('192.168.1.9')).toBe('192.168.1.9');
  });

  test('of IPv6 counts by its network, however it is written', () => {
    expect(partyOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
    expect(partyOf('2001:0db8:0001:0002::9')).toBe('2001:db8:1:2');
    expect(partyOf('2001:db8::1')).toBe('2001:db8:0:0');
    expect(partyOf('fe80::1%eth0')).toBe('fe80:0:0:0');
    expect(partyOf('::1')).toBe('0:0:0:0');
    expect(partyOf('192.168.1.9')).toBe('192.168.1.9');
    expect(partyOf(undefined)).toBe('');
  });
});
