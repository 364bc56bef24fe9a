import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SimulatedDisk } from '../../test/support/simulated-disk.ts';
import type { FileStat } from './files.ts';
import { closeToOthers, secureFiles, secureFolder } from './own-files.ts';

const US = 1000;
const STRANGER = 4242;
const ROOT = 0;
const FOLDER = '/state';
const JOURNAL = '/state/journal';

/** A disk on which paths can belong to somebody else or be links. */
class OwnedDisk extends SimulatedDisk {
  readonly owners = new Map<string, number>();
  readonly links = new Map<string, number>();

  override stat(target: string | number): FileStat | undefined {
    const found = super.stat(target);
    return found && { ...found, owner: this.owners.get(String(target)) ?? US };
  }

  override lstat(path: string): FileStat | undefined {
    const found = this.stat(path);
    const owner = this.links.get(path);
    return found && owner !== undefined ? { ...found, isFile: false, isFolder: false, owner } : found;
  }
}

let disk: OwnedDisk;
let user: number;

beforeEach(() => {
  disk = new OwnedDisk();
  disk.makeFolder(FOLDER);
  disk.put(JOURNAL, 'content');
  user = US;
  vi.spyOn(process, 'getuid').mockImplementation(() => user);
});

afterEach(() => vi.restoreAllMocks());

const journals = (): void => secureFiles(disk, FOLDER, (name) => name.startsWith('journal'));

function codeOf(work: () => void): string {
  try {
    work();
    return 'fine';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('a folder of ours', () => {
  test.each([0o777, 0o755, 0o750, 0o500])('is made ours alone where its mode is %o', (mode) => {
    disk.chmod(FOLDER, mode);
    secureFolder(disk, FOLDER);
    expect(disk.stat(FOLDER)?.mode).toBe(0o700);
  });

  test('is refused where it is a stranger’s, or a stranger’s link, or a file', () => {
    disk.owners.set(FOLDER, STRANGER);
    expect(codeOf(() => secureFolder(disk, FOLDER))).toBe('store_unsafe');
    disk.owners.set(FOLDER, US);
    disk.links.set(FOLDER, STRANGER);
    expect(codeOf(() => secureFolder(disk, FOLDER))).toBe('store_unsafe');
    expect(codeOf(() => secureFolder(disk, JOURNAL))).toBe('store_unsafe');
  });

  test('may be behind a link that we or root have set, as systemd does', () => {
    for (const owner of [US, ROOT]) {
      disk.links.set(FOLDER, owner);
      expect(codeOf(() => secureFolder(disk, FOLDER))).toBe('fine');
    }
  });

  test('may belong to another user for root, whose container was given it', () => {
    user = ROOT;
    disk.owners.set(FOLDER, STRANGER);
    expect(codeOf(() => secureFolder(disk, FOLDER))).toBe('fine');
  });
});

describe('a file in it', () => {
  test.each([0o666, 0o644, 0o640, 0o700])('is made ours alone where its mode is %o', (mode) => {
    disk.chmod(JOURNAL, mode);
    journals();
    expect(disk.stat(JOURNAL)?.mode).toBe(0o600);
  });

  test('is refused where it is a stranger’s, or a link, whoever has set that', () => {
    disk.owners.set(JOURNAL, STRANGER);
    expect(codeOf(journals)).toBe('store_unsafe');
    disk.owners.set(JOURNAL, US);
    for (const owner of [STRANGER, US, ROOT]) {
      disk.links.set(JOURNAL, owner);
      expect(codeOf(journals)).toBe('store_unsafe');
    }
  });

  test('of another name is no business of ours', () => {
    disk.put('/state/notes', 'content');
    disk.owners.set('/state/notes', STRANGER);
    expect(codeOf(journals)).toBe('fine');
  });
});

describe('what is shared with programs that do not mind their rights', () => {
  test('is closed to others where it is ours, and left alone where it is not', () => {
    disk.chmod(JOURNAL, 0o644);
    closeToOthers(disk, JOURNAL, 0o600);
    expect(disk.stat(JOURNAL)?.mode).toBe(0o600);
    disk.chmod(JOURNAL, 0o644);
    disk.owners.set(JOURNAL, STRANGER);
    closeToOthers(disk, JOURNAL, 0o600);
    disk.owners.set(JOURNAL, US);
    disk.links.set(JOURNAL, US);
    closeToOthers(disk, JOURNAL, 0o600);
    closeToOthers(disk, '/nowhere', 0o600);
    expect(disk.stat(JOURNAL)?.mode).toBe(0o644);
  });
});
