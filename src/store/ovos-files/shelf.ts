import type { JsonObject } from '../../json.ts';
import type { ForeignChange } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { State } from '../state.ts';
import type { SharedFileName, StoredChange } from '../stored-change.ts';
import { adoptApp, appDigest, appEntry, type CallbackEndpoint, isSameApp } from './app-entry.ts';
import { adoptToken, isSameToken, isStaleToken, losesRefreshToken, outlives } from './token-entry.ts';

export interface Adoption {
  readonly changes: readonly StoredChange[];
  /** Whether the file has to be brought in line although it is newer: something missing there was kept. */
  readonly rewrite: boolean;
}

/** What a shared file holds of the state, and what an entry that is found there means. */
export interface Shelf {
  readonly name: SharedFileName;
  readonly fileName: string;
  readonly adopted: ForeignChange['what'];
  readonly removed: ForeignChange['what'];
  ids(): Iterable<MungedId>;
  has(mungedId: MungedId): boolean;
  /** The entry as Python programs should see it; undefined where there is none. */
  entry(mungedId: MungedId): JsonObject | undefined;
  compare(mungedId: MungedId, entry: JsonObject): 'same' | 'stale' | 'unreadable' | 'new';
  outlives(mungedId: MungedId, entry: JsonObject): boolean;
  adopt(mungedId: MungedId, entry: JsonObject, now: number): Adoption;
  /** What to commit when the entry was removed by its owner. */
  remove(mungedId: MungedId, now: number): readonly StoredChange[];
  /** What to commit when our entry went over another one that is good as well. */
  discard(mungedId: MungedId, entry: JsonObject, now: number): readonly StoredChange[];
}

/** `ovos_oauth.json`: token sets. */
export function tokenShelf(state: State): Shelf {
  const { tokens, shared } = state;
  return {
    name: 'tokens',
    fileName: 'ovos_oauth.json',
    adopted: 'token_adopted',
    removed: 'token_removed',
    ids: () => tokens.keys(),
    has: (mungedId) => tokens.has(mungedId),
    entry: (mungedId) => tokens.get(mungedId),
    compare(mungedId, entry) {
      const ours = tokens.get(mungedId);
      if (ours !== undefined && isSameToken(entry, ours)) return 'same';
      if (adoptToken(entry, ours) === undefined) return 'unreadable';
      const wasReplaced = (digest: string): boolean => shared.tokens.replaced.has(mungedId, digest);
      return isStaleToken(entry, ours, wasReplaced) ? 'stale' : 'new';
    },
    outlives(mungedId, entry) {
      const ours = tokens.get(mungedId);
      return ours !== undefined && outlives(entry, ours);
    },
    adopt(mungedId, entry, now) {
      const ours = tokens.get(mungedId);
      const tokenSet = adoptToken(entry, ours);
      if (tokenSet === undefined) return { changes: [], rewrite: false };
      const changes: StoredChange[] = [{ op: 'adopt_token', mungedId, tokenSet }];
      if (ours !== undefined && losesRefreshToken(ours, tokenSet)) {
        changes.unshift({
          op: 'quarantine_token',
          token: { mungedId, tokenSet: ours, reason: 'replaced_file', at: now },
        });
      }
      return { changes, rewrite: tokenSet.refresh_token !== undefined && !('refresh_token' in entry) };
    },
    remove(mungedId, now) {
      const tokenSet = tokens.get(mungedId);
      if (tokenSet === undefined) return [];
      return [
        { op: 'quarantine_token', token: { mungedId, tokenSet, reason: 'removed_by_owner', at: now } },
        { op: 'release_token', mungedId },
      ];
    },
    discard(mungedId, entry, now) {
      const tokenSet = adoptToken(entry, undefined);
      if (tokenSet === undefined) return [];
      return [{ op: 'quarantine_token', token: { mungedId, tokenSet, reason: 'replaced_file', at: now } }];
    },
  };
}

/** `ovos_oauth_apps.json`: registered apps. */
export function appShelf(state: State, callbackEndpoint: CallbackEndpoint): Shelf {
  const { apps, shared } = state;
  return {
    name: 'apps',
    fileName: 'ovos_oauth_apps.json',
    adopted: 'app_adopted',
    removed: 'app_removed',
    ids: () => apps.keys(),
    has: (mungedId) => apps.has(mungedId),
    entry(mungedId) {
      const app = apps.get(mungedId);
      return app === undefined ? undefined : appEntry(app, callbackEndpoint);
    },
    compare(mungedId, entry) {
      const ours = apps.get(mungedId);
      if (ours !== undefined && isSameApp(entry, ours)) return 'same';
      const digest = appDigest(adoptApp(mungedId, entry, ours));
      if (ours !== undefined && digest === appDigest(ours)) return 'same';
      return shared.apps.replaced.has(mungedId, digest) ? 'stale' : 'new';
    },
    outlives: () => false,
    adopt: (mungedId, entry) => ({
      changes: [{ op: 'adopt_app', app: adoptApp(mungedId, entry, apps.get(mungedId)) }],
      rewrite: false,
    }),
    remove: (mungedId) => (apps.has(mungedId) ? [{ op: 'release_app', mungedId }] : []),
    discard: () => [],
  };
}
