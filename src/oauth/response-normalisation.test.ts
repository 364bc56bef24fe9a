import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseTokenReply } from './response-normalisation.ts';

const NOW = 1_766_500_000.125;

const tokenSetOf = (body: unknown): unknown => {
  const reply = normaliseTokenReply(typeof body === 'string' ? body : JSON.stringify(body), NOW);
  expect(reply.kind).toBe('token');
  return reply.kind === 'token' ? reply.tokenSet : undefined;
};

describe('a token set', () => {
  it('is kept as it came, with fields that nobody here knows, plus `expires_at`', () => {
    const body = {
      access_token: 'a',
      token_type: 'BeArEr',
      refresh_token: 'r',
      scope: 'x y',
      expires_in: 3600,
      id_token: 'not.a.jwt',
      athlete: { id: 7, tags: [1, null] },
      null_field: null,
    };
    expect(tokenSetOf(body)).toEqual({ ...body, expires_at: NOW + 3600 });
  });

  it('keeps a field named __proto__ as a field', () => {
    const tokenSet = tokenSetOf('{"access_token":"a","__proto__":{"polluted":true}}');
    expect(JSON.stringify(tokenSet)).toContain('"__proto__":{"polluted":true}');
    expect(Object.getPrototypeOf(tokenSet)).toBe(Object.prototype);
  });

  it('may come form-encoded', () => {
    expect(tokenSetOf('access_token=gho_1%2B2&scope=repo%2Cgist&token_type=bearer&expires_in=28800')).toEqual(
      {
        access_token: 'gho_1+2',
        scope: 'repo,gist',
        token_type: 'bearer',
        expires_in: 28_800,
        expires_at: NOW + 28_800,
      },
    );
  });

  it('may come after a byte order mark', () => {
    expect(tokenSetOf('\uFEFF{"access_token":"a"}')).toEqual({ access_token: 'a' });
  });

  it('may have no token type', () => {
    expect(tokenSetOf({ access_token: 'a', token_type: null })).toEqual({ access_token: 'a' });
  });

  it('has no refresh token where the provider sends null or nothing in it', () => {
    expect(tokenSetOf({ access_token: 'a', refresh_token: null })).toEqual({ access_token: 'a' });
    expect(tokenSetOf({ access_token: 'a', refresh_token: '' })).toEqual({ access_token: 'a' });
  });

  it('has its scopes in one string also where they come as an array', () => {
    expect(tokenSetOf({ access_token: 'a', scope: ['x', 'y'] })).toEqual({ access_token: 'a', scope: 'x y' });
    expect(tokenSetOf({ access_token: 'a', scope: [1] })).toEqual({ access_token: 'a' });
  });
});

describe('`expires_in`', () => {
  it.each([3600, 0.5, '3600', '3600.5'])('%j counts', (expiresIn) => {
    expect(tokenSetOf({ access_token: 'a', expires_in: expiresIn })).toEqual({
      access_token: 'a',
      expires_in: Number(expiresIn),
      expires_at: NOW + Number(expiresIn),
    });
  });

  it.each(['3600abc', '', 'never', '0x10', '1e3', ' 3600', '-1', -1, 0, '0', null, true, {}, []])(
    '%j says nothing: the token is kept, without expiry',
    (expiresIn) => {
      expect(tokenSetOf({ access_token: 'a', expires_in: expiresIn })).toEqual({ access_token: 'a' });
    },
  );

  it('beyond all numbers says nothing', () => {
    expect(tokenSetOf('{"access_token":"a","expires_in":1e999}')).toEqual({ access_token: 'a' });
    expect(tokenSetOf({ access_token: 'a', expires_in: '9'.repeat(400) })).toEqual({ access_token: 'a' });
  });
});

describe('`expires_at`', () => {
  it('of the provider stays, also as a string', () => {
    expect(tokenSetOf({ access_token: 'a', expires_in: 60, expires_at: 1_800_000_000 })).toMatchObject({
      expires_at: 1_800_000_000,
    });
    expect(tokenSetOf({ access_token: 'a', expires_at: '1800000000' })).toMatchObject({
      expires_at: 1_800_000_000,
    });
  });

  it('as a date is read', () => {
    expect(tokenSetOf({ access_token: 'a', expires_at: '2027-01-15T08:00:00Z' })).toMatchObject({
      expires_at: 1_800_000_000,
    });
  });

  it('as garbage is made from `expires_in`', () => {
    expect(tokenSetOf({ access_token: 'a', expires_in: 60, expires_at: 'soon' })).toMatchObject({
      expires_at: NOW + 60,
    });
  });
});

describe('an error', () => {
  it.each([
    ['JSON', '{"error":"invalid_grant","error_description":"x"}', 'invalid_grant'],
    ['a form', 'error=invalid_scope&error_description=no', 'invalid_scope'],
    ["GitHub's word for a bad code", '{"error":"bad_verification_code"}', 'invalid_grant'],
    ["GitHub's word for a bad refresh token", 'error=bad_refresh_token', 'invalid_grant'],
    ["GitHub's word for a bad secret", '{"error":"incorrect_client_credentials"}', 'invalid_client'],
    ['beside a token', '{"error":"invalid_scope","access_token":"a"}', 'invalid_scope'],
    ['named like a member of every object', '{"error":"constructor"}', 'constructor'],
  ])('in %s is one', (_form, body, error) => {
    expect(normaliseTokenReply(body, NOW)).toEqual({ kind: 'error', error });
  });

  it('that is null or empty is none', () => {
    expect(tokenSetOf({ access_token: 'a', error: null })).toMatchObject({ access_token: 'a' });
    expect(tokenSetOf({ access_token: 'a', error: '' })).toMatchObject({ access_token: 'a' });
  });
});

describe('unreadable', () => {
  it.each([
    '',
    '<!doctype html><p>access_token=x',
    'access_token',
    'hello=world',
    '[{"access_token":"a"}]',
    '"access_token=a"',
    'null',
    '{"access_token":"a"',
    '{"access_token":""}',
    '{"access_token":12}',
    '{"access_token":null}',
    '{}',
    '{"error":{"code":400}}',
  ])('is %j', (body) => {
    expect(normaliseTokenReply(body, NOW)).toEqual({ kind: 'unreadable' });
  });

  it('or something else, but never an exception, whatever arrives', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        expect(normaliseTokenReply(body, NOW).kind).toMatch(/^(token|error|unreadable)$/);
      }),
    );
  });
});
