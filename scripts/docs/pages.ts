import { busApiPage } from './bus-api.ts';
import { errorsPage } from './errors.ts';
import { providersPage } from './providers.ts';

/** The pages of docs/ that are made from the code, by file name. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['bus-api.md', busApiPage()],
    ['errors.md', errorsPage()],
    ['providers.md', await providersPage()],
  ]);
}
