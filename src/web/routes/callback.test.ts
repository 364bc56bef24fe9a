import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { webAppForTest } from '../../../test/support/web-app.ts';
import { ERROR_KINDS, type ErrorCode, OAuthBrokerError } from '../../errors.ts';
import { words as english } from '../../locale/en/index.ts';
import { httpStatusOf } from '../http-status.ts';

type Ask = ReturnType<typeof webAppForTest>['ask'];

/** Follows the callback to its result page. */
async function resultOf(ask: Ask, callback: string, init?: RequestInit): Promise<Response> {
  const answer = await ask(callback, init);
  expect(answer.status).toBe(303);
  return ask(answer.headers.get('location') ?? '');
}

describe('the callback', () => {
  test('hands the answer of the provider to the broker as it came', async () => {
    const { ask, signIn } = webAppForTest();
    await ask('/auth/callback/skill_app?code=a%2Bb&state=s&storeToken=true&code=2');
    const [response] = signIn.completed;
    expect(response?.mungedId).toBe('skill_app');
    expect(response?.params.toString()).toBe('code=a%2Bb&state=s&storeToken=true&code=2');
    expect(response?.browser).toBeUndefined();
  });

  test.each([
    'a/b_../c',
    '.._..',
    '%_%2F',
    '100%_ü',
    'naïve_日本語',
    'new\nline_\u0000',
    '__proto___x',
    'a b_c?d#e',
    '😀_\\',
  ])('takes the id %j back out of the path as the redirect address has it', async (mungedId) => {
    const { ask, signIn } = webAppForTest();
    await ask(`/auth/callback/${encodeURIComponent(mungedId)}?code=c&state=s`);
    expect(signIn.completed[0]?.mungedId).toBe(mungedId);
  });

  test('takes every id back that is text', async () => {
    const { ask, signIn } = webAppForTest();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), async (id) => {
        await ask(`/auth/callback/${encodeURIComponent(`${id}_app`)}?code=c`);
        expect(signIn.completed.at(-1)?.mungedId).toBe(`${id}_app`);
      }),
      { numRuns: 200 },
    );
  });

  test('takes a slash that a provider has decoded as part of the id', async () => {
    const { ask, signIn } = webAppForTest();
    await ask('/auth/callback/a/b_c?code=c');
    expect(signIn.completed[0]?.mungedId).toBe('a/b_c');
  });

  test('is nothing without an id, or with one that is not UTF-8', async () => {
    const { ask, signIn } = webAppForTest();
    for (const path of [
      '/auth/callback/',
      '/auth/callback/%ff?code=c',
      '/auth/callback/%E0%A4?code=c',
      '/auth/callback/%?code=c',
    ]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
    expect(signIn.completed).toEqual([]);
  });

  test('hands over the cookie of the browser, and nothing else that goes by its name', async () => {
    const { ask, signIn } = webAppForTest();
    const cookie = 'A'.repeat(22);
    await ask('/auth/callback/a_b', { headers: { cookie: `other=1; ovos_oauth_browser=${cookie}` } });
    await ask('/auth/callback/a_b', { headers: { cookie: 'ovos_oauth_browser=short' } });
    expect(signIn.completed.map(({ browser }) => browser)).toEqual([cookie, undefined]);
  });

  test('is not spent by HEAD', async () => {
    const { ask, signIn } = webAppForTest();
    expect((await ask('/auth/callback/a_b?code=c&state=s', { method: 'HEAD' })).status).toBe(200);
    expect(signIn.completed).toEqual([]);
  });

  test('sends the browser to an address without the code, and keeps it out of the page (RFC 6749 §3.1.2.5)', async () => {
    const { ask, signIn } = webAppForTest();
    const hostile = '"><script>alert(1)</script>';
    const query = new URLSearchParams({
      code: 'the-code',
      state: 'the-state',
      error_description: hostile,
      extra: 'the-extra',
    });
    const answer = await ask(`/auth/callback/a_b?${query.toString()}`);
    expect(answer.headers.get('location')).toMatch(/^\/auth\/result\/[\w-]{22}$/);
    signIn.refusal = new OAuthBrokerError('access_denied');
    for (const page of [
      await (await ask(answer.headers.get('location') ?? '')).text(),
      await (await resultOf(ask, `/auth/callback/a_b?error=access_denied&${query.toString()}`)).text(),
    ]) {
      expect(page).not.toMatch(/the-code|the-state|the-extra|alert|the-access-token/);
    }
  });

  test('is never slowed down, however often it is called', async () => {
    const { ask } = webAppForTest();
    const answers = await Promise.all(
      Array.from({ length: 2000 }, () => ask('/auth/callback/a_b?code=c&state=s')),
    );
    expect(answers.every(({ status }) => status === 303)).toBe(true);
  });
});

