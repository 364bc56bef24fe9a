import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { OAuthBrokerError } from '../../src/errors.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { judgeAuthorizationResponse } from '../../src/oauth/authorization-response.ts';
import { exchangeCode } from '../../src/oauth/code-exchange.ts';
import { refreshToken } from '../../src/oauth/refresh.ts';
import type { TokenResult } from '../../src/oauth/token-request.ts';
import { failure } from '../support/failure.ts';
import { freePort } from '../support/free-port.ts';
import {
  HOSTILE_TOKEN,
  type HostileServer,
  type Misbehaviour,
  startHostileServer,
} from '../support/hostile-server.ts';

const SECRETS = {
  clientSecret: 'client-secret-of-skill',
  code: 'code-from-callback',
  codeVerifier: 'verifier-of-attempt',
  refreshToken: 'refresh-token-of-user',
};
const CLIENT = { clientId: 'client', clientSecret: SECRETS.clientSecret };
const patient = { fetch: createOutboundFetch({ timeout: 60_000 }), clock: systemClock };
const impatient = { fetch: createOutboundFetch({ timeout: 500 }), clock: systemClock };

let hostile: HostileServer;

beforeAll(async () => {
  hostile = await startHostileServer();
});

afterAll(() => hostile.close());

const serverAt = (tokenEndpoint: string) => ({
  authorizationEndpoint: 'https://provider.example/a',
  tokenEndpoint,
});

async function exchangeAt(tokenEndpoint: string, context = patient): Promise<TokenResult> {
  const server = serverAt(tokenEndpoint);
  const params = new URLSearchParams({ code: SECRETS.code, state: 's' });
  const code = await judgeAuthorizationResponse(server, CLIENT, params, 's');
  return exchangeCode(context, server, CLIENT, {
    code,
    redirectUri: 'http://127.0.0.1/cb',
    codeVerifier: SECRETS.codeVerifier,
  });
}

const refreshAt = (tokenEndpoint: string, context = patient): Promise<TokenResult> =>
  refreshToken(context, serverAt(tokenEndpoint), CLIENT, { refreshToken: SECRETS.refreshToken });

const OUTCOMES: ReadonlyArray<readonly [Misbehaviour, string]> = [
  ['hang', 'provider_timeout'],
  ['slow_headers', 'provider_timeout'],
  ['slow_body', 'provider_timeout'],
  ['close_early', 'provider_bad_response'],
  ['close_in_body', 'provider_bad_response'],
  ['not_http', 'provider_bad_response'],
  ['status_999', 'provider_bad_response'],
  ['html', 'provider_bad_response'],
  ['html_404', 'provider_bad_response'],
  ['html_500', 'provider_error'],
  ['empty', 'provider_bad_response'],
  ['no_content', 'provider_bad_response'],
  ['invalid_json', 'provider_bad_response'],
  ['json_array', 'provider_bad_response'],
  ['no_access_token', 'provider_bad_response'],
  ['access_token_is_number', 'provider_bad_response'],
  ['ten_megabytes', 'provider_bad_response'],
  ['endless', 'provider_bad_response'],
  ['gzip_bomb', 'provider_bad_response'],
  ['redirect_307', 'provider_redirected'],
  ['redirect_302', 'provider_redirected'],
  ['error_with_200', 'invalid_grant'],
];

describe.each([
  ['exchanging a code', exchangeAt],
  ['refreshing', refreshAt],
])('%s', (_what, spendAt) => {
  it.each(OUTCOMES)(
    'at an endpoint that answers with %s ends in %s and leaks nothing',
    async (misbehaviour, code) => {
      const url = hostile.url(misbehaviour);
      const before = hostile.requests.length;
      // Only where the deadline is the point: a slow machine must not look like a slow provider.
      const context = code === 'provider_timeout' ? impatient : patient;
      const error = await failure(spendAt(url, context));
      expect(error).toBeInstanceOf(OAuthBrokerError);
      expect(error).toMatchObject({ code, details: { provider: new URL(url).host } });
      // One request: a grant is never spent again because an answer made no sense.
      expect(hostile.requests.slice(before).map(({ path }) => path)).toEqual([new URL(url).pathname]);
      const shown = inspect(error, { depth: null, showHidden: true });
      for (const secret of [
        ...Object.values(SECRETS),
        HOSTILE_TOKEN.access_token,
        HOSTILE_TOKEN.refresh_token,
      ]) {
        expect(shown).not.toContain(secret);
      }
    },
  );

  it.each(['json_as_text', 'form_encoded'] as const)(
    'at an endpoint that answers with %s works',
    async (odd) => {
      await expect(spendAt(hostile.url(odd))).resolves.toMatchObject({
        tokenSet: { ...HOSTILE_TOKEN, expires_at: expect.any(Number) as number },
      });
    },
  );

  it('at an endpoint that asks for patience says for how long', async () => {
    const soon = new Date(Date.now() + 120_000).toUTCString();
    for (const [status, header] of [
      [503, '120'],
      [429, '120'],
      [503, soon],
    ] as const) {
      const error = await failure(
        spendAt(hostile.replying({ status, headers: { 'retry-after': header }, body: '' })),
      );
      expect(error).toMatchObject({ code: 'provider_error', details: { status } });
      expect(error).toSatisfy(
        ({ details }: OAuthBrokerError) => Math.abs(Number(details['retry_after']) - 120) <= 1,
      );
    }
  });

  it('where nobody listens nothing was sent', async () => {
    const url = `http://127.0.0.3:${await freePort('127.0.0.3')}/token`;
    expect(await failure(spendAt(url))).toMatchObject({
      code: 'provider_unreachable',
      details: { reason: 'ECONNREFUSED' },
    });
  });

  it('at a name that does not exist nothing was sent', async () => {
    expect(await failure(spendAt('https://provider.invalid/token'))).toMatchObject({
      code: 'provider_unreachable',
    });
  });

  it('in the clear on the open Internet is refused before anything is sent', async () => {
    expect(await failure(spendAt('http://provider.invalid/token'))).toMatchObject({
      code: 'endpoint_insecure',
      details: { field: 'http://provider.invalid', provider: 'provider.invalid' },
    });
  });
});
