import type { IntentWords } from '../locale/index.ts';

/**
 * Whether an answer is a yes. A word that denies counts for more, and what is neither is no: nothing is ended because
 * somebody was misheard.
 */
export function isYes(answer: string, { yes, no }: Pick<IntentWords, 'yes' | 'no'>): boolean {
  const said = ` ${plain(answer)} `;
  const has = (word: string): boolean => said.includes(` ${plain(word)} `);
  return !no.some(has) && yes.some(has);
}

/** In lower case and without punctuation. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[’']/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
