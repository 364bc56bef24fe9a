import type { IntentWords } from '../locale/index.ts';

/**
 * Sentences with every choice made: `(a|b)` and `[a]` written out, spaces single. The engines do that too, but not alike.
 */
export function spokenSentences(patterns: readonly string[]): readonly string[] {
  const sentences = patterns.flatMap(expanded).map((sentence) => sentence.replace(/\s+/g, ' ').trim());
  return [...new Set(sentences)];
}

/** The first choice of a pattern is made, and then the rest. Choices are not nested. */
function expanded(pattern: string): readonly string[] {
  const choice = /\(([^()]*)\)|\[([^\][]*)\]/.exec(pattern);
  if (choice === null) return [pattern];
  const [all, either, maybe] = choice;
  const options = either === undefined ? [...(maybe ?? '').split('|'), ''] : either.split('|');
  const before = pattern.slice(0, choice.index);
  const after = pattern.slice(choice.index + all.length);
  return options.flatMap((option) => expanded(`${before}${option}${after}`));
}

/** What users may say, by the intent. */
export type IntentSamples = Readonly<Record<IntentName, readonly string[]>>;
export const INTENT_NAMES = ['accounts', 'connect', 'disconnect', 'code'] as const;
export type IntentName = (typeof INTENT_NAMES)[number];

/**
 * The sentences of every intent. A name that may be anything would catch other skills' sentences ("connect the speaker"),
 * so the names of the device's own accounts are put in; only where an account is plainly meant the place stays open.
 *
 * @param names of the accounts
 */
export function intentSamples(words: IntentWords, names: readonly string[]): IntentSamples {
  // Speech recognition writes in lower case, and Padacioso counts that.
  const named = (patterns: readonly string[]): readonly string[] =>
    spokenSentences(patterns).flatMap((sentence) =>
      names.map((name) => sentence.replace('{provider}', () => name.toLowerCase())),
    );
  return {
    accounts: spokenSentences(words.accounts),
    connect: [...named(words.connect), ...spokenSentences(words.connectAny)],
    disconnect: [...named(words.disconnect), ...spokenSentences(words.disconnectAny)],
    code: spokenSentences(words.repeatCode),
  };
}