describe('the result page', () => {
  test('says that the sign-in worked, by the names of skill and provider, also after a reload', async () => {
    const { ask } = webAppForTest();
    const { headers } = await ask('/auth/callback/a_b?code=c&state=s');
    for (const load of [1, 2]) {
      const answer = await ask(headers.get('location') ?? '');
      expect([load, answer.status]).toEqual([load, 200]);
      const page = await answer.text();
      expect(page).toContain('<h1>Connected</h1>');
      expect(page).toContain('ovos-skill-music.openvoiceos can now use accounts.music.example.');
    }
  });

  test('is gone after ten minutes', async () => {
    const { ask, clock } = webAppForTest();
    const { headers } = await ask('/auth/callback/a_b?code=c&state=s');
    await clock.advance(600_000);
    expect((await ask(headers.get('location') ?? '')).status).toBe(404);
  });

  test('is kept for the last 256 sign-ins only', async () => {
    const { ask } = webAppForTest();
    const first = (await ask('/auth/callback/a_b?code=c')).headers.get('location') ?? '';
    for (let more = 0; more < 255; more += 1) await ask('/auth/callback/a_b?code=c');
    expect((await ask(first)).status).toBe(200);
    await ask('/auth/callback/a_b?code=c');
    expect((await ask(first)).status).toBe(404);
  });

  test.each(Object.keys(ERROR_KINDS) as ErrorCode[])(
    'has a sentence, a code and a status of failure for %s',
    async (code) => {
      const { ask, signIn } = webAppForTest();
      const gaps = [...english.errors[code].matchAll(/\{(\w+)\}/g)].map(([, gap = '']) => gap);
      const details: Record<string, string> = {};
      for (const gap of gaps) if (gap !== 'app' && gap !== 'provider') details[gap] = 'x';
      signIn.refusal = new OAuthBrokerError(code, details);
      const answer = await resultOf(ask, '/auth/callback/skill_app?code=c&state=s');
      expect(answer.status).toBe(httpStatusOf(code));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      const page = await answer.text();
      expect(page).toContain(`<code>${code}</code>`);
      expect(page).not.toMatch(/\{\w+\}/);
      const words = english.pages.failed;
      expect(page).toContain(`<h1>${words.headings[code] ?? words.heading}</h1>`);
    },
  );

  test('tells a declined, expired, used, unknown and failed sign-in apart', async () => {
    for (const [code, status, heading] of [
      ['access_denied', 403, 'Sign-in declined'],
      ['attempt_expired', 410, 'Too late'],
      ['attempt_used', 410, 'Already used'],
      ['attempt_unknown', 400, 'Sign-in not known'],
      ['provider_unreachable', 502, 'That did not work'],
      ['provider_timeout', 504, 'That did not work'],
    ] as const) {
      const { ask, signIn } = webAppForTest();
      signIn.refusal = new OAuthBrokerError(code);
      const answer = await resultOf(ask, '/auth/callback/a_b?code=c');
      expect([code, answer.status]).toEqual([code, status]);
      expect(await answer.text()).toContain(`<h1>${heading}</h1>`);
    }
  });

  test('says that it worked when the answer comes a second time after it did', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.refusal = new OAuthBrokerError('attempt_used', {
      outcome: 'connected',
      provider: 'music.example',
    });
    const answer = await resultOf(ask, '/auth/callback/a_b?code=c&state=s');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<h1>Connected</h1>');
  });

  test('shows the details of an error escaped and without control characters', async () => {
    const { ask, signIn } = webAppForTest();
    signIn.refusal = new OAuthBrokerError('provider_error', { provider: '<img src=x>\u202Eevil\u0007' });
    const page = await (await resultOf(ask, '/auth/callback/a_b?code=c')).text();
    expect(page).toContain('&lt;img src=x&gt;\uFFFDevil\uFFFD reported an error.');
  });
});
