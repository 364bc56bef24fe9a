import { loadCLibrary } from './c-library.ts';

// linux/prctl.h
const PR_SET_DUMPABLE = 4;

/**
 * Keeps this process's memory out of core dumps, and from the debuggers of the same user (prctl(2), PR_SET_DUMPABLE).
 * Worth it where the store is sealed: the key is nowhere else. Does nothing where there is no prctl.
 */
export async function hideMemory(): Promise<void> {
  if (process.platform !== 'linux') return;
  const library = await loadCLibrary();
  library.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)')(
    PR_SET_DUMPABLE,
    0,
    0,
    0,
    0,
  );
}
