import type { TokenSet } from '../../oauth/token-set.ts';
import type { MungedId, QuarantinedToken } from '../records.ts';
import type { Sealer } from '../sealing.ts';
import { MOST_QUARANTINED } from '../state.ts';
import { digestOfTokenSet } from '../token-digest.ts';
import type { Query } from './database.ts';

interface StoredToken {
  readonly munged_id: string;
  readonly sealed_token: string;
  readonly token_digest: string;
  readonly reason: QuarantinedToken['reason'];
  readonly at: string;
}

/** Token sets that were taken out of use. */
export class QuarantineRows {
  readonly #sealer: Sealer;
  readonly #visible: readonly string[];

  constructor(sealer: Sealer, visible: readonly string[]) {
    this.#sealer = sealer;
    this.#visible = visible;
  }

  /** Newest first. */
  async of(query: Query, mungedId: MungedId): Promise<readonly QuarantinedToken[]> {
    const rows = await query<StoredToken>(
      `select munged_id, sealed_token, token_digest, reason, at from ovos_oauth.quarantined
       where munged_id = $1 and visibility = any($2) order by id desc`,
      [mungedId, this.#visible],
    );
    return rows.map((row) => ({
      mungedId,
      tokenSet: JSON.parse(
        this.#sealer.open(row.sealed_token, aadOf(mungedId, row.token_digest)),
      ) as TokenSet,
      reason: row.reason,
      at: Number(row.at),
    }));
  }

  /** Whether the provider has refused this very token set. */
  async isRefused(query: Query, mungedId: MungedId, tokenDigest: string): Promise<boolean> {
    const rows = await query(
      `select 1 from ovos_oauth.quarantined
       where munged_id = $1 and visibility = any($2) and token_digest = $3 and reason = 'invalid_grant'`,
      [mungedId, this.#visible, tokenDigest],
    );
    return rows.length > 0;
  }

  async put(
    query: Query,
    { mungedId, tokenSet, reason, at }: QuarantinedToken,
    visibility: string,
  ): Promise<void> {
    const tokenDigest = digestOfTokenSet(tokenSet);
    const sealed = this.#sealer.seal(JSON.stringify(tokenSet), aadOf(mungedId, tokenDigest));
    await query(
      `insert into ovos_oauth.quarantined (munged_id, visibility, sealed_token, token_digest, reason, at)
       values ($1, $2, $3, $4, $5, $6)`,
      [mungedId, visibility, sealed, tokenDigest, reason, at],
    );
    // What was only replaced goes before what somebody still has to see to.
    await query(
      `delete from ovos_oauth.quarantined where id in (
         select id from ovos_oauth.quarantined where munged_id = $1 and visibility = $2
         order by (reason in ('replaced_file', 'replaced_import', 'superseded')), id desc offset $3)`,
      [mungedId, visibility, MOST_QUARANTINED],
    );
  }

  async remove(query: Query, mungedId: MungedId): Promise<void> {
    await query(`delete from ovos_oauth.quarantined where munged_id = $1 and visibility = any($2)`, [
      mungedId,
      this.#visible,
    ]);
  }
}

function aadOf(mungedId: MungedId, tokenDigest: string): string {
  return `quarantined.token:${tokenDigest}:${mungedId}`;
}
