import * as v from 'valibot';
import { OAuthBrokerError } from '../errors.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { parseCommit } from '../store/journal/schema.ts';
import type { Change, Store } from '../store/port.ts';
import type { App, Connection, MungedId, QuarantinedToken } from '../store/records.ts';

/** What goes from one device to another. Sign-ins under way stay where they were started. */
export interface Holdings {
  readonly apps: ReadonlyMap<MungedId, App>;
  readonly tokens: ReadonlyMap<MungedId, TokenSet>;
  readonly connections: ReadonlyMap<MungedId, Connection>;
  /** Newest first. */
  readonly quarantine: ReadonlyMap<MungedId, readonly QuarantinedToken[]>;
}

/** - `move`: the device that wrote it has stopped using what is in it. - `copy`: it goes on. */
export type ArchiveKind = 'move' | 'copy';

export interface Contents extends Holdings {
  readonly kind: ArchiveKind;
}

export async function holdingsOf(store: Store): Promise<Holdings> {
  const apps = new Map((await store.apps()).map((app) => [app.mungedId, app]));
  const tokens = await store.tokens();
  const connections = await store.connections();
  const quarantine = new Map<MungedId, readonly QuarantinedToken[]>();
  for (const mungedId of new Set([...apps.keys(), ...tokens.keys(), ...connections.keys()])) {
    const kept = await store.quarantined(mungedId);
    if (kept.length > 0) quarantine.set(mungedId, kept);
  }
  return { apps, tokens, connections, quarantine };
}

export function idsOf({ apps, tokens, connections, quarantine }: Holdings): Set<MungedId> {
  return new Set([...apps.keys(), ...tokens.keys(), ...connections.keys(), ...quarantine.keys()]);
}

const schema = v.object({ kind: v.picklist(['move', 'copy']), changes: v.unknown() });

/** The text of an archive: the changes that make its holdings of nothing, in the words of the journal. */
export function encodeContents(holdings: Holdings, kind: ArchiveKind): string {
  const changes: Change[] = [
    ...[...holdings.apps.values()].map((app): Change => ({ op: 'put_app', app })),
    ...[...holdings.tokens].map(([mungedId, tokenSet]): Change => ({ op: 'put_token', mungedId, tokenSet })),
    ...[...holdings.connections.values()].map((connection): Change => ({ op: 'put_connection', connection })),
    ...[...holdings.quarantine.values()].flatMap((tokens) =>
      tokens.toReversed().map((token): Change => ({ op: 'quarantine_token', token })),
    ),
  ];
  return JSON.stringify({ kind, changes });
}

/**
 * @param path names the archive in errors
 * @throws OAuthBrokerError `archive_damaged`
 */
export function decodeContents(text: string, path: string): Contents {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  const changes = parsed.success ? parseCommit(parsed.output.changes) : undefined;
  if (!parsed.success || changes === undefined) throw new OAuthBrokerError('archive_damaged', { path });
  const apps = new Map<MungedId, App>();
  const tokens = new Map<MungedId, TokenSet>();
  const connections = new Map<MungedId, Connection>();
  const quarantine = new Map<MungedId, readonly QuarantinedToken[]>();
  for (const change of changes) {
    if (change.op === 'put_app') apps.set(change.app.mungedId, change.app);
    else if (change.op === 'put_token') tokens.set(change.mungedId, change.tokenSet);
    else if (change.op === 'put_connection') connections.set(change.connection.mungedId, change.connection);
    else if (change.op === 'quarantine_token') {
      const { token } = change;
      quarantine.set(token.mungedId, [token, ...(quarantine.get(token.mungedId) ?? [])]);
    } else throw new OAuthBrokerError('archive_damaged', { path });
  }
  return { kind: parsed.output.kind, apps, tokens, connections, quarantine };
}
