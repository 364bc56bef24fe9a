import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `check` gives something other than undefined or false, else rejects, naming `what`. Limit in milliseconds. */
export async function eventually<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 15_000,
): Promise<T> {
  const end = performance.now() + limit;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`In ${limit} ms it did not happen: ${what}`);
    await sleep(5);
  }
}
