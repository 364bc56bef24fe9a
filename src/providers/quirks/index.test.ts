import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { TokenEndpoint } from '../../../test/support/token-endpoint.ts';
import { type Provider, providerSchema } from '../provider.ts';
import { QUIRKS } from './names.ts';
import { bendAuthorizationRequest, quirkOf, tokenEndpointAfter, withQuirks } from './index.ts';

it.each(QUIRKS)('%s changes something', (name) => {
  expect(Object.keys(quirkOf(name))).not.toEqual([]);
});

it('leaves everything alone where there is no quirk', () => {
  const params = new URLSearchParams({ client_id: 'c' });
  bendAuthorizationRequest(params, []);
  expect(withQuirks(fetch, [])).toBe(fetch);
  expect(params.toString()).toBe('client_id=c');
  expect(tokenEndpointAfter(params, 'https://example.org/token', [])).toBe('https://example.org/token');
});

it('hands on what is no form and no JSON as it came, with every quirk there is', async () => {
  const server = await TokenEndpoint.start(({ method, body }) => ({
    status: 418,
    body: `${method} ${body}`,
  }));
  const bent = withQuirks(
    fetch,
    QUIRKS.filter((name) => name !== 'deezer_form'),
  );
  const get = await bent(new URL('/a', server.origin));
  const post = await bent(`${server.origin}/b`, { method: 'POST', body: '{"grant_type":1}' });

  expect([get.status, await get.text()]).toEqual([418, 'GET ']);
  expect([post.status, await post.text()]).toEqual([418, 'POST {"grant_type":1}']);
});

it('keeps the headers that tell the time and when to come back', async () => {
  const server = await TokenEndpoint.start(() => ({ body: { ok: false, error: 'ratelimited' } }));
  const response = await withQuirks(fetch, ['slack_v2'])(`${server.origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token' }),
  });

  expect(response.headers.get('date')).not.toBeNull();
  await expect(response.json()).resolves.toEqual({ error: 'temporarily_unavailable' });
});

describe('in the catalogue', () => {
  const folder = new URL('../catalogue/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const providers: readonly Provider[] = files.map((file) =>
    v.parse(providerSchema, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))),
  );

  it('each quirk has a provider', () => {
    const used = new Set(providers.flatMap(({ quirks }) => quirks));
    expect(QUIRKS.filter((name) => !used.has(name))).toEqual([]);
  });

  it('those that spend the client secret a second time find it in the form', () => {
    const spenders: readonly string[] = ['instagram_exchange', 'long_lived_facebook', 'deezer_form'];
    const found = providers.filter(({ quirks }) => quirks.some((name) => spenders.includes(name)));
    expect(found.map(({ clientAuthentication }) => clientAuthentication)).toEqual(
      spenders.map(() => ['client_secret_post']),
    );
  });

  it('the one that turns the form into JSON comes first', () => {
    for (const { quirks } of providers) expect(quirks.indexOf('json_token_request')).toBeLessThan(1);
  });
});
