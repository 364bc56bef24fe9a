import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asBrokerError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { INCOMING, type IncomingTopic, readData } from './incoming.ts';

const ids = { skill_id: 'my_skill_id', app_id: 'my_app_id' };
const registration = {
  ...ids,
  auth_endpoint: 'https://example.com/auth',
  token_endpoint: 'https://example.com/auth/token',
};

function refusedField(topic: IncomingTopic, data: JsonObject): string | number | undefined {
  try {
    readData(topic, data);
  } catch (error) {
    const { code, details } = asBrokerError(error);
    return code === 'invalid_request' ? details['field'] : code;
  }
  return undefined;
}

/** What a registration without any of the newer fields says of them. */
const unsaid = {
  revocation_endpoint: null,
  device_authorization_endpoint: null,
  provider: null,
  provider_parameters: {},
  issuer: null,
  pkce: null,
  extra_params: {},
  resource: null,
  dpop: false,
};

describe('a registration', () => {
  test("of the seed's example is read field by field", () => {
    const sent = {
      ...registration,
      client_id: 'http://192.168.1.5:36536',
      client_secret: 'my_client_secret',
      refresh_endpoint: '',
      scope: '',
      shell_integration: true,
    };
    expect(readData('oauth.register', sent)).toEqual({
      ...sent,
      refresh_endpoint: null,
      ...unsaid,
      scope: null,
      public: false,
    });
  });

  test('with nothing but what it needs gets the defaults', () => {
    expect(readData('oauth.register', registration)).toEqual({
      ...registration,
      refresh_endpoint: null,
      ...unsaid,
      scope: null,
      client_id: null,
      client_secret: null,
      public: false,
      shell_integration: true,
    });
  });

  test('can carry fields that nobody here knows', () => {
    const sent: unknown = JSON.parse(
      `{"__proto__": {"client_id": "x"}, "constructor": 1, "new": [], ${JSON.stringify(registration).slice(1)}`,
    );
    expect(readData('oauth.register', sent as JsonObject)).toMatchObject({
      ...registration,
      client_id: null,
    });
  });

  test('says its scopes in one text or in a list, as with oauthlib', () => {
    const scopeOf = (scope: JsonObject['x']): unknown =>
      readData('oauth.register', { ...registration, scope }).scope;
    expect(scopeOf('one two')).toBe('one two');
    expect(scopeOf(['one', 'two'])).toBe('one two');
    expect(scopeOf([])).toBeNull();
  });

  test.each([
    [true, true],
    [1, true],
    ['no', true],
    [false, false],
    [null, false],
    [0, false],
    ['', false],
  ])('with shell_integration %j means %s, as in Python', (sent, meant) => {
    expect(readData('oauth.register', { ...registration, shell_integration: sent }).shell_integration).toBe(
      meant,
    );
  });

  test('can have whole numbers for ids, as Strava has them', () => {
    expect(
      readData('oauth.register', { ...registration, app_id: 7, client_id: 12_345, client_secret: 0 }),
    ).toMatchObject({ app_id: '7', client_id: '12345', client_secret: '0' });
  });

  test.each<[string, JsonObject]>([
    ['skill_id', { skill_id: undefined }],
    ['skill_id', { skill_id: null }],
    ['skill_id', { skill_id: '' }],
    ['skill_id', { skill_id: 'x'.repeat(257) }],
    ['skill_id', { skill_id: '\uD800' }],
    ['app_id', { app_id: ['a'] }],
    ['app_id', { app_id: true }],
    ['app_id', { app_id: 1.5 }],
    ['app_id', { app_id: 2 ** 53 }],
    ['client_id', { client_id: {} }],
    ['client_id', { client_id: 'x'.repeat(4_097) }],
    ['client_secret', { client_secret: false }],
    ['client_secret', { client_secret: 'x'.repeat(4_097) }],
    ['provider_parameters', { provider_parameters: 'x' }],
    ['provider_parameters.a b', { provider_parameters: { 'a b': 'x' } }],
    ['extra_params.a', { extra_params: { a: [] } }],
    ['pkce', { pkce: 'no' }],
    ['auth_endpoint', { auth_endpoint: `https://example.com/${'x'.repeat(2_048)}` }],
    ['token_endpoint', { token_endpoint: [] }],
    ['refresh_endpoint', { refresh_endpoint: 'x'.repeat(2_049) }],
    ['scope', { scope: 5 }],
    ['scope', { scope: ['a', null] }],
    ['scope', { scope: 'x'.repeat(4_097) }],
    ['public', { public: 'yes' }],
    ['shell_integration', { shell_integration: {} }],
  ])('with a wrong %s is refused by the name of that field', (field, wrong) => {
    expect(refusedField('oauth.register', { ...registration, ...wrong })).toBe(field);
  });
});

describe('what a user typed', () => {
  const topic = 'ovos.shell.oauth.register.credentials';

  test('loses the white space that was pasted with it', () => {
    expect(readData(topic, { ...ids, client_id: ' id\n', client_secret: '\tsecret ' })).toMatchObject({
      client_id: 'id',
      client_secret: 'secret',
    });
  });

  test('can be no secret, but not no id', () => {
    expect(readData(topic, { ...ids, client_id: 'id', client_secret: ' ' }).client_secret).toBeNull();
    expect(refusedField(topic, { ...ids, client_id: ' ', client_secret: 'secret' })).toBe('client_id');
  });
});

test('data of any kind is either read or refused by the name of a field that exists', () => {
  const topics = Object.keys(INCOMING) as IncomingTopic[];
  const names = [
    'skill_id',
    'app_id',
    'client_id',
    'scope',
    'redirectURL',
    'shell_integration',
    'auth_endpoint',
  ];
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ unit: 'binary' }));
  const run = fc.check(
    fc.property(
      fc.constantFrom(...topics),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value),
      (topic, data) => {
        const field = refusedField(topic, data);
        return field === undefined || Object.hasOwn(INCOMING[topic].data.entries, field);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(run.counterexample).toBeNull();
});
