import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const packed = v.tuple([v.object({ filename: v.string(), files: v.array(v.object({ path: v.string() })) })]);

export interface Tarball {
  readonly path: string;
  /** The paths in it. */
  readonly files: readonly string[];
}

/** Packs what `dist/` holds now, as `npm pack` does for a release. */
export async function packTarball(folder: string): Promise<Tarball> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await npm(args, REPOSITORY);
  const [{ filename, files }] = v.parse(packed, JSON.parse(stdout));
  return { path: join(folder, filename), files: files.map(({ path }) => path) };
}

/** `npm install --global`, with a prefix of its own; no install script runs. */
export async function installGlobally({ path }: Tarball, prefix: string): Promise<void> {
  await npm(['install', '--global', '--prefix', prefix, '--ignore-scripts', path], prefix);
}

export async function removeGlobally(prefix: string): Promise<void> {
  await npm(['rm', '--global', '--prefix', prefix, 'ovos-oauth'], prefix);
}

/** The released program of such a prefix. */
export function globalProgram(prefix: string): string {
  return join(prefix, 'lib/node_modules/ovos-oauth/dist/ovos-oauth.mjs');
}

/** Runs npm in a folder, with nothing but Node on the PATH. */
export async function npm(args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  const { npm_config_prefix: _, ...env } = process.env;
  const programs = await mkdtemp(join(tmpdir(), 'oo-path-'));
  try {
    await symlink(process.execPath, join(programs, 'node'));
    return await run(process.execPath, [await npmProgram(), ...args, '--no-audit', '--no-fund'], {
      cwd,
      env: { ...env, PATH: programs },
    });
  } finally {
    await rm(programs, { recursive: true });
  }
}

async function npmProgram(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return await realpath(join(folder, 'npm'));
    } catch {
      // Not in this one.
    }
  }
  throw new Error('There is no npm on the PATH.');
}
