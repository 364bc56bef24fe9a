import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSeal, type SealingSettings } from './sealing-key.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oo-key-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function keyFile(content: string | Buffer, mode = 0o600): Promise<string> {
  const path = join(folder, 'key');
  await rm(path, { force: true });
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

function from(settings: Partial<SealingSettings>): SealingSettings {
  return { enabled: true, ask: false, oldKeyFiles: [], ...settings };
}

async function keyIdOf(content: string | Buffer, salt?: string): Promise<string> {
  const { sealer } = await openSeal(from({ keyFile: await keyFile(content) }), {}, salt);
  return sealer.keyId;
}

describe('a key', () => {
  test('of 32 bytes is the same as its hexadecimal and base64 digits, with and without an end of line', async () => {
    const key = randomBytes(32);
    key[0] = 0xff;
    const written = [
      key,
      key.toString('hex'),
      `${key.toString('hex').toUpperCase()}\n`,
      key.toString('base64'),
    ];
    const ids = [];
    for (const content of written) ids.push(await keyIdOf(content));
    expect(new Set(ids).size).toBe(1);
  });

  test('by passphrase depends on the salt, which is kept beside what is sealed', async () => {
    const settings = from({ keyFile: await keyFile('correct horse battery staple\n') });
    const { sealer, salt } = await openSeal(settings, {}, undefined);
    expect(salt).toMatch(/^[\w-]{22}$/);
    expect((await openSeal(settings, {}, salt)).sealer.keyId).toBe(sealer.keyId);
    expect((await openSeal(settings, {}, undefined)).sealer.keyId).not.toBe(sealer.keyId);
  });

  test('needs no salt where it is one of 32 bytes', async () => {
    const settings = from({ keyFile: await keyFile(randomBytes(32).toString('hex')) });
    expect(await openSeal(settings, {}, undefined)).not.toHaveProperty('salt');
  });

  test('may be a credential that systemd hands over, or be typed', async () => {
    const salt = 'AAAAAAAAAAAAAAAAAAAAAA';
    const path = await keyFile('correct horse battery staple', 0o400);
    const byFile = await openSeal(from({ keyFile: path }), {}, salt);
    const byCredential = await openSeal(from({ credential: 'key' }), { credentialsDir: folder }, salt);
    const typed = await openSeal(from({ ask: true }), { passphrase: 'correct horse battery staple' }, salt);
    expect([byCredential.sealer.keyId, typed.sealer.keyId]).toEqual([
      byFile.sealer.keyId,
      byFile.sealer.keyId,
    ]);
  });

  test('that systemd hands over may show the right of a group, which is its access list; nobody else’s', async () => {
    const credential = from({ credential: 'key' });
    await keyFile('correct horse battery staple', 0o440);
    const { sealer } = await openSeal(credential, { credentialsDir: folder }, undefined);
    expect(sealer.keyId).toHaveLength(8);
    await keyFile('correct horse battery staple', 0o444);
    const opening = openSeal(credential, { credentialsDir: folder }, undefined);
    await expect(opening).rejects.toMatchObject({ code: 'store_key_unreadable' });
  });

  test('from before is read as well', async () => {
    const old = await openSeal(from({ keyFile: await keyFile('a passphrase of old times') }), {}, undefined);
    const oldPath = join(folder, 'old');
    await writeFile(oldPath, 'a passphrase of old times', { mode: 0o600 });
    const settings = from({
      keyFile: await keyFile(randomBytes(32).toString('hex')),
      oldKeyFiles: [oldPath],
    });
    const { sealer } = await openSeal(settings, {}, old.salt);
    expect(sealer.open(old.sealer.seal('text', 'x'), 'x')).toBe('text');
  });
});

describe('a key is refused', () => {
  const GOOD = 'correct horse battery staple';

  test.each([
    ['that everybody can read', GOOD, 0o644],
    ['that its group can read', GOOD, 0o640],
    ['that others can write', GOOD, 0o602],
    ['of eleven characters', 'x'.repeat(11), 0o600],
    ['that is empty', '', 0o600],
    ['that is a whole document', 'x'.repeat(5_000), 0o600],
  ])('%s', async (_what, content, mode) => {
    const path = await keyFile(content, mode);
    await expect(openSeal(from({ keyFile: path }), {}, undefined)).rejects.toMatchObject({
      code: 'store_key_unreadable',
      details: { path },
    });
  });

  test('that is missing, a folder, or leads nowhere', async () => {
    await mkdir(join(folder, 'folder'));
    await symlink(join(folder, 'nowhere'), join(folder, 'link'));
    for (const name of ['missing', 'folder', 'link']) {
      const opening = openSeal(from({ keyFile: join(folder, name) }), {}, undefined);
      await expect(opening).rejects.toMatchObject({ code: 'store_key_unreadable' });
    }
    const opening = openSeal(from({ credential: 'key' }), {}, undefined);
    await expect(opening).rejects.toMatchObject({ code: 'store_key_unreadable' });
  });
});
