import fc from 'fast-check';
import { OAuthBrokerError } from '../../src/errors.ts';

/** Cases of a whole campaign over all targets; `npm test` runs a small share of it. */
const CASES = Number(process.env['OVOS_OAUTH_FUZZ_CASES'] ?? 6_000);
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 1);

/** Milliseconds for one target of a campaign; none is expected to come near. */
export const FUZZ_TIME = Math.max(90_000, CASES * 4);

/**
 * Holds `property` for a share of the campaign's cases.
 * @param share of all cases, from 0 to 1; the shares of all targets together are 1
 */
export async function fuzz(share: number, property: fc.IAsyncProperty<unknown[]>): Promise<void> {
  const numRuns = Math.max(Math.ceil(CASES * share), 20);
  await fc.assert(property, { numRuns, seed: SEED });
}

/**
 * How `attempt` is refused, if it is.
 * @throws whatever else comes: the attempt has brought the program down
 */
export async function refusalOf(attempt: () => unknown): Promise<OAuthBrokerError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    if (error instanceof OAuthBrokerError && error.code !== 'internal') return error;
    throw error;
  }
}

type Mutation = (bytes: Buffer) => Buffer;

// Where parsers end, begin, escape, count and overflow.
const TELLING = [
  '',
  '\0',
  '\r\n',
  '\r\n\r\n',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '%',
  '%00',
  '%0d%0a',
  '&',
  '=',
  ';',
  '#',
  '//',
  '../',
  '-0',
  '1e999',
  '-1',
  '9007199254740993',
  '18446744073709551616',
  'null',
  'true',
  'NaN',
  'Infinity',
  '__proto__',
  'constructor',
  'toString',
  '\u2028',
  '\uFEFF',
  '<script>',
  "'",
  '𝕏',
].map((text) => Buffer.from(text));

const telling = fc.oneof(
  fc.constantFrom(...TELLING),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(
    ([at, bit]): Mutation =>
      (bytes) => {
        const copy = Buffer.from(bytes);
        const index = at % Math.max(copy.length, 1);
        if (copy.length > 0) copy[index] = (copy[index] ?? 0) ^ (1 << bit);
        return copy;
      },
  ),
  fc.tuple(fc.nat(), telling).map(
    ([at, insert]): Mutation =>
      (bytes) => {
        const index = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, index), insert, bytes.subarray(index)]);
      },
  ),
  fc.tuple(fc.nat(), fc.nat(40)).map(
    ([at, length]): Mutation =>
      (bytes) => {
        const index = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + length)]);
      },
  ),
  fc.tuple(fc.nat(), fc.nat(40), fc.nat(6)).map(
    ([at, length, times]): Mutation =>
      (bytes) => {
        const index = at % (bytes.length + 1);
        const piece = bytes.subarray(index, index + length);
        return Buffer.concat([
          bytes.subarray(0, index),
          ...Array<Buffer>(times).fill(piece),
          bytes.subarray(index),
        ]);
      },
  ),
  fc.nat().map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, at % (bytes.length + 1)),
  ),
);

/** What a sample of the corpus becomes by a few small damages; now and then it stays whole, or two are joined. */
export function damaged(corpus: ReadonlyArray<string | Buffer>): fc.Arbitrary<Buffer> {
  const sample = fc.constantFrom(...corpus.map((one) => Buffer.from(one)));
  const base = fc.oneof(
    { arbitrary: sample, weight: 5 },
    { arbitrary: fc.tuple(sample, sample).map(([one, other]) => Buffer.concat([one, other])), weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  );
  return fc
    .tuple(base, fc.array(mutation, { maxLength: 6 }))
    .map(([bytes, mutations]) => mutations.reduce<Buffer>((damaged, mutate) => mutate(damaged), bytes));
}
