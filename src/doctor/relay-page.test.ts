import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { RELAY_PAGE_DIGEST, RELAY_PAGE_MARK } from './relay-page.ts';

test('the doctor knows the relay page of this version', async () => {
  const page = await readFile(new URL('../../relay/index.html', import.meta.url));
  expect(createHash('sha256').update(page).digest('hex')).toBe(RELAY_PAGE_DIGEST);
  expect(page.toString()).toContain(RELAY_PAGE_MARK);
});
