import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';
import * as v from 'valibot';
import { OAuthBrokerError } from '../errors.ts';

/** Version of the format that this program writes. */
export const ARCHIVE_VERSION = 1;

/** What a guess of the passphrase costs (RFC 7914): 128 · n · r bytes of memory. */
export interface SealCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about a second on a Raspberry Pi. */
const COST: SealCost = { n: 2 ** 17, r: 8, p: 1 };
/** More than this no archive may ask of whoever opens it. */
const MOST_MEMORY = 1024 ** 3;
const MOST_PASSES = 16;

const CIPHER = 'aes-256-gcm';
const KEY_LENGTH = 32;
const SALT_LENGTH = 16;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const CHECKSUM_LENGTH = 32;
const LINE_FEED = 0x0a;

const powerOfTwo = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(2),
  v.check((n) => Number.isInteger(Math.log2(n))),
);
const bytesOf = (length: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => Buffer.from(text, 'base64url')),
    v.check((bytes) => bytes.length === length),
  );

const versionSchema = v.looseObject({ ovos_oauth_archive: v.pipe(v.number(), v.integer(), v.minValue(1)) });
const headerSchema = v.object({
  ovos_oauth_archive: v.literal(ARCHIVE_VERSION),
  kdf: v.pipe(
    v.object({
      name: v.literal('scrypt'),
      n: powerOfTwo,
      r: v.pipe(v.number(), v.integer(), v.minValue(1)),
      p: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_PASSES)),
      salt: bytesOf(SALT_LENGTH),
    }),
    v.check(({ n, r }) => 128 * n * r <= MOST_MEMORY),
  ),
  cipher: v.object({ name: v.literal(CIPHER), nonce: bytesOf(NONCE_LENGTH) }),
});

/**
 * Seals text with a passphrase: a header line of JSON, the text under AES-256-GCM with a key by scrypt, its tag, and the
 * SHA-256 of all that, which tells a damaged file from a wrong passphrase. The header is authenticated as well.
 *
 * @param cost for tests, which have no time; everybody else leaves the default
 */
export async function seal(text: string, passphrase: string, cost: SealCost = COST): Promise<Buffer> {
  const salt = randomBytes(SALT_LENGTH);
  const nonce = randomBytes(NONCE_LENGTH);
  const header = Buffer.from(
    `${JSON.stringify({
      ovos_oauth_archive: ARCHIVE_VERSION,
      kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64url') },
      cipher: { name: CIPHER, nonce: nonce.toString('base64url') },
    })}\n`,
  );
  const cipher = createCipheriv(CIPHER, await keyOf(passphrase, salt, cost), nonce);
  cipher.setAAD(header);
  const body = [header, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([...body, checksumOf(Buffer.concat(body))]);
}

/**
 * @param path names the archive in errors
 * @throws OAuthBrokerError `archive_damaged`, also for what is no archive; `archive_newer`, `passphrase_wrong`
 */
export async function unseal(sealed: Buffer, passphrase: string, path: string): Promise<string> {
  const { header, kdf, nonce, body } = readSealed(sealed, path);
  const decipher = createDecipheriv(CIPHER, await keyOf(passphrase, kdf.salt, kdf), nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(body.subarray(-TAG_LENGTH));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_LENGTH)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new OAuthBrokerError('passphrase_wrong', { path }, { cause });
  }
}

/** Looks at everything of an archive that can be judged without the passphrase. */
function readSealed(sealed: Buffer, path: string) {
  const damaged = (): OAuthBrokerError => new OAuthBrokerError('archive_damaged', { path });
  const content = sealed.subarray(0, -CHECKSUM_LENGTH);
  if (!checksumOf(content).equals(sealed.subarray(-CHECKSUM_LENGTH))) throw damaged();
  const end = content.indexOf(LINE_FEED) + 1;
  const json = parseJson(content.subarray(0, end).toString('utf8'));
  const version = v.safeParse(versionSchema, json);
  if (version.success && version.output.ovos_oauth_archive > ARCHIVE_VERSION) {
    throw new OAuthBrokerError('archive_newer', { path });
  }
  const header = v.safeParse(headerSchema, json);
  const body = content.subarray(end);
  if (!header.success || body.length < TAG_LENGTH) throw damaged();
  const { kdf, cipher } = header.output;
  return { header: content.subarray(0, end), kdf, nonce: cipher.nonce, body };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checksumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function keyOf(passphrase: string, salt: Buffer, { n, r, p }: SealCost): Promise<Buffer> {
  // One keyboard composes an é of two characters, another types one.
  const password = passphrase.normalize('NFC');
  // What OpenSSL counts on top of the 128 · n · r bytes is less than as much again.
  const options = { N: n, r, p, maxmem: 2 * 128 * n * r + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_LENGTH, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
