import { readFile } from 'node:fs/promises';

/** Of one process, in MiB. */
export interface Memory {
  /** Resident: what the process occupies, shared libraries included in full. */
  readonly rss: number;
  /** Proportional: a page that several processes share counts by its share. */
  readonly pss: number;
}

/** Reads the kernel's own account (proc(5)). */
export async function memoryOf(pid: number): Promise<Memory> {
  return {
    rss: await field(`/proc/${pid}/status`, 'VmRSS'),
    pss: await field(`/proc/${pid}/smaps_rollup`, 'Pss'),
  };
}

async function field(path: string, name: string): Promise<number> {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(await readFile(path, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`${name} is not in ${path}`);
  return Number(kib) / 1024;
}
