import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OAuthBrokerError } from '../errors.ts';
import { parseEndpoint } from './endpoint.ts';

describe('an endpoint is taken as it was written', () => {
  it.each([
    'https://accounts.spotify.com/authorize',
    'https://accounts.spotify.com/api/token',
    'http://192.168.1.20:8123/auth/authorize',
    'https://example.com/authorize?tenant=a&prompt=login',
    'https://example.com/a//b',
  ])('%s', (endpoint) => {
    expect(parseEndpoint('auth_endpoint', endpoint)).toBe(endpoint);
  });
});

describe('an endpoint is tidied', () => {
  it.each([
    [
      'a missing scheme on the home network is http',
      'homeassistant.local:8123/auth/authorize',
      'http://homeassistant.local:8123/auth/authorize',
    ],
    ['so it is for an address', '192.168.1.20:8123/auth/token', 'http://192.168.1.20:8123/auth/token'],
    ['and for one of IPv6', '[fd00::1]:8123/auth/token', 'http://[fd00::1]:8123/auth/token'],
    ['and for a short name', 'localhost:8123', 'http://localhost:8123/'],
    ['elsewhere it is https', 'ha.example.com/auth/token', 'https://ha.example.com/auth/token'],
    [
      'a port that is the default of https stays where http is meant',
      'ha.local:443/auth',
      'http://ha.local:443/auth',
    ],
    [
      'double slashes that a trailing slash left behind go',
      'http://ha.local:8123//auth/authorize',
      'http://ha.local:8123/auth/authorize',
    ],
    ['also without a scheme', 'ha.local:8123//auth/token', 'http://ha.local:8123/auth/token'],
    ['white space around it goes', '  https://example.com/token\n', 'https://example.com/token'],
    ['the scheme may be in capitals', 'HTTPS://Example.com/Token', 'https://example.com/Token'],
  ])('%s', (_rule, written, tidied) => {
    expect(parseEndpoint('auth_endpoint', written)).toBe(tidied);
  });

  it('once: an endpoint that was tidied stays as it is', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (url) => {
        const once = parseEndpoint('auth_endpoint', url);
        expect(parseEndpoint('auth_endpoint', once)).toBe(once);
      }),
    );
  });
});

describe('an endpoint is refused', () => {
  it.each([
    ['javascript', 'javascript:alert(1)'],
    ['javascript in disguise', 'JaVaScRiPt://example.com/%0aalert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['a file, short', 'file:/etc/passwd'],
    ['data', 'data:text/html,x'],
    ['another scheme', 'ftp://example.com/token'],
    ['a WebSocket', 'ws://example.com/token'],
    ['a scheme without slashes', 'https:example.com'],
    ['nothing', ''],
    ['blanks', '   '],
    ['a bare path', '/auth/authorize'],
    ['a path that looks like a host', '//auth/authorize'],
    ['a host that is missing', 'https:///token'],
    ['a host that is missing before its port', 'https://:80/token'],
    ['user info', 'https://user:secret@example.com/token'],
    ['a user', 'https://user@example.com/token'],
    ['user info without a scheme', 'user@example.com/token'],
    ['a fragment', 'https://example.com/token#x'],
    ['an empty fragment', 'https://example.com/token#'],
    ['a line break', 'https://example.com/to\nken'],
    ['a null character', 'https://example.com/\u0000'],
    ['a C1 control character', 'https://example.com/\u0085'],
    ['a blank', 'https://example.com/to ken'],
    ['a backslash', 'https://example.com\\@evil.example/'],
    ['a port that is none', 'https://example.com:99999/token'],
    ['an address that is none', 'http://300.300.300.300/token'],
    ['brackets that hold no IPv6', 'http://[nonsense]/token'],
    ['more than 2048 characters', `https://example.com/${'x'.repeat(2048)}`],
  ])('%s', (_what, endpoint) => {
    expect(() => parseEndpoint('token_endpoint', endpoint)).toThrow(
      new OAuthBrokerError('endpoint_invalid', { field: 'token_endpoint' }),
    );
  });

  it.each(['http://example.com/token', 'http://8.8.8.8/', 'HTTP://accounts.example.com:8080/authorize'])(
    'where it would go over the open Internet in the clear: %s',
    (endpoint) => {
      expect(() => parseEndpoint('token_endpoint', endpoint)).toThrow(
        new OAuthBrokerError('endpoint_insecure', {
          field: 'token_endpoint',
          host: new URL(endpoint).host,
        }),
      );
    },
  );

  it('and never with another error, whatever was written', () => {
    const outcomeOf = (text: string): unknown => {
      try {
        return parseEndpoint('auth_endpoint', text);
      } catch (thrown) {
        return thrown instanceof OAuthBrokerError ? 'https://refused.example/' : thrown;
      }
    };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(outcomeOf(text)).toMatch(/^https?:\/\/[^/]/);
      }),
    );
  });
});
