import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OAuthBrokerError } from '../errors.ts';
import { seal, unseal } from './seal.ts';

// Cheap, so that many can be tried.
const COST = { n: 16, r: 1, p: 1 };
const PASSPHRASE = 'correct horse battery staple';
const PATH = '/stick/archive';

function withChecksum(body: Buffer): Buffer {
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

async function codeOf(opening: Promise<unknown>): Promise<string> {
  try {
    await opening;
    return 'opened';
  } catch (error) {
    return error instanceof OAuthBrokerError ? error.code : String(error);
  }
}

/** A sealed archive with its header changed, and its checksum made right again. */
async function withHeader(change: (header: string) => string): Promise<Buffer> {
  const sealed = await seal('text', PASSPHRASE, COST);
  const end = sealed.indexOf('\n') + 1;
  const header = Buffer.from(change(sealed.subarray(0, end).toString()));
  return withChecksum(Buffer.concat([header, sealed.subarray(end, -32)]));
}

describe('a sealed archive', () => {
  test('gives back any text with its passphrase, and nothing of it without', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.string({ minLength: 1 }),
        async (text, passphrase) => {
          const sealed = await seal(text, passphrase, COST);
          expect(await unseal(sealed, passphrase, PATH)).toBe(text);
          expect(await codeOf(unseal(sealed, `${passphrase}x`, PATH))).toBe('passphrase_wrong');
        },
      ),
    );
    const sealed = await seal('a secret to keep', PASSPHRASE, COST);
    expect(sealed.includes('secret')).toBe(false);
  });

  test('says what its seal costs: 128 MiB by scrypt, and no two have the same salt', async () => {
    const [one, other] = await Promise.all([seal('text', PASSPHRASE), seal('text', PASSPHRASE)]);
    const header: unknown = JSON.parse(one.subarray(0, one.indexOf('\n')).toString());
    expect(header).toMatchObject({
      ovos_oauth_archive: 1,
      kdf: { name: 'scrypt', n: 131_072, r: 8, p: 1, salt: expect.stringMatching(/^[\w-]{22}$/) as string },
      cipher: { name: 'aes-256-gcm' },
    });
    expect(one.subarray(0, 200).equals(other.subarray(0, 200))).toBe(false);
    expect(await unseal(one, PASSPHRASE, PATH)).toBe('text');
  });

  test('opens however the keyboard composes a letter', async () => {
    const sealed = await seal('text', 'caf\u00e9 cr\u00e8me', COST);
    expect(await unseal(sealed, 'cafe\u0301 cre\u0300me', PATH)).toBe('text');
  });

  test('that is damaged anywhere is called damaged, whatever was typed', async () => {
    const sealed = await seal('text of some length', PASSPHRASE, COST);
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(sealed);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        expect(await codeOf(unseal(damaged, PASSPHRASE, PATH))).toBe('archive_damaged');
      }),
      { numRuns: 300 },
    );
  });

  test('that is cut off, empty or another file is called damaged', async () => {
    const sealed = await seal('text', PASSPHRASE, COST);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(await codeOf(unseal(sealed.subarray(0, length), PASSPHRASE, PATH))).toBe('archive_damaged');
    }
    for (const other of ['', '{}\n', 'a letter\n', 'null\n']) {
      expect(await codeOf(unseal(withChecksum(Buffer.from(other)), PASSPHRASE, PATH))).toBe(
        'archive_damaged',
      );
    }
  });

  test('that somebody tampered with, checksum and all, does not open', async () => {
    const sealed = await seal('text of some length', PASSPHRASE, COST);
    const body = sealed.subarray(0, -32);
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const tampered = Buffer.from(body);
        tampered[at] = (tampered[at] ?? 0) ^ flip;
        const code = await codeOf(unseal(withChecksum(tampered), PASSPHRASE, PATH));
        expect(['archive_damaged', 'archive_newer', 'passphrase_wrong']).toContain(code);
      }),
      { numRuns: 300 },
    );
  });

  test('of a newer version is told from a damaged one', async () => {
    const newer = await withHeader((header) =>
      header.replace('"ovos_oauth_archive":1', '"ovos_oauth_archive":2'),
    );
    await expect(unseal(newer, PASSPHRASE, PATH)).rejects.toMatchObject({
      code: 'archive_newer',
      details: { path: PATH },
    });
  });

  test.each(['"n":2147483648', '"n":17', '"n":0', '"n":1e300', '"n":"16"'])(
    'that asks for %s is refused before anything is spent on it',
    async (n) => {
      const greedy = await withHeader((header) => header.replace('"n":16', n));
      expect(await codeOf(unseal(greedy, PASSPHRASE, PATH))).toBe('archive_damaged');
    },
  );
});
