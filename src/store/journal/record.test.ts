import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appOf, attemptOf, connectionOf, idOf, tokenOf } from '../../../test/support/store-samples.ts';
import type { StoredChange } from '../stored-change.ts';
import { decodeJournal, encodeCommit, encodeHeader } from './record.ts';

const tokenSet = fc
  .record(
    { access_token: fc.string({ unit: 'binary' }), other: fc.jsonValue() },
    { requiredKeys: ['access_token'] },
  )
  // A number that JSON writes as another one is not what this is about.
  .map((value) => JSON.parse(JSON.stringify(value)) as { access_token: string });

const change: fc.Arbitrary<StoredChange> = fc.oneof(
  fc.record({ op: fc.constant('put_token' as const), mungedId: fc.string().map(idOf), tokenSet }),
  fc.record({ op: fc.constant('delete_token' as const), mungedId: fc.string().map(idOf) }),
  fc.string().map((name) => ({ op: 'put_app' as const, app: appOf(name) })),
  fc
    .string()
    .map((state) => ({ op: 'put_attempt' as const, attempt: attemptOf(state, { linkCode: 'CODE' }) })),
  fc.string().map((name) => ({ op: 'put_connection' as const, connection: connectionOf(name) })),
);
const commits = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

function encode(list: ReadonlyArray<readonly StoredChange[]>): Buffer {
  return Buffer.from(encodeHeader() + list.map((one) => encodeCommit(one)).join(''));
}

describe('the journal', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(commits, (list) => {
        const bytes = encode(list);
        expect(decodeJournal(bytes)).toEqual({
          header: { journal: 1 },
          commits: list,
          length: bytes.length,
          damaged: 0,
        });
      }),
    );
  });

  test('cut anywhere keeps every commit that is whole', () => {
    fc.assert(
      fc.property(commits, fc.nat(), (list, at) => {
        const bytes = encode(list);
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        const read = decodeJournal(cut);
        const whole = cut.toString('latin1').split('\n').length - 1;
        expect(read.commits).toEqual(list.slice(0, Math.max(0, whole - 1)));
        expect(read.damaged).toBe(0);
        expect(read.length).toBe(cut.lastIndexOf(0x0a) + 1);
      }),
    );
  });

  test('with a flipped bit loses at most the commits it touches', () => {
    fc.assert(
      fc.property(commits, fc.nat(), fc.integer({ min: 0, max: 7 }), (list, at, bit) => {
        const bytes = encode(list);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        const read = decodeJournal(bytes);
        const kept = read.commits.filter((commit) => list.some((one) => isEqual(one, commit)));
        // A flip in a line feed joins two lines, any other one spoils one.
        expect(kept).toHaveLength(read.commits.length);
        expect(read.commits.length).toBeGreaterThanOrEqual(list.length - 2);
      }),
    );
  });

  test('of any bytes at all is read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), commits, (noise, list) => {
        const read = decodeJournal(Buffer.concat([encode(list), noise]));
        expect(read.commits.slice(0, list.length)).toEqual(list);
      }),
    );
  });

  test('that has zeros at its end, as after a power cut, ends before them', () => {
    const bytes = encode([[{ op: 'put_app', app: appOf('one') }]]);
    const read = decodeJournal(Buffer.concat([bytes, Buffer.alloc(4096)]));
    expect(read).toMatchObject({ length: bytes.length, damaged: 0 });
    expect(read.commits).toHaveLength(1);
  });

  test('keeps fields that it does not know', () => {
    const app = { ...appOf('one'), ofTomorrow: { nested: true } };
    expect(decodeJournal(encode([[{ op: 'put_app', app }]])).commits).toEqual([[{ op: 'put_app', app }]]);
  });

  test('takes a line with a right checksum and no sense for damaged', () => {
    const strange = [{ op: 'put_token', mungedId: 'one', tokenSet: { access_token: 5 } }];
    const good: StoredChange[] = [{ op: 'put_token', mungedId: idOf('two'), tokenSet: tokenOf('a') }];
    const bytes = encode([strange as unknown as StoredChange[], good]);
    expect(decodeJournal(bytes)).toMatchObject({ commits: [good], damaged: 1 });
  });
});

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
