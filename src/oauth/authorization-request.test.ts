import fc from 'fast-check';
import { expect, it } from 'vitest';
import { authorizationUrl } from './authorization-request.ts';
import type { AuthorizationServer } from './types.ts';

const REQUEST = {
  redirectUri: 'http://127.0.0.1:36536/auth/callback/skill_app',
  state: 'the-state',
  codeChallenge: 'the-challenge',
};
const CLIENT = { clientId: 'the-client' };

const server = (authorizationEndpoint: string): AuthorizationServer => ({
  authorizationEndpoint,
  tokenEndpoint: 'https://example.com/token',
});

it('has the parameters of the protocol, and the one that the Python plugin sent', () => {
  const url = authorizationUrl(server('https://example.com/authorize'), CLIENT, {
    ...REQUEST,
    scope: 'read write',
  });
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    show_dialog: 'True',
    response_type: 'code',
    client_id: 'the-client',
    redirect_uri: REQUEST.redirectUri,
    scope: 'read write',
    state: 'the-state',
    code_challenge: 'the-challenge',
    code_challenge_method: 'S256',
  });
});

it('leaves out a scope that nobody asked for', () => {
  for (const scope of [{}, { scope: '' }]) {
    const url = authorizationUrl(server('https://example.com/authorize'), CLIENT, { ...REQUEST, ...scope });
    expect(new URL(url).searchParams.has('scope')).toBe(false);
  }
});

it('adds what the provider wants besides, but lets nothing override the protocol', () => {
  const extraParams = { access_type: 'offline', state: 'forged', show_dialog: 'False' };
  const url = authorizationUrl(server('https://example.com/authorize'), CLIENT, { ...REQUEST, extraParams });
  const { searchParams } = new URL(url);
  expect(searchParams.get('access_type')).toBe('offline');
  expect(searchParams.getAll('state')).toEqual(['the-state']);
  expect(searchParams.get('show_dialog')).toBe('False');
});

it('carries any client id, scope and redirect URI unchanged', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(text, text, text, (clientId, scope, redirectUri) => {
      const url = authorizationUrl(
        server('https://example.com/authorize'),
        { clientId },
        { ...REQUEST, scope, redirectUri },
      );
      const { searchParams } = new URL(url);
      expect(searchParams.get('client_id')).toBe(clientId);
      expect(searchParams.get('scope')).toBe(scope);
      expect(searchParams.get('redirect_uri')).toBe(redirectUri);
    }),
  );
});
