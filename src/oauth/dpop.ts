import { createHash } from 'node:crypto';
import type { DPoPHandle } from 'oauth4webapi';
import type { Clock } from '../clock.ts';
import { OAuthBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { loadOAuth } from './oauth4webapi.ts';

/** A private ES256 key as JWK (RFC 7518 §6.2): a secret, kept with the tokens that are bound to it. */
export interface DpopKey extends JsonObject {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

/** A fresh key, to be stored before the first token that is bound to it is asked for. */
export async function createDpopKey(): Promise<DpopKey> {
  const { privateKey } = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const { x = '', y = '', d = '' } = await crypto.subtle.exportKey('jwk', privateKey);
  return { kty: 'EC', crv: 'P-256', x, y, d };
}

/** SHA-256 thumbprint of the public key (RFC 7638), base64url: `dpop_jkt` of the authorization request. */
export function dpopThumbprint({ kty, crv, x, y }: DpopKey): string {
  // RFC 7638 §3.2: these members, in this order.
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

export interface ProtectedRequest {
  readonly method: string;
  /** Query and fragment do not count (RFC 9449 §4.2). */
  readonly url: string;
  readonly accessToken: string;
  /** What the API sent in `DPoP-Nonce` (§9). */
  readonly nonce?: string;
}

/**
 * The `DPoP` header of one request to an API with a token that is bound to `key` (RFC 9449 §7); the token goes beside it
 * as `Authorization: DPoP <token>`. Every request needs a proof of its own.
 *
 * @throws OAuthBrokerError `invalid_request` with `details.field`, where url or method are none
 */
export async function dpopProof(
  clock: Clock,
  key: DpopKey,
  { method, url, accessToken, nonce }: ProtectedRequest,
): Promise<string> {
  if (!URL.canParse(url)) throw new OAuthBrokerError('invalid_request', { field: 'url' });
  if (!/^[A-Z]+$/.test(method)) throw new OAuthBrokerError('invalid_request', { field: 'method' });
  const oauth = await loadOAuth();
  let proof = '';
  // The request is made as far as its headers and never sent: that is how oauth4webapi lets its proofs be had.
  await oauth.protectedResourceRequest(accessToken, method, new URL(url), undefined, undefined, {
    DPoP: await makeHandle(key, clock, nonce),
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_url, { headers }) => {
      proof = headers['dpop'] ?? '';
      return new Response();
    },
  });
  return proof;
}

interface KnownHandle {
  readonly clock: Clock;
  readonly handle: Promise<DPoPHandle>;
}

// A handle remembers the nonces of its servers; a new one costs a refused request where they are demanded.
const handles = new WeakMap<DpopKey, KnownHandle>();

/** What makes oauth4webapi prove the possession of `key`, by our clock. */
export function dpopHandle(key: DpopKey, clock: Clock): Promise<DPoPHandle> {
  const known = handles.get(key);
  if (known?.clock === clock) return known.handle;
  const handle = makeHandle(key, clock);
  handles.set(key, { clock, handle });
  return handle;
}

async function makeHandle(key: DpopKey, clock: Clock, nonce?: string): Promise<DPoPHandle> {
  const oauth = await loadOAuth();
  const { kty, crv, x, y, d } = key;
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ALGORITHM, false, ['sign']),
    crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, true, ['verify']),
  ]).catch(() => {
    // The cause would hold the key.
    throw new OAuthBrokerError('internal', { field: 'dpop' });
  });
  return oauth.DPoP(
    {},
    { privateKey, publicKey },
    {
      [oauth.modifyAssertion]: (_header, claims) => {
        claims['iat'] = Math.floor(clock.now() / 1000);
        if (nonce !== undefined) claims['nonce'] = nonce;
      },
    },
  );
}

/** RFC 9449 §8: the server wants a nonce in the proof, and sent it along. */
export function isDpopNonceError(thrown: unknown): boolean {
  return thrown instanceof OAuthBrokerError && thrown.details['error'] === 'use_dpop_nonce';
}
