import type { JsonObject } from '../../json.ts';
import type { ForeignChange } from '../port.ts';
import type { MungedId } from '../records.ts';
import type { State } from '../state.ts';
import type { SharedFileName, StoredChange } from '../stored-change.ts';
import {
  adoptApp,
  appDigest,
  appEntry,
  type CallbackEndpoint,
  isSameApp,
  withoutSecret,
  withSecretOf,
} from './app-entry.ts';
import type { EntryFacts } from './merge.ts';
import type { Sharing } from './sharing.ts';
import {
  adoptToken,
  isSameToken,
  isStaleToken,
  losesRefreshToken,
  outlives,
  withoutRefreshToken,
} from './token-entry.ts';

export interface Adoption {
  readonly changes: readonly StoredChange[];
  /** Whether the file has to be brought in line although it is newer: it lacks something, or shows too much. */
  readonly rewrite: boolean;
}

/** What a shared file holds of the state, and what an entry that is found there means. */
export interface Shelf {
  readonly name: SharedFileName;
  readonly fileName: string;
  readonly adopted: ForeignChange['what'];
  readonly removed: ForeignChange['what'];
  /** The entries that the file shall have. */
  ids(): Iterable<MungedId>;
  has(mungedId: MungedId): boolean;
  /** The entry as Python programs should see it; undefined where there is none. */
  entry(mungedId: MungedId): JsonObject | undefined;
  compare(mungedId: MungedId, entry: JsonObject): Exclude<EntryFacts['found'], 'absent'>;
  outlives(mungedId: MungedId, entry: JsonObject): boolean;
  adopt(mungedId: MungedId, entry: JsonObject, now: number): Adoption;
  /** What to commit when the entry was removed by its owner. */
  remove(mungedId: MungedId, now: number): readonly StoredChange[];
  /** What to commit when our entry went over another one that is good as well. */
  discard(mungedId: MungedId, entry: JsonObject, now: number): readonly StoredChange[];
}

/** `ovos_oauth.json`: token sets. */
export function tokenShelf(state: State, sharing: Sharing): Shelf {
  const { tokens, shared } = state;
  const hides = sharing !== 'full';
  const shelf: Shelf = {
    name: 'tokens',
    fileName: 'ovos_oauth.json',
    adopted: 'token_adopted',
    removed: 'token_removed',
    ids: () => tokens.keys(),
    has: (mungedId) => tokens.has(mungedId),
    entry(mungedId) {
      const ours = tokens.get(mungedId);
      return hides && ours !== undefined ? withoutRefreshToken(ours) : ours;
    },
    compare(mungedId, entry) {
      const ours = tokens.get(mungedId);
      if (ours !== undefined) {
        const [shown, other] = hides ? [withoutRefreshToken(ours), ours] : [ours, withoutRefreshToken(ours)];
        if (isSameToken(entry, shown)) return 'same';
        if (isSameToken(entry, other)) return 'other_form';
      }
      if (adoptToken(entry, ours, hides) === undefined) return 'unreadable';
      const wasReplaced = (digest: string): boolean => shared.tokens.replaced.has(mungedId, digest);
      return isStaleToken(entry, ours, wasReplaced) ? 'stale' : 'new';
    },
    outlives(mungedId, entry) {
      const ours = tokens.get(mungedId);
      return ours !== undefined && outlives(entry, ours);
    },
    adopt(mungedId, entry, now) {
      const ours = tokens.get(mungedId);
      const tokenSet = adoptToken(entry, ours, hides);
      if (tokenSet === undefined) return { changes: [], rewrite: false };
      const changes: StoredChange[] = [{ op: 'adopt_token', mungedId, tokenSet }];
      if (ours !== undefined && losesRefreshToken(ours, tokenSet)) {
        changes.unshift({
          op: 'quarantine_token',
          token: { mungedId, tokenSet: ours, reason: 'replaced_file', at: now },
        });
      }
      const renews = tokenSet.refresh_token !== undefined;
      return { changes, rewrite: renews && hides === 'refresh_token' in entry };
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
      const tokenSet = adoptToken(entry, undefined, hides);
      if (tokenSet === undefined) return [];
      return [{ op: 'quarantine_token', token: { mungedId, tokenSet, reason: 'replaced_file', at: now } }];
    },
  };
  return sharing === 'off' ? unshared(shelf) : shelf;
}

/** `ovos_oauth_apps.json`: registered apps. */
export function appShelf(state: State, sharing: Sharing, callbackEndpoint: CallbackEndpoint): Shelf {
  const { apps, shared } = state;
  const hides = sharing !== 'full';
  /** What an entry of the file stands for. */
  const meant = (mungedId: MungedId, entry: JsonObject): JsonObject =>
    hides ? withSecretOf(entry, apps.get(mungedId)) : entry;
  const shelf: Shelf = {
    name: 'apps',
    fileName: 'ovos_oauth_apps.json',
    adopted: 'app_adopted',
    removed: 'app_removed',
    ids: () => apps.keys(),
    has: (mungedId) => apps.has(mungedId),
    entry(mungedId) {
      const app = apps.get(mungedId);
      if (app === undefined) return undefined;
      const entry = appEntry(app, callbackEndpoint);
      return hides ? withoutSecret(entry) : entry;
    },
    compare(mungedId, entry) {
      const ours = apps.get(mungedId);
      const isDigest = (of: JsonObject, test: (digest: string) => boolean): boolean =>
        test(appDigest(adoptApp(mungedId, of, ours)));
      if (ours !== undefined) {
        // Nobody takes away a secret and nothing else: such an entry is from when secrets were hidden.
        const whole = withSecretOf(entry, ours);
        const isOurs = isSameApp(whole, ours) || isDigest(whole, (digest) => digest === appDigest(ours));
        const inForm = ours.clientSecret === null || showsSecret(entry) !== hides;
        if (isOurs) return inForm ? 'same' : 'other_form';
      }
      const wasReplaced = (digest: string): boolean => shared.apps.replaced.has(mungedId, digest);
      return isDigest(entry, wasReplaced) || isDigest(meant(mungedId, entry), wasReplaced) ? 'stale' : 'new';
    },
    outlives: () => false,
    adopt: (mungedId, entry) => ({
      changes: [{ op: 'adopt_app', app: adoptApp(mungedId, meant(mungedId, entry), apps.get(mungedId)) }],
      rewrite: hides && showsSecret(entry),
    }),
    remove: (mungedId) => (apps.has(mungedId) ? [{ op: 'release_app', mungedId }] : []),
    discard: () => [],
  };
  return sharing === 'off' ? unshared(shelf) : shelf;
}

/** A shelf of which the file shall show nothing: what others write to its entries is taken in, and taken out of the file. */
function unshared(shelf: Shelf): Shelf {
  return {
    ...shelf,
    ids: () => [],
    has: () => false,
    entry: () => undefined,
    compare(mungedId, entry) {
      const found = shelf.compare(mungedId, entry);
      // What the store does not know is somebody else's own.
      if (found === 'new') return shelf.has(mungedId) ? 'new' : 'unreadable';
      return found === 'same' ? 'other_form' : found;
    },
    adopt(mungedId, entry, now) {
      // Put and not adopted: the file will not have it.
      const changes = shelf.adopt(mungedId, entry, now).changes.map((change): StoredChange => {
        if (change.op === 'adopt_token') return { ...change, op: 'put_token' };
        return change.op === 'adopt_app' ? { ...change, op: 'put_app' } : change;
      });
      return { changes, rewrite: true };
    },
  };
}

function showsSecret({ client_secret: secret }: JsonObject): boolean {
  return secret !== null && secret !== undefined;
}
