import type { VoiceWords } from '../locale/index.ts';

/** Characters of an address that somebody can keep in mind while walking to a keyboard. */
const LONGEST_ADDRESS = 40;

/**
 * A code letter by letter, digits as digits, with a longer pause between its groups: "W, D, J, B. M, J, H, T". What stands
 * between the groups need not be typed (RFC 8628 §6.1).
 */
export function spelled(code: string): string {
  const groups = code.toUpperCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return groups.map((group) => Array.from(group).join(', ')).join('. ');
}

/**
 * An address in words, such as "github dot com slash login slash device": RFC 8628 §3.3 wants the page for the code short
 * enough to be told.
 *
 * @returns undefined for one that nobody could remember
 */
export function spokenAddress(uri: string, { dot, slash, dash }: VoiceWords['signs']): string | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { host, pathname, search, hash } = new URL(uri);
  const address = `${host.replace(/^www\./, '')}${pathname.replace(/\/+$/, '')}`;
  if (search !== '' || hash !== '' || address.length > LONGEST_ADDRESS || !/^[a-z\d./-]+$/i.test(address)) {
    return undefined;
  }
  const words: Readonly<Record<string, string>> = { '.': dot, '/': slash, '-': dash };
  return address.replace(/[./-]/g, (sign) => ` ${words[sign] ?? sign} `);
}
