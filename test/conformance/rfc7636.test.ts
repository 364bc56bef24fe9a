/** RFC 7636: Proof Key for Code Exchange. */
import { expect, it } from 'vitest';
import { authorizationUrl } from '../../src/oauth/authorization-request.ts';
import { codeChallengeOf, createCodeVerifier } from '../../src/oauth/pkce.ts';
import { systemRandom } from '../../src/random.ts';

it('§4.1: a verifier has 43 to 128 unreserved characters and at least 256 bits of entropy', () => {
  const sizes: number[] = [];
  const verifier = createCodeVerifier((size) => {
    sizes.push(size);
    return systemRandom(size);
  });
  expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
  expect(sizes).toEqual([32]);
});

it('§4.1: every verifier is a new one', () => {
  const verifiers = Array.from({ length: 1000 }, () => createCodeVerifier(systemRandom));
  expect(new Set(verifiers).size).toBe(1000);
});

it('§4.2 and appendix B: the S256 challenge of the example is the one in the example', () => {
  const octets = [
    116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214,
    191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
  ];
  const verifier = createCodeVerifier(() => Uint8Array.from(octets));
  expect(verifier).toBe('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk');
  expect(codeChallengeOf(verifier)).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

it('§4.3: the authorization request carries the challenge and the method S256, never the verifier', () => {
  const verifier = createCodeVerifier(systemRandom);
  const url = authorizationUrl(
    { authorizationEndpoint: 'https://example.com/authorize', tokenEndpoint: 'https://example.com/token' },
    { clientId: 'client' },
    { redirectUri: 'http://127.0.0.1/cb', state: 'state', codeChallenge: codeChallengeOf(verifier) },
  );
  expect(new URL(url).searchParams.get('code_challenge')).toBe(codeChallengeOf(verifier));
  expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256');
  expect(url).not.toContain(verifier);
});
