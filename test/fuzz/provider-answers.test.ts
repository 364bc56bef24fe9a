import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pollDeviceToken, requestDeviceAuthorization } from '../../src/oauth/device-authorization.ts';
import { discover } from '../../src/oauth/discovery.ts';
import { registerClient } from '../../src/oauth/dynamic-registration.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import { revokeToken } from '../../src/oauth/revocation.ts';
import type { OAuthContext } from '../../src/oauth/types.ts';
import { damaged, fuzz, FUZZ_TIME, refusalOf } from '../support/fuzz.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const ISSUER = 'https://provider.example';
const server = {
  issuer: ISSUER,
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
  deviceAuthorizationEndpoint: `${ISSUER}/device`,
  registrationEndpoint: `${ISSUER}/register`,
};
const client = { clientId: 'client', clientSecret: 'the-client-secret' };
/** In every sample of an answer: none of it may be in an error. With signs that no OAuth error code has. */
const SECRET = 'planted/token';

const CORPUS = [
  `{"access_token":"${SECRET}","token_type":"Bearer","expires_in":3600,"refresh_token":"${SECRET}","scope":"a b"}`,
  `{"access_token":"${SECRET}","token_type":"bearer","expires_in":"3600","expires_at":1790000000.5,"scope":["a"]}`,
  `access_token=${SECRET}&token_type=bearer&scope=a%2Cb&expires_in=5184000`,
  `{"ok":true,"authed_user":{"access_token":"${SECRET}","token_type":"user"}}`,
  `{"error":"invalid_grant","error_description":"${SECRET}"}`,
  '{"error":{"code":"slow_down","message":"x"}}',
  '{"error":"authorization_pending","interval":5}',
  `{"device_code":"${SECRET}","user_code":"ABCD-EFGH","verification_uri":"https://provider.example/d","expires_in":900,"interval":5}`,
  `{"client_id":"new","client_secret":"${SECRET}","client_secret_expires_at":0,"redirect_uris":["http://127.0.0.1/cb"],"token_endpoint_auth_method":"none"}`,
  `{"issuer":"${ISSUER}","authorization_endpoint":"${ISSUER}/a","token_endpoint":"${ISSUER}/t","response_types_supported":["code"],"jwks_uri":"${ISSUER}/j"}`,
  '<html><body>Bad gateway</body></html>',
];

const headerNames = [
  'content-type',
  'retry-after',
  'date',
  'location',
  'www-authenticate',
  'dpop-nonce',
  'x',
];
const headerValue = fc.oneof(
  fc.constantFrom('application/json', 'text/html', 'application/x-www-form-urlencoded', '120', '-1', '1e9'),
  fc.constantFrom(
    'Wed, 21 Oct 2099 07:28:00 GMT',
    'DPoP error="use_dpop_nonce"',
    'Bearer',
    'http://127.0.0.1/',
  ),
  fc.stringMatching(/^[\t -~]{0,20}$/),
);
const answer = fc.record({
  status: fc.oneof(
    { arbitrary: fc.constantFrom(200, 201, 400, 401), weight: 4 },
    { arbitrary: fc.integer({ min: 200, max: 599 }), weight: 1 },
  ),
  headers: fc.dictionary(fc.constantFrom(...headerNames), headerValue, { maxKeys: 4 }),
  body: damaged(CORPUS),
});
type Answer = typeof answer extends fc.Arbitrary<infer T> ? T : never;

function responseOf({ status, headers, body }: Answer): Response {
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
}

const EXCHANGES: ReadonlyArray<(context: OAuthContext) => Promise<unknown>> = [
  (context) => refreshToken(context, server, client, { refreshToken: 'spent-refresh-token' }),
  (context) => requestDeviceAuthorization(context, server, client, { scope: 'a' }),
  (context) => pollDeviceToken(context, server, client, { deviceCode: 'the-device-code' }),
  (context) => discover(context, ISSUER),
  (context) => registerClient(context, server, { redirectUris: ['http://127.0.0.1/cb'], clientName: 'x' }),
  (context) =>
    revokeToken(context, server, client, `${ISSUER}/revoke`, { token: 'a-token', hint: 'refresh_token' }),
];
const SENT = ['the-client-secret', 'spent-refresh-token', 'the-device-code', 'a-token'];

test(
  'any answer of a provider is taken, or refused with a code and without a word of what was sent or received',
  async () => {
    await fuzz(
      0.2,
      fc.asyncProperty(
        fc.constantFrom(...EXCHANGES),
        fc.array(answer, { minLength: 1, maxLength: 3 }),
        async (exchange, answers) => {
          let asked = 0;
          const fetch = async (): Promise<Response> => {
            const next = answers[Math.min(asked, answers.length - 1)];
            asked += 1;
            if (next === undefined) throw new TypeError('fetch failed');
            return responseOf(next);
          };
          const refusal = await refusalOf(() => exchange({ fetch, clock: new SimulatedClock() }));
          const told = `${refusal?.message} ${JSON.stringify(refusal?.details)} ${String(refusal?.cause)}`;
          expect([...SENT, SECRET].filter((secret) => told.includes(secret))).toEqual([]);
          // No answer makes it ask without end.
          expect(asked).toBeLessThan(8);
        },
      ),
    );
  },
  FUZZ_TIME,
);
