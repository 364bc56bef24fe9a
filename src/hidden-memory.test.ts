import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadCLibrary } from './c-library.ts';
import { hideMemory } from './hidden-memory.ts';

const PR_GET_DUMPABLE = 3;

test('memory that is hidden goes into no core dump, and no debugger of the same user gets at it', async () => {
  const library = await loadCLibrary();
  const prctl = library.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  expect(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)).toBe(1);
  await hideMemory();
  expect(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)).toBe(0);
  expect(await readFile('/proc/self/status', 'utf8')).toContain('Name:');
});
