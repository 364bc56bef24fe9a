import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizationUrl } from '../oauth/authorization-request.ts';
import type { App } from '../store/records.ts';
import { AuthorizationUrls } from './authorization-urls.ts';

const REDIRECT_URI = 'http://127.0.0.1:36536/auth/callback/skill_app';
/** Only its identity counts here. */
const app = { mungedId: 'skill_app' } as App;

interface Variables {
  readonly state: string;
  readonly codeChallenge?: string;
}

const builder =
  (authorizationEndpoint: string, extraParams = {}) =>
  (variables: Variables): string => {
    const server = { authorizationEndpoint, tokenEndpoint: '' };
    const client = { clientId: 'the client' };
    return authorizationUrl(server, client, { redirectUri: REDIRECT_URI, extraParams, ...variables });
  };

const text = fc.stringMatching(/^[\w.-]{1,43}$/);

describe('a URL from the template is the one that would have been built', () => {
  test.each([
    ['of a plain endpoint', builder('https://provider.example/authorize')],
    ['of one with a query', builder('https://provider.example/authorize?tenant=a%20b&x')],
    [
      'of one whose query has a state of its own',
      builder('https://provider.example/authorize?state=mine&a=b'),
    ],
    ['of one whose query has a challenge before the state', builder('https://p.example/?code_challenge=x')],
    ['with parameters that look like stand-ins', builder('https://p.example/', { a: '__state__' })],
  ])('%s', (_what, build) => {
    const urls = new AuthorizationUrls();
    fc.assert(
      fc.property(text, text, fc.boolean(), (state, codeChallenge, hasChallenge) => {
        const variables = { state, ...(hasChallenge ? { codeChallenge } : {}) };
        const which = { ...app, isPublic: hasChallenge };
        expect(urls.of(which, REDIRECT_URI, variables, build)).toBe(build(variables));
        expect(urls.of(which, REDIRECT_URI, variables, build)).toBe(build(variables));
      }),
    );
  });

  test('also for a state that needs an escape', () => {
    const build = builder('https://provider.example/authorize');
    const variables = { state: 'a b&c=d' };
    expect(new AuthorizationUrls().of(app, REDIRECT_URI, variables, build)).toBe(build(variables));
  });
});

test('a template serves one redirect URI', () => {
  const urls = new AuthorizationUrls();
  const at = (redirectUri: string): string =>
    urls.of(app, redirectUri, { state: 's' }, ({ state }) => `${redirectUri}?state=${state}`);
  expect([at('http://one'), at('http://two'), at('http://one')]).toEqual([
    'http://one?state=s',
    'http://two?state=s',
    'http://one?state=s',
  ]);
});
