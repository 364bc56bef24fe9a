import { busApiPage } from './bus-api.ts';
import { errorsPage } from './errors.ts';

/** The pages of docs/ that are made from the code, by file name. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['bus-api.md', busApiPage()],
    ['errors.md', errorsPage()],
  ]);
}
