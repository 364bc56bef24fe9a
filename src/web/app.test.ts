import { describe, expect, test } from 'vitest';
import { LINK_CODE, webAppForTest } from '../../test/support/web-app.ts';
import { OAuthBrokerError } from '../errors.ts';
import { script, style } from './assets/index.ts';

const PAGES = ['/', `/s/${LINK_CODE}`, '/s/0000000000', '/nothing', '/auth/result/none', '/auth/callback/'];

describe('every answer', () => {
  test.each([...PAGES, style.path, script.path, `/s/${LINK_CODE}/status`])(
    '%s carries the headers that keep other sites out',
    async (path) => {
      const { headers } = await webAppForTest().ask(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );

  test.each(PAGES)(
    '%s is kept by no cache and tells no other site where the user came from',
    async (path) => {
      const { headers } = await webAppForTest().ask(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(['no-referrer', 'same-origin']).toContain(headers.get('referrer-policy'));
    },
  );

  test('to a page with a form has the referrer policy under which its Origin is sent', async () => {
    const { ask } = webAppForTest();
    expect((await ask(`/s/${LINK_CODE}`)).headers.get('referrer-policy')).toBe('same-origin');
    expect((await ask('/')).headers.get('referrer-policy')).toBe('no-referrer');
  });

  test.each(PAGES)(
    '%s is a page in the language it names, with no script or style of its own',
    async (path) => {
      const page = await (await webAppForTest().ask(path)).text();
      expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(page).not.toMatch(/<script(?! defer src="\/assets\/)|<style|\sstyle=|\son\w+=/);
      expect(page).not.toMatch(/(src|href)="(?!\/assets\/)/);
    },
  );

  test('to HEAD is that to GET without its body', async () => {
    const { ask } = webAppForTest();
    for (const path of [...PAGES, style.path, `/s/${LINK_CODE}/status`]) {
      const get = await ask(path);
      const head = await ask(path, { method: 'HEAD' });
      expect([path, head.status, await head.text()]).toEqual([path, get.status, '']);
      expect(head.headers.get('content-security-policy')).toBe(get.headers.get('content-security-policy'));
    }
  });

  test('is closed for every path that no route names', async () => {
    const { ask } = webAppForTest();
    for (const path of [
      '/nothing',
      '/s',
      '/s/',
      '/auth',
      '/auth/callback',
      '/auth/result/',
      '/assets/',
      '/S/A/status',
      '/.env',
    ]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
  });

  test('is 405 with the methods that there are for any other method', async () => {
    const { ask } = webAppForTest();
    for (const [path, allow] of [
      ['/', 'GET, HEAD'],
      [style.path, 'GET, HEAD'],
      ['/auth/callback/x', 'GET, HEAD'],
      ['/auth/result/x', 'GET, HEAD'],
      [`/s/${LINK_CODE}`, 'GET, HEAD, POST'],
      [`/s/${LINK_CODE}/events`, 'GET, HEAD'],
    ] as const) {
      for (const method of [
        'PUT',
        'DELETE',
        'PATCH',
        'OPTIONS',
        'PROPFIND',
        ...(allow.includes('POST') ? [] : ['POST']),
      ]) {
        const answer = await ask(path, { method });
        expect([path, method, answer.status, answer.headers.get('allow')]).toEqual([
          path,
          method,
          405,
          allow,
        ]);
      }
    }
  });

  test('to who asks for JSON is JSON, errors as on the bus', async () => {
    const answer = await webAppForTest().ask('/nothing', { headers: { accept: 'application/json' } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      error_code: 'not_found',
      error: 'There is nothing at this address.',
      hint: 'Check the address, or ask the device for a new code.',
    });
  });

  test('is a page with a sentence for whatever is thrown, an Error or not', async () => {
    for (const thrown of [new Error('secret in a message'), 'a string', undefined, null, { code: 'x' }]) {
      const { ask, signIn, log } = webAppForTest();
      signIn.landing = () => Promise.reject(thrown);
      const answer = await ask(`/s/${LINK_CODE}`);
      expect(answer.status).toBe(500);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      const page = await answer.text();
      expect(page).toContain('Something went wrong here.');
      expect(page).toContain('<code>internal</code>');
      expect(page + JSON.stringify(log.lines)).not.toContain('secret in a message');
    }
  });
});

describe('the style and the script', () => {
  test('are kept for ever under a path that changes with what they hold', async () => {
    const { ask } = webAppForTest();
    for (const { path, etag, type } of [style, script]) {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(answer.headers.get('content-type')).toBe(type);
      expect(answer.headers.get('etag')).toBe(etag);
      const again = await ask(path, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });
});

describe('the log', () => {
  test('names routes, never a query, an id or a link code', async () => {
    const { ask, signIn, log } = webAppForTest();
    await ask('/auth/callback/some_id?code=the-code&state=the-state');
    await ask(`/s/${LINK_CODE}`);
    signIn.refusal = new OAuthBrokerError('access_denied');
    await ask('/auth/callback/some_id?error=access_denied&state=the-state');
    const text = JSON.stringify(log.lines);
    expect(text).not.toMatch(/the-code|the-state|some_id|ABCDEF1234/);
    expect(log.lines.map(({ fields }) => [fields.method, fields.path, fields.status])).toEqual([
      ['GET', '/auth/callback/*', 303],
      ['GET', '/s/:code', 200],
      ['GET', '/auth/callback/*', 303],
    ]);
  });
});
