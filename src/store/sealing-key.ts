import { randomBytes, scrypt } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { OAuthBrokerError } from '../errors.ts';
import { type KeyMaterial, Sealer } from './sealing.ts';

/** Where the key of the store comes from. */
export interface SealingSettings {
  /** False: what is sealed is opened with the key and written in the clear from now on. */
  readonly enabled: boolean;
  readonly keyFile?: string;
  /** The name of a systemd credential. */
  readonly credential?: string;
  /** A passphrase is asked for at the start. */
  readonly ask: boolean;
  /** Keys from before a change of keys. */
  readonly oldKeyFiles: readonly string[];
}

export interface SealingSources {
  /** systemd's `$CREDENTIALS_DIRECTORY`. */
  readonly credentialsDir?: string;
  /** What the person at the terminal typed. */
  readonly passphrase?: string;
}

/** What a store seals with. */
export interface Seal {
  readonly sealer: Sealer;
  /** Of the passphrase, base64url; has to be kept beside what is sealed, and is no secret. Absent for a key of 32 bytes. */
  readonly salt?: string;
}

const KEY_BYTES = 32;
/** Characters. */
const SHORTEST_PASSPHRASE = 12;
const LARGEST_FILE = 4096;
/** What others can read protects nothing; what others can write is their key. */
const OTHERS = 0o077;
/** systemd lets a service read a credential of root's by an access list, which shows as a right of the group. */
const OTHERS_OF_CREDENTIAL = 0o037;
const SALT_BYTES = 16;
// OWASP's second choice for scrypt: a quarter of a second on a desktop, one on a small device, and 32 MiB.
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

/**
 * Reads the key and the older ones. A file holds 32 bytes, or their hexadecimal or base64 digits; any other text is a
 * passphrase, of 12 characters at least, its end of line not counted.
 *
 * @param salt of the store as it is now; undefined where there is none yet
 * @throws OAuthBrokerError `store_key_unreadable` with the path: missing, unfit, another's, or readable by others
 */
export async function openSeal(
  settings: SealingSettings,
  { credentialsDir, passphrase }: SealingSources,
  salt: string | undefined,
): Promise<Seal> {
  const own = settings.ask ? secretFrom('the terminal', Buffer.from(passphrase ?? '')) : undefined;
  const isCredential = settings.keyFile === undefined;
  const secret =
    own ?? (await readSecret(pathOf(settings, credentialsDir), isCredential ? OTHERS_OF_CREDENTIAL : OTHERS));
  const older = await Promise.all(settings.oldKeyFiles.map((path) => readSecret(path, OTHERS)));
  const used = salt ?? randomBytes(SALT_BYTES).toString('base64url');
  const materials = await Promise.all(older.map((one) => materialOf(one, used)));
  const sealer = new Sealer(await materialOf(secret, used), materials);
  const needsSalt = [secret, ...older].some(({ kind }) => kind === 'passphrase');
  return { sealer, ...(needsSalt ? { salt: used } : {}) };
}

type Secret =
  | { readonly kind: 'key'; readonly bytes: KeyMaterial }
  | { readonly kind: 'passphrase'; readonly text: string };

function pathOf({ keyFile, credential = '' }: SealingSettings, credentialsDir: string | undefined): string {
  if (keyFile !== undefined) return keyFile;
  if (credentialsDir === undefined) throw unreadable(`$CREDENTIALS_DIRECTORY/${credential}`);
  return join(credentialsDir, credential);
}

/** @param forbidden permission bits that it must not have */
async function readSecret(path: string, forbidden: number): Promise<Secret> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { uid, mode, size } = await file.stat().then((found) => {
      if (!found.isFile()) throw unreadable(path);
      return found;
    });
    const isPrivate = (uid === process.getuid?.() || uid === 0) && (mode & forbidden) === 0;
    if (!isPrivate || size > LARGEST_FILE) throw unreadable(path);
    return secretFrom(path, await file.readFile());
  } finally {
    await file.close();
  }
}

function secretFrom(path: string, content: Buffer): Secret {
  if (content.length === KEY_BYTES && !isText(content)) return { kind: 'key', bytes: content };
  const text = content.toString('utf8').replace(/\r?\n$/, '');
  if (/^[\da-f]{64}$/i.test(text)) return { kind: 'key', bytes: Buffer.from(text, 'hex') };
  if (/^[\w+/-]{43}=?$/.test(text)) return { kind: 'key', bytes: Buffer.from(text, 'base64') };
  // As in an archive: how the keyboard composes a letter does not count.
  const passphrase = text.normalize('NFC');
  if (passphrase.length < SHORTEST_PASSPHRASE) throw unreadable(path);
  return { kind: 'passphrase', text: passphrase };
}

function isText(content: Buffer): boolean {
  return /^[\x20-\x7e\r\n]*$/.test(content.toString('latin1'));
}

function materialOf(secret: Secret, salt: string): Promise<KeyMaterial> {
  if (secret.kind === 'key') return Promise.resolve(secret.bytes);
  return new Promise((resolve, reject) => {
    scrypt(secret.text, Buffer.from(salt, 'base64url'), KEY_BYTES, COST, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function unreadable(path: string, cause?: unknown): OAuthBrokerError {
  return new OAuthBrokerError('store_key_unreadable', { path }, { cause });
}
