import { crc32 } from 'node:zlib';
import type { StoredChange } from '../stored-change.ts';
import { parseCommit, parseHeader } from './schema.ts';

/** Version of the format that this program writes. */
export const JOURNAL_VERSION = 1;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const CHECKSUM_LENGTH = 8;

/** A line of the journal: eight hexadecimal digits (CRC-32 of the JSON text), a space, JSON, a line feed. */
function encodeLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')} ${json}\n`;
}

/** The first line of every journal. */
export const HEADER = encodeLine({ journal: JOURNAL_VERSION });

/** One commit is one line, so that it is there as a whole or not at all. */
export function encodeCommit(changes: readonly StoredChange[]): string {
  return encodeLine(changes);
}

export interface DecodedJournal {
  /** Of the header; undefined where that can't be read. */
  readonly version: number | undefined;
  /** Every commit that can be read, in order. */
  readonly commits: ReadonlyArray<readonly StoredChange[]>;
  /** Bytes up to the end of the last line that can be read; what follows is a torn tail. */
  readonly length: number;
  /** Lines before that end that can't be read. */
  readonly damaged: number;
}

/** Reads whatever can be read of a journal. Never throws, whatever the bytes. */
export function decodeJournal(bytes: Buffer): DecodedJournal {
  const commits: Array<readonly StoredChange[]> = [];
  let version: number | undefined;
  let length = 0;
  let damaged = 0;
  let unread = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) break;
    const value = decodeLine(bytes, start, end);
    const commit = parseCommit(value);
    const header = start === 0 ? parseHeader(value) : undefined;
    start = end + 1;
    if (commit === undefined && header === undefined) {
      unread += 1;
      continue;
    }
    if (commit === undefined) version = header;
    else commits.push(commit);
    length = start;
    damaged += unread;
    unread = 0;
  }
  return { version, commits, length, damaged };
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
