import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { OAuthBrokerError } from '../errors.ts';

/** A secret that sealing keys are derived from; 32 bytes that nobody can guess. */
export type KeyMaterial = Uint8Array;

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^1\.([\w-]{8})\.([\w-]{38,})$/;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Seals text with AES-256-GCM, such that without the key nobody can read it or make another that opens.
 *
 * A sealed text is `1.<key id>.<base64url of nonce, ciphertext and tag>`. Nonces are random: one key is good for some four
 * thousand million texts, which no device writes. The same text in an older state of the store opens as well: sealing
 * does not tell a store from its own past.
 */
export class Sealer {
  readonly #current: Key;
  readonly #keys = new Map<string, Key>();

  /**
   * @param current what is sealed with from now on
   * @param older what opens texts from before a change of keys
   */
  constructor(current: KeyMaterial, older: readonly KeyMaterial[] = []) {
    this.#current = keyOf(current);
    for (const key of [...older.map(keyOf), this.#current]) this.#keys.set(key.id, key);
  }

  /** Tells which key a text was sealed with and nothing of the key itself. */
  get keyId(): string {
    return this.#current.id;
  }

  /** @param aad what the text belongs to; it opens only with the same, so that it can't be put in another one's place */
  seal(plain: string, aad: string): string {
    const { id, bytes } = this.#current;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(aad));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `1.${id}.${sealed.toString('base64url')}`;
  }

  /**
   * @throws OAuthBrokerError `store_key_unknown` where it was sealed with a key that is not here; `store_seal_broken` where
   *   it was changed, or belongs to something else
   */
  open(sealed: string, aad: string): string {
    const [, id = '', body = ''] = SEALED.exec(sealed) ?? [];
    if (id === '') throw new OAuthBrokerError('store_seal_broken');
    const key = this.#keys.get(id);
    if (key === undefined) throw new OAuthBrokerError('store_key_unknown', { key: id });
    const bytes = Buffer.from(body, 'base64url');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(aad))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return decipher.update(text, undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new OAuthBrokerError('store_seal_broken', {}, { cause });
    }
  }

  /** Ids of the keys that open what was sealed before a change of keys. */
  get olderKeyIds(): readonly string[] {
    return [...this.#keys.keys()].filter((id) => id !== this.#current.id);
  }

  /** Whether this can open what was sealed with the key of that id. */
  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }
}

/** Whether a text looks like a sealed one; what it holds is another question. */
export function isSealed(text: string): boolean {
  return SEALED.test(text);
}

/** The key and the id are derived apart, so that the id tells nothing of the key (RFC 5869). */
function keyOf(material: KeyMaterial): Key {
  const derive = (use: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', material, new Uint8Array(0), `ovos-oauth sealing 1 ${use}`, length));
  return { id: derive('id', 6).toString('base64url'), bytes: derive('key', KEY_BYTES) };
}
