import type { ListedDifference } from './differences.ts';

export function documentDifferences(list: readonly ListedDifference[]): string {
  return list.map(({ title }) => title).join('\n');
}
