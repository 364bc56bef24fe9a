import { digestOfTokenSet } from '../../src/store/token-digest.ts';
import { type Reuse, type Seen, TokenWitness } from './killable-witness.ts';

/** A refresh token that was presented a second time. */
interface Repeat {
  readonly connection: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Of the token sets that the first time, and what came of it, had brought. */
  readonly digests: readonly string[];
}

/**
 * Watches the token endpoint of a fleet. The provider gives an answer that was lost once more, which most providers with
 * rotation do for some seconds; whether it was lost the database tells: a trigger writes down every token set that was ever
 * kept in it, and when.
 */
export class FleetWitness extends TokenWitness {
  readonly #sql: (text: string) => string;
  readonly #repeats: Repeat[];
  readonly #seen: Seen[];

  constructor(tokenEndpoint: string, sql: (text: string) => string) {
    const repeats: Repeat[] = [];
    const seen: Seen[] = [];
    const digests = new Map<string, string>();
    super({
      tokenEndpoint,
      hasGrace: () => true,
      onReuse: ({ connection, successors }: Reuse) => {
        const known = successors.flatMap((token) => digests.get(token) ?? []);
        repeats.push({ connection, at: Date.now(), digests: known });
      },
      onSeen: (one) => seen.push(one),
      onAnswered: ({ refreshToken, accessToken }) =>
        digests.set(
          refreshToken,
          digestOfTokenSet({ access_token: accessToken, refresh_token: refreshToken }),
        ),
    });
    this.#sql = sql;
    this.#repeats = repeats;
    this.#seen = seen;
  }

  /** Writes down from now on what the database keeps; its tables have to be there. */
  install(): void {
    this.#sql(`
      create table public.kept (digest text not null, at timestamptz not null);
      create function public.note_kept() returns trigger language plpgsql as $$
        begin
          insert into public.kept values (new.token_digest, clock_timestamp());
          return null;
        end $$;
      create trigger note_kept after update of token_digest on ovos_oauth.connections for each row
        when (new.token_digest is not null and new.token_digest is distinct from old.token_digest)
        execute function public.note_kept();
      create index on public.kept (digest);`);
  }

  get renewals(): number {
    return this.#seen.filter(({ kind }) => kind === 'refreshed').length;
  }

  /** Answers that the provider had to give a second time. */
  get repeated(): number {
    return this.#seen.filter(({ kind }) => kind === 'grace').length;
  }

  /** What a provider would have ended a grant for, whatever its grace. */
  get reuses(): readonly string[] {
    return this.#seen.filter(({ kind }) => kind === 'reuse').map(({ connection }) => connection);
  }

  /** Refusals for any other reason: there is none to expect. */
  get refusals(): readonly Seen[] {
    return this.#seen.filter(({ kind }) => kind === 'refused' || kind === 'signed in');
  }

  /** Connections of which a refresh token was spent again although what came of it was in the database already. */
  needlessRepeats(): readonly string[] {
    return this.#repeats
      .filter(({ digests, at }) => digests.some((digest) => this.#wasKept(digest, at)))
      .map(({ connection }) => connection);
  }

  #wasKept(digest: string, by: number): boolean {
    const count = this.#sql(
      `select count(*) from public.kept where digest = '${digest}' and at < to_timestamp(${by / 1_000})`,
    );
    return Number(count) > 0;
  }
}
