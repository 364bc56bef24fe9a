import { createCipheriv, createDecipheriv, randomBytes, type CipherGCMTypes } from 'node:crypto';
import { OAuthBrokerError } from '../errors.ts';

// As pycryptodome makes them when it is not told otherwise.
const NONCE_BYTES = 16;
const TAG_BYTES = 16;
const HEX = /^(?:[\da-f]{2})*$/i;

/**
 * AES-GCM over the JSON text of a frame, as `ovos_bus_client.message.encrypt_as_dict` and `decrypt_from_dict` do it:
 * `{"ciphertext", "tag", "nonce"}` in hexadecimal. A frame without `tag` (Web Crypto) has it at the end of `ciphertext`.
 */
export class FrameCipher {
  readonly #key: Buffer;
  readonly #algorithm: CipherGCMTypes;

  /**
   * @param secretKey `websocket.secret_key`: 16, 24 or 32 bytes of UTF-8
   * @throws OAuthBrokerError `config_invalid` for a key of another length
   */
  constructor(secretKey: string) {
    this.#key = Buffer.from(secretKey, 'utf8');
    this.#algorithm = algorithmFor(this.#key.length);
  }

  /** A frame with `text` encrypted. */
  encrypt(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(this.#algorithm, this.#key, nonce, { authTagLength: TAG_BYTES });
    const ciphertext = cipher.update(text, 'utf8', 'hex') + cipher.final('hex');
    const tag = cipher.getAuthTag().toString('hex');
    return `{"ciphertext": "${ciphertext}", "tag": "${tag}", "nonce": "${nonce.toString('hex')}"}`;
  }

  /** The bytes that were encrypted, or undefined when they were not by this key or have been changed. */
  decrypt(frame: { readonly [field: string]: unknown }): Buffer | undefined {
    const sealed = unhex(frame['ciphertext']);
    const nonce = unhex(frame['nonce']);
    const sentTag = frame['tag'] ?? undefined;
    const tag = sentTag === undefined ? sealed?.subarray(-TAG_BYTES) : unhex(sentTag);
    if (sealed === undefined || nonce === undefined || tag?.length !== TAG_BYTES) return undefined;
    const ciphertext = sentTag === undefined ? sealed.subarray(0, -TAG_BYTES) : sealed;
    try {
      const decipher = createDecipheriv(this.#algorithm, this.#key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(tag);
      const text = decipher.update(ciphertext);
      decipher.final();
      return text;
    } catch {
      return undefined;
    }
  }
}

function algorithmFor(keyBytes: number): CipherGCMTypes {
  switch (keyBytes) {
    case 16:
      return 'aes-128-gcm';
    case 24:
      return 'aes-192-gcm';
    case 32:
      return 'aes-256-gcm';
    default:
      throw new OAuthBrokerError('config_invalid', { field: 'websocket.secret_key', path: '' });
  }
}

/** Buffer.from would stop silently at the first character that is no digit. */
function unhex(value: unknown): Buffer | undefined {
  return typeof value === 'string' && HEX.test(value) ? Buffer.from(value, 'hex') : undefined;
}
