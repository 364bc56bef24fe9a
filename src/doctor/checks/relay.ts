import { createHash } from 'node:crypto';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';
import { RELAY_PAGE_DIGEST, RELAY_PAGE_MARK } from '../relay-page.ts';

/** Milliseconds. */
const PATIENCE = 5_000;

export const relay: Check = {
  group: 'relay',
  async look({ settings, fetch }, signal) {
    const { relayUrl, relayUrls } = settings.redirect;
    const urls = [...new Set([...(relayUrl === undefined ? [] : [relayUrl]), ...Object.values(relayUrls)])];
    if (urls.length === 0) return [finding('relay_none')];
    return Promise.all(urls.map(async (url) => judgeRelay(url, await load(url, fetch, signal))));
  },
};

export type Loaded = { readonly status: number; readonly page: string } | { readonly failure: string };

export function judgeRelay(url: string, loaded: Loaded): Finding {
  if ('failure' in loaded) return finding('relay_unreachable', { url, reason: loaded.failure });
  const { status, page } = loaded;
  if (status !== 200) return finding('relay_unreachable', { url, reason: `HTTP ${status}` });
  if (createHash('sha256').update(page).digest('hex') === RELAY_PAGE_DIGEST)
    return finding('relay_ok', { url });
  return page.includes(RELAY_PAGE_MARK)
    ? finding('relay_outdated', { url })
    : finding('relay_other_page', { url });
}

async function load(url: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<Loaded> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const response = await fetch(url, { signal: limit });
    return { status: response.status, page: await response.text() };
  } catch (thrown) {
    return { failure: thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no answer' };
  }
}
