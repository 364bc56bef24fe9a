import { isDeepStrictEqual } from 'node:util';
import { needsCredentials } from '../broker/credentials.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Change } from '../store/port.ts';
import type { App, Connection, MungedId, QuarantinedToken } from '../store/records.ts';
import { type Holdings, idsOf } from './contents.ts';

/** What importing an archive comes to. */
export interface Arrival {
  /** To be committed together. */
  readonly changes: readonly Change[];
  /** Sign-ins that are taken over. */
  readonly taken: readonly MungedId[];
  /** Sign-ins of this device that are at least as new, and stay. */
  readonly kept: readonly MungedId[];
  /** Sign-ins or credentials of this device that give way. */
  readonly replaced: readonly MungedId[];
}

/**
 * Brings an archive and what the device has together: of two sign-ins of an app the newer one counts, and the other one
 * is kept aside. Credentials go with the sign-in that they made.
 *
 * @param at milliseconds since the Unix epoch
 */
export function arrive(archive: Holdings, here: Holdings, at: number): Arrival {
  const arrival = { changes: [] as Change[], taken: [] as MungedId[], kept: [] as MungedId[] };
  const replaced: MungedId[] = [];
  for (const mungedId of idsOf(archive)) {
    const theirs = recordsOf(archive, mungedId);
    const ours = recordsOf(here, mungedId);
    const takes = takesToken(theirs, ours);
    const loser = takes ? ours.tokenSet : theirs.tokenSet;
    const winner = takes ? theirs.tokenSet : ours.tokenSet;
    if (takes && theirs.tokenSet !== undefined) {
      arrival.taken.push(mungedId);
      arrival.changes.push({ op: 'put_token', mungedId, tokenSet: theirs.tokenSet });
    } else if (theirs.tokenSet !== undefined) arrival.kept.push(mungedId);

    const app = appToTake(theirs.app, ours.app, takes);
    if (app !== undefined) arrival.changes.push({ op: 'put_app', app });
    const connection = connectionToTake(theirs, ours, takes) ?? (takes ? connected(mungedId, at) : undefined);
    if (connection !== undefined) arrival.changes.push({ op: 'put_connection', connection });

    const others = [...theirs.quarantine];
    if (loser !== undefined && !isDeepStrictEqual(loser, winner)) {
      others.push({ mungedId, tokenSet: loser, reason: 'replaced_import', at });
    }
    arrival.changes.push(...quarantineChanges(mungedId, ours.quarantine, others, winner));
    const losesCredentials = app !== undefined && ours.app !== undefined && !needsCredentials(ours.app);
    if ((takes && ours.tokenSet !== undefined) || losesCredentials) replaced.push(mungedId);
  }
  return { ...arrival, replaced };
}

interface Records {
  readonly app: App | undefined;
  readonly tokenSet: TokenSet | undefined;
  readonly connection: Connection | undefined;
  readonly quarantine: readonly QuarantinedToken[];
}

function recordsOf({ apps, tokens, connections, quarantine }: Holdings, mungedId: MungedId): Records {
  return {
    app: apps.get(mungedId),
    tokenSet: tokens.get(mungedId),
    connection: connections.get(mungedId),
    quarantine: quarantine.get(mungedId) ?? [],
  };
}

/** The later sign-in counts; of one sign-in the later token. Where nobody knows, the device keeps what it has. */
function takesToken(theirs: Records, ours: Records): boolean {
  if (theirs.tokenSet === undefined) return false;
  if (ours.tokenSet === undefined) return true;
  const theirGrant = theirs.connection?.grantedAt;
  const ourGrant = ours.connection?.grantedAt;
  if (theirGrant !== undefined && ourGrant !== undefined && theirGrant !== ourGrant)
    return theirGrant > ourGrant;
  const { expires_at: theirEnd } = theirs.tokenSet;
  const { expires_at: ourEnd } = ours.tokenSet;
  return theirEnd !== undefined && ourEnd !== undefined && theirEnd > ourEnd;
}

function appToTake(theirs: App | undefined, ours: App | undefined, takesToken: boolean): App | undefined {
  if (theirs === undefined || isDeepStrictEqual(theirs, ours)) return undefined;
  const isBetter = ours === undefined || (needsCredentials(ours) && !needsCredentials(theirs));
  return takesToken || isBetter ? theirs : undefined;
}

function connectionToTake(theirs: Records, ours: Records, takesToken: boolean): Connection | undefined {
  if (takesToken) return theirs.connection;
  const isFree =
    ours.tokenSet === undefined && (ours.connection === undefined || ours.connection.reason === 'moved');
  return isFree && theirs.tokenSet === undefined ? theirs.connection : undefined;
}

function connected(mungedId: MungedId, since: number): Connection {
  return { mungedId, state: 'connected', since };
}

function quarantineChanges(
  mungedId: MungedId,
  ours: readonly QuarantinedToken[],
  others: readonly QuarantinedToken[],
  live: TokenSet | undefined,
): readonly Change[] {
  const isSame = (one: QuarantinedToken, other: QuarantinedToken): boolean =>
    isDeepStrictEqual(one.tokenSet, other.tokenSet);
  // What comes back to the device it was moved from is not kept aside there any longer.
  const stay = ours.filter(
    ({ reason, tokenSet }) => reason !== 'moved' || !isDeepStrictEqual(tokenSet, live),
  );
  const added = others.filter((other) => !stay.some((kept) => isSame(kept, other)));
  if (added.length === 0 && stay.length === ours.length) return [];
  const all = [...stay, ...added].sort((one, other) => one.at - other.at);
  return [
    { op: 'delete_quarantined', mungedId },
    ...all.map((token): Change => ({ op: 'quarantine_token', token })),
  ];
}
