import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Paths } from '../config/paths.ts';
import { OAuthBrokerError } from '../errors.ts';
import { makePrivateFolder } from '../private-folder.ts';
import { type RandomBytes, randomToken } from '../random.ts';
import { drawQr } from './draw.ts';

/** Beyond this the oldest goes: whoever asked for it has shown it long ago, or never will. */
const MOST_IMAGES = 256;

export interface QrImagesOptions {
  readonly paths: Pick<Paths, 'runtimeDir' | 'tempDir'>;
  readonly random: RandomBytes;
}

/**
 * PNG files for whoever shows a QR code: ovos-shell, or a skill with a page of its own. They are readable by the user
 * that this service runs as, which is the one that OVOS's other services run as. Nothing of a name comes from outside.
 */
export class QrImages {
  readonly #options: QrImagesOptions;
  readonly #folder: string;
  #fallback: Promise<string> | undefined;
  /** Paths by link code, oldest first. */
  readonly #images = new Map<string, Promise<string>>();

  constructor(options: QrImagesOptions) {
    this.#options = options;
    this.#folder = join(options.paths.runtimeDir, 'qr');
  }

  /** Removes what a process that was killed has left. Never fails: a device without QR codes is still of use. */
  async open(): Promise<void> {
    try {
      await makePrivateFolder(this.#options.paths.runtimeDir);
      await rm(this.#folder, { recursive: true, force: true });
    } catch {
      // Then nothing of ours is in there.
    }
  }

  /**
   * @param url what the code says; upper case gives the smallest code
   * @param linkCode by which it is removed
   * @returns the path of the PNG
   * @throws OAuthBrokerError `qr_unavailable`
   */
  async create(url: string, linkCode: string): Promise<string> {
    const image = this.#write(url);
    this.#images.set(linkCode, image);
    try {
      return await image;
    } catch (cause) {
      this.#images.delete(linkCode);
      throw new OAuthBrokerError('qr_unavailable', {}, { cause });
    } finally {
      await this.#crowdOut();
    }
  }

  /** Never fails; an image that is already gone is as good. */
  async remove(linkCode: string): Promise<void> {
    const image = this.#images.get(linkCode);
    this.#images.delete(linkCode);
    await image?.then((path) => rm(path, { force: true })).catch(() => {});
  }

  /** Removes every image and the folder. */
  async removeAll(): Promise<void> {
    await Promise.all([...this.#images.keys()].map((linkCode) => this.remove(linkCode)));
    await this.open();
    // Something of another program may be in there; then it stays.
    await rmdir(this.#options.paths.runtimeDir).catch(() => {});
    const fallback = await this.#fallback?.catch(() => undefined);
    this.#fallback = undefined;
    if (fallback !== undefined) await rm(fallback, { recursive: true, force: true });
  }

  async #write(url: string): Promise<string> {
    const png = await drawQr(url);
    const path = join(await this.#privateFolder(), `${randomToken(this.#options.random)}.png`);
    // `wx` makes a new file or none: it neither follows a link nor opens what somebody has put there.
    await writeFile(path, png, { flag: 'wx', mode: 0o600 });
    return path;
  }

  async #privateFolder(): Promise<string> {
    const { runtimeDir, tempDir } = this.#options.paths;
    try {
      // The outer one first: who owns that could put something else in the place of the inner one.
      await makePrivateFolder(runtimeDir);
      await makePrivateFolder(this.#folder);
      return this.#folder;
    } catch {
      this.#fallback ??= mkdtemp(join(tempDir, 'ovos-oauth-'));
      return this.#fallback.catch((error: unknown) => {
        this.#fallback = undefined;
        throw error;
      });
    }
  }

  async #crowdOut(): Promise<void> {
    const [oldest] = this.#images.keys();
    if (oldest !== undefined && this.#images.size > MOST_IMAGES) await this.remove(oldest);
  }
}
