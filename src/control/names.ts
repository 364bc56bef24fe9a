import { OAuthBrokerError } from '../errors.ts';
import type { App } from '../store/records.ts';
import type { Providers } from '../providers/index.ts';
import { providerOf } from './connection-status.ts';

/** Names shown to somebody who mistyped one. */
const MOST_SUGGESTIONS = 3;

/**
 * The app that somebody means: by its munged id, by its skill's and its own id, or by a part that no other app has: its
 * own id, its provider, its skill.
 *
 * @param name one word, or two for skill and app
 * @throws OAuthBrokerError `unknown_app`, `name_misspelt` with `suggestions`, `name_ambiguous` with `names`
 */
export async function findApp(
  name: readonly string[],
  apps: readonly App[],
  providers: Providers,
): Promise<App> {
  const matches = await matchingApps(name, apps, providers);
  const [app] = matches;
  const said = name.join(' ');
  if (app === undefined) throw misspelt(said, await namesOf(apps, providers), 'unknown_app', { app: said });
  if (matches.length > 1) {
    const names = matches.map(({ mungedId }) => mungedId).join(', ');
    throw new OAuthBrokerError('name_ambiguous', { name: said, names });
  }
  return app;
}

/** Every app that a name can stand for; of the ways to name one, the first that leads anywhere counts. */
export async function matchingApps(
  [first = '', second]: readonly string[],
  apps: readonly App[],
  providers: Providers,
): Promise<readonly App[]> {
  if (second !== undefined) {
    return apps.filter(({ skillId, appId }) => skillId === first && appId === second);
  }
  const exact = apps.filter(({ mungedId }) => mungedId === first);
  if (exact.length > 0) return exact;
  const same = (text: string | undefined): boolean => text?.toLowerCase() === first.toLowerCase();
  const byId = apps.filter(({ mungedId, appId }) => same(appId) || same(mungedId));
  if (byId.length > 0) return byId;
  const known = await Promise.all(apps.map((app) => providerOf(app, providers)));
  const byProvider = apps.filter((_app, index) => same(known[index]?.name) || same(known[index]?.title));
  return byProvider.length > 0 ? byProvider : apps.filter(({ skillId }) => same(skillId));
}

/** The error for a name that nothing has: with those that look like it, or else as `code` says. */
export function misspelt(
  name: string,
  names: readonly string[],
  code: 'unknown_app' | 'unknown_provider',
  details: Readonly<Record<string, string>>,
): OAuthBrokerError {
  const suggestions = similarNames(name, names);
  return suggestions.length === 0
    ? new OAuthBrokerError(code, details)
    : new OAuthBrokerError('name_misspelt', { name, suggestions: suggestions.join(', ') });
}

/** Those that somebody may have meant, the likeliest first. */
export function similarNames(name: string, names: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const distances = [...new Set(names)].map((one) => [one, distanceOf(wanted, one.toLowerCase())] as const);
  return distances
    .filter(([one, distance]) => distance <= Math.floor(Math.min(one.length, name.length) / 3))
    .sort(([one, near], [other, far]) => near - far || (one < other ? -1 : 1))
    .slice(0, MOST_SUGGESTIONS)
    .map(([one]) => one);
}

export async function namesOf(apps: readonly App[], providers: Providers): Promise<readonly string[]> {
  const known = await Promise.all(apps.map((app) => providerOf(app, providers)));
  return apps.flatMap(({ mungedId, skillId, appId }, index) => [
    mungedId,
    ...(skillId === undefined || appId === undefined ? [] : [appId, `${skillId} ${appId}`]),
    ...(known[index] === undefined ? [] : [known[index].name]),
  ]);
}

/** Levenshtein: letters to add, drop or change; what begins with the wanted name counts as near. */
function distanceOf(wanted: string, name: string): number {
  if (name.startsWith(wanted)) return name === wanted ? 0 : 1;
  const letters = Array.from(name);
  let row = Array.from({ length: letters.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(wanted).entries()) {
    const next = [index + 1];
    for (const [at, other] of letters.entries()) {
      const change = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
