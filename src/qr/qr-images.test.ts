import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeQr, readQr } from '../../test/support/read-qr.ts';
import { systemRandom } from '../random.ts';
import { QrImages } from './qr-images.ts';

const LINK = 'HTTP://192.168.178.123:36536/S/0123456789';

let dir: string;
let paths: { runtimeDir: string; tempDir: string };
let images: QrImages;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'oo-qr-'));
  paths = { runtimeDir: join(dir, 'run', 'ovos-oauth'), tempDir: join(dir, 'tmp') };
  await mkdir(paths.tempDir);
  images = new QrImages({ paths, random: systemRandom });
  await images.open();
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe('a QR code', () => {
  test.each([
    LINK,
    'HTTP://[2001:DB8::1:FFFF]:36536/S/0123456789',
    'HTTP://OVOS-DEVICE.LOCAL:36536/S/0123456789',
    'http://someöne.example/s/x',
    `HTTP://${'LONG-NAME.'.repeat(24)}LOCAL:36536/S/0123456789`,
  ])('says %s to whoever scans it', async (url) => {
    expect(await readQr(await images.create(url, 'A'))).toBe(url);
  });

  test('of a short link in the home network is of the second smallest kind, with whole pixels', async () => {
    const png = PNG.sync.read(await readFile(await images.create(LINK, 'A')));
    // Version 2 has 25 squares, and 4 of white on each side.
    expect(png.width).toBe(33 * 12);
    expect(png.height).toBe(png.width);
  });

  test('that fits no code is said to be unavailable', async () => {
    const tooLong = images.create('X'.repeat(5_000), 'A');
    await expect(tooLong).rejects.toMatchObject({ code: 'qr_unavailable' });
    await images.removeAll();
    expect(await readdir(dirname(paths.runtimeDir))).toEqual([]);
  });
});

describe('an image', () => {
  test('is for its owner alone, in a folder for its owner alone', async () => {
    const path = await images.create(LINK, 'A');
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect((await lstat(dirname(path))).mode & 0o777).toBe(0o700);
    expect((await lstat(paths.runtimeDir)).mode & 0o777).toBe(0o700);
  });

  test('has a name that nobody can guess and that nobody chose', async () => {
    const names = await Promise.all(['../../x', '/etc/passwd', 'A'].map((code) => images.create(LINK, code)));
    for (const name of names) expect(name.slice(paths.runtimeDir.length)).toMatch(/^\/qr\/[\w-]{22}\.png$/);
    expect(new Set(names).size).toBe(3);
  });

  test('goes with its link, the others stay', async () => {
    const [one, other] = await Promise.all([images.create(LINK, 'ONE'), images.create(LINK, 'OTHER')]);
    await images.remove('ONE');
    await expect(lstat(one)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readQr(other)).toBe(LINK);
  });

  test('goes although its link ends while it is being drawn', async () => {
    const drawn = images.create(LINK, 'A');
    await images.remove('A');
    await drawn;
    expect(await readdir(join(paths.runtimeDir, 'qr'))).toEqual([]);
  });

  test('can be removed twice, or by another hand first', async () => {
    const path = await images.create(LINK, 'A');
    await rm(path);
    await images.remove('A');
    await images.remove('A');
    await images.remove('NEVER MADE');
    expect(await readdir(dirname(path))).toEqual([]);
  });

  test('goes when 256 newer ones are there', async () => {
    const first = await images.create(LINK, 'FIRST');
    for (let count = 0; count < 256; count += 1) await images.create(LINK, `CODE ${count}`);
    await expect(lstat(first)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(dirname(first))).toHaveLength(256);
  });
});

describe('the folder', () => {
  test('is gone after the end, with all that was in it', async () => {
    await images.create(LINK, 'A');
    await images.create(LINK, 'B');
    await images.removeAll();
    expect(await readdir(dirname(paths.runtimeDir))).toEqual([]);
  });

  test('is emptied at the start of what a killed process left in it', async () => {
    await images.create(LINK, 'A');
    const next = new QrImages({ paths, random: systemRandom });
    await next.open();
    expect(await readdir(paths.runtimeDir)).toEqual([]);
  });

  test('that something removed is made again', async () => {
    await images.create(LINK, 'A');
    await rm(paths.runtimeDir, { recursive: true });
    expect(await readQr(await images.create(LINK, 'B'))).toBe(LINK);
  });

  test.each(['runtime folder', 'folder of images'])(
    'is another one where somebody put a link in the place of the %s',
    async (which) => {
      const victim = join(dir, 'victim');
      await mkdir(join(victim, 'qr'), { recursive: true });
      await writeFile(join(victim, 'qr', 'precious'), '');
      await rm(paths.runtimeDir, { recursive: true });
      if (which === 'folder of images') {
        await mkdir(paths.runtimeDir, { mode: 0o700 });
        await symlink(join(victim, 'qr'), join(paths.runtimeDir, 'qr'));
      } else {
        await symlink(victim, paths.runtimeDir);
      }

      const path = await images.create(LINK, 'A');
      expect(path.startsWith(join(paths.tempDir, 'ovos-oauth-'))).toBe(true);
      expect(decodeQr(await readFile(path))).toBe(LINK);
      await images.open();
      await images.removeAll();
      expect(await readdir(join(victim, 'qr'))).toEqual(['precious']);
      expect(await readdir(paths.tempDir)).toEqual([]);
    },
  );

  test('is another one where others may look into the runtime folder', async () => {
    await chmod(paths.runtimeDir, 0o755);
    const path = await images.create(LINK, 'A');
    expect(path.startsWith(paths.tempDir)).toBe(true);
    expect((await lstat(dirname(path))).mode & 0o777).toBe(0o700);
    await images.removeAll();
    expect(await readdir(paths.tempDir)).toEqual([]);
  });

  test('that cannot be made anywhere means that there are no QR codes, and nothing worse', async () => {
    const file = join(dir, 'file');
    await writeFile(file, '');
    const nowhere = new QrImages({
      paths: { runtimeDir: join(file, 'run'), tempDir: join(file, 'tmp') },
      random: systemRandom,
    });
    await nowhere.open();
    await expect(nowhere.create(LINK, 'A')).rejects.toMatchObject({ code: 'qr_unavailable' });
    await nowhere.removeAll();
  });
});
