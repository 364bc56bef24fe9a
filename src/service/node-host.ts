import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Environment } from '../config/locations.ts';
import { fileErrorCode } from '../store/files.ts';
import type { Outcome, ServiceHost } from './host.ts';

/** Milliseconds; systemd waits for the service to be ready in this time. */
const LONGEST_RUN = 90_000;

/** This machine. */
export function nodeServiceHost(env: Environment): ServiceHost {
  return {
    env,
    uid: process.getuid?.() ?? 0,
    // Not the link in npm's folder of programs: it leads elsewhere after `npm i -g` with another Node.
    program: [process.execPath, realpathSync(process.argv[1] ?? '')],
    root: '',
    async read(path) {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (fileErrorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(path, text) {
      const temporary = `${path}.${process.pid}.tmp`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, text, { mode: 0o644 });
      await rename(temporary, path);
    },
    remove: (path) => rm(path, { force: true }),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    run,
  };
}

function run(program: string, args: readonly string[], env: Environment): Promise<Outcome | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: LONGEST_RUN }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
  });
}
