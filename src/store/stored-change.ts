import type { TokenSet } from '../oauth/token-set.ts';
import type { Change } from './port.ts';
import type { App, MungedId } from './records.ts';

/** The two files that Python programs share with us. */
export type SharedFileName = 'tokens' | 'apps';

/** What a file store keeps: the port's changes, and what it notes for itself about the shared files. */
export type StoredChange =
  | Change
  /** As another program wrote it, so the shared file has it already. */
  | { readonly op: 'adopt_token'; readonly mungedId: MungedId; readonly tokenSet: TokenSet }
  /** Likewise; what it replaces may be put back, because settings are toggled and tokens are not. */
  | { readonly op: 'adopt_app'; readonly app: App }
  /** Removed by its owner, who may bring the very same token back. */
  | { readonly op: 'release_token'; readonly mungedId: MungedId }
  | { readonly op: 'release_app'; readonly mungedId: MungedId }
  /** These entries are in the shared file, durably: who misses one there knows that somebody removed it. */
  | { readonly op: 'mirrored'; readonly file: SharedFileName; readonly ids: readonly MungedId[] }
  /** What a shared file must not be put back to, newest first. */
  | {
      readonly op: 'replaced';
      readonly file: SharedFileName;
      readonly mungedId: MungedId;
      readonly digests: readonly string[];
    };
