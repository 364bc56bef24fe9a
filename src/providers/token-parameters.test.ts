import { expect, test } from 'vitest';
import { withTokenParameters } from './token-parameters.ts';

/** What a token request carried. */
async function sent(
  parameters: Record<string, string>,
  body: Record<string, string>,
): Promise<Record<string, string>> {
  let form = new URLSearchParams();
  const inner: typeof globalThis.fetch = async (_input, init) => {
    form = new URLSearchParams(init?.body instanceof URLSearchParams ? init.body : '');
    return new Response('{}');
  };
  const init = { method: 'POST', body: new URLSearchParams(body) };
  await withTokenParameters(inner, parameters)('https://provider.example/token', init);
  return Object.fromEntries(form);
}

test('what the provider wants besides goes with every token request', async () => {
  const body = { grant_type: 'refresh_token', refresh_token: 'r' };
  expect(await sent({ ecobee_type: 'jwt' }, body)).toEqual({ ...body, ecobee_type: 'jwt' });
});

test('other requests go out as they are', async () => {
  expect(await sent({ ecobee_type: 'jwt' }, { token: 't' })).toEqual({ token: 't' });
});
