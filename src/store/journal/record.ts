import { crc32 } from 'node:zlib';
import { OAuthBrokerError } from '../../errors.ts';
import type { Seal } from '../sealing-key.ts';
import type { StoredChange } from '../stored-change.ts';
import { type JournalHeader, parseCommit, parseHeader } from './schema.ts';

/** Versions of the format that this program writes: in the clear, and sealed, which an earlier program can't read. */
const PLAIN_VERSION = 1;
const SEALED_VERSION = 2;
export const NEWEST_VERSION = SEALED_VERSION;

/** What a sealed line belongs to. */
const PLACE = 'ovos-oauth journal';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const CHECKSUM_LENGTH = 8;

/** A line of the journal: eight hexadecimal digits (CRC-32 of the JSON text), a space, JSON, a line feed. */
function encodeLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${json}\n`;
}

/** The first line of a journal whose other lines are sealed with `seal`, or in the clear without one. */
export function encodeHeader(seal?: Seal): string {
  if (seal === undefined) return encodeLine({ journal: PLAIN_VERSION });
  const { sealer, salt } = seal;
  return encodeLine({
    journal: SEALED_VERSION,
    sealed: { key: sealer.keyId, ...(salt === undefined ? {} : { salt }) },
  });
}

/** One commit is one line, so that it is there as a whole or not at all. */
export function encodeCommit(changes: readonly StoredChange[], seal?: Seal): string {
  return encodeLine(seal === undefined ? changes : seal.sealer.seal(JSON.stringify(changes), PLACE));
}

/** The first line of a journal, where it can be read. */
export function readHeader(bytes: Buffer): JournalHeader | undefined {
  const end = bytes.indexOf(LINE_FEED);
  return end === -1 ? undefined : parseHeader(decodeLine(bytes, 0, end));
}

export interface DecodedJournal {
  /** Undefined where it can't be read. */
  readonly header: JournalHeader | undefined;
  /** Every commit that can be read, in order. */
  readonly commits: ReadonlyArray<readonly StoredChange[]>;
  /** Bytes up to the end of the last line that can be read; what follows is a torn tail. */
  readonly length: number;
  /** Lines before that end that can't be read. */
  readonly damaged: number;
}

/**
 * Reads whatever can be read of a journal, whatever the bytes.
 *
 * @param seal opens sealed lines. One that does not open counts as damaged, and so does one in the clear in a sealed
 *   journal: whoever could write to the disk has put it there.
 * @throws OAuthBrokerError `store_key_unknown` where the header names another key; that is no damage
 */
export function decodeJournal(bytes: Buffer, seal?: Seal): DecodedJournal {
  const header = readHeader(bytes);
  const keyId = header?.sealed?.key;
  if (keyId !== undefined && seal?.sealer.has(keyId) !== true) {
    throw new OAuthBrokerError('store_key_unknown', { key: keyId });
  }
  const isSealed = header === undefined ? seal !== undefined : header.sealed !== undefined;
  const commits: Array<readonly StoredChange[]> = [];
  let length = 0;
  let damaged = 0;
  let unread = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) break;
    const isHeader = start === 0 && header !== undefined;
    const value = isHeader ? undefined : decodeLine(bytes, start, end);
    const commit = parseCommit(isSealed ? opened(value, seal) : value);
    start = end + 1;
    if (commit === undefined && !isHeader) {
      unread += 1;
      continue;
    }
    if (commit !== undefined) commits.push(commit);
    length = start;
    damaged += unread;
    unread = 0;
  }
  return { header, commits, length, damaged };
}

function opened(value: unknown, seal: Seal | undefined): unknown {
  if (typeof value !== 'string' || seal === undefined) return undefined;
  try {
    return JSON.parse(seal.sealer.open(value, PLACE));
  } catch {
    return undefined;
  }
}

/** @returns the value of the line in `bytes[start, end)`, or undefined where its checksum is wrong */
function decodeLine(bytes: Buffer, start: number, end: number): unknown {
  const json = start + CHECKSUM_LENGTH + 1;
  if (end <= json || bytes[json - 1] !== SPACE) return undefined;
  const checksum = bytes.toString('latin1', start, json - 1);
  const text = bytes.subarray(json, end);
  if (crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0') !== checksum) return undefined;
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
