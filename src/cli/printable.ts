// Ids and names come from anyone on the bus: nothing in them may move the cursor, hide text or end a line.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Text of one line, fit for a terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\uFFFD');
}
