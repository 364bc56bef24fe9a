/** RFC 9207: Authorization Server Issuer Identification. */
import { expect, it } from 'vitest';
import { judgeAuthorizationResponse } from '../../src/oauth/authorization-response.ts';
import type { AuthorizationServer } from '../../src/oauth/types.ts';

const CLIENT = { clientId: 'client' };
const KNOWN: AuthorizationServer = {
  issuer: 'https://honest.example',
  authorizationEndpoint: 'https://honest.example/authorize',
  tokenEndpoint: 'https://honest.example/token',
};
const ANNOUNCED: AuthorizationServer = { ...KNOWN, issParameterSupported: true };

const judge = (server: AuthorizationServer, query: string): Promise<unknown> =>
  judgeAuthorizationResponse(server, CLIENT, new URLSearchParams(`state=s&${query}`), 's');

it('§2.4: an `iss` that is the issuer is accepted', async () => {
  await expect(judge(KNOWN, 'code=c&iss=https%3A%2F%2Fhonest.example')).resolves.toBeDefined();
  await expect(judge(ANNOUNCED, 'code=c&iss=https%3A%2F%2Fhonest.example')).resolves.toBeDefined();
});

it.each([
  'https://evil.example',
  'https://honest.example/',
  'HTTPS://honest.example',
  'https://honest.example:443',
])('§2.4: an `iss` of %s is refused: they are compared as simple strings', async (iss) => {
  await expect(judge(KNOWN, `code=c&iss=${encodeURIComponent(iss)}`)).rejects.toMatchObject({
    code: 'issuer_mismatch',
  });
});

it('§2.4: a response without `iss` is refused where the server announced one', async () => {
  await expect(judge(ANNOUNCED, 'code=c')).rejects.toMatchObject({ code: 'issuer_mismatch' });
});

it('§2.4: a response without `iss` is accepted where the server announced none', async () => {
  await expect(judge(KNOWN, 'code=c')).resolves.toBeDefined();
});

it('§2.4: the issuer is judged before the error: a foreign server cannot end the sign-in', async () => {
  const error = judge(KNOWN, 'error=access_denied&iss=https%3A%2F%2Fevil.example');
  await expect(error).rejects.toMatchObject({ code: 'issuer_mismatch' });
});

it('§2.4: two of them are refused', async () => {
  const twice = 'code=c&iss=https%3A%2F%2Fhonest.example&iss=https%3A%2F%2Fhonest.example';
  await expect(judge(KNOWN, twice)).rejects.toMatchObject({ code: 'callback_malformed' });
});

it('where nobody knows the issuer, `iss` has nothing to be compared with', async () => {
  const { issuer: _unknown, ...server } = KNOWN;
  await expect(judge(server, 'code=c&iss=https%3A%2F%2Fhonest.example')).resolves.toBeDefined();
});
