/**
 * Picks the language for an `Accept-Language` header (RFC 9110 §12.5.4) by the primary subtag alone: `de-AT` is served
 * by `de`.
 *
 * @param header as it arrived, or undefined where there is none
 * @param available primary subtags, lower case
 * @returns the most wanted of `available`; undefined where none is wanted
 */
export function pickLanguage(header: string | undefined, available: readonly string[]): string | undefined {
  return (header ?? '')
    .split(',', MOST_RANGES)
    .map(parseRange)
    .filter(({ subtag, weight }) => weight > 0 && available.includes(subtag))
    .sort((one, other) => other.weight - one.weight)[0]?.subtag;
}

// Browsers send a handful; a longer list is not worth reading.
const MOST_RANGES = 20;

function parseRange(range: string): { subtag: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  const weight = Number(quality);
  return { subtag: tag.split('-', 1)[0] ?? '', weight: Number.isFinite(weight) ? weight : 0 };
}
