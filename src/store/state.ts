import { defined } from '../defined.ts';
import type { Due } from './port.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import { appDigests } from './ovos-files/app-entry.ts';
import { Replaced } from './ovos-files/replaced.ts';
import { tokenDigests } from './ovos-files/token-entry.ts';
import type { App, Attempt, Connection, MungedId, QuarantinedToken } from './records.ts';
import type { SharedFileName, StoredChange } from './stored-change.ts';

/** Milliseconds after its expiry for which an ended attempt can still be told from an unknown one. */
const ENDED_ATTEMPT_KEPT = 600_000;
/** Milliseconds after its expiry for which an attempt without an end is kept: the broker may still be at it. */
const OPEN_ATTEMPT_KEPT = 86_400_000;
/** A clock that was set back must not keep ended attempts for ever. */
const MOST_ATTEMPTS = 10_000;

export const MOST_QUARANTINED = 8;
const MOST_REPLACED_TOKENS = 32;
const MOST_REPLACED_APPS = 16;

const IDS_PER_MARK = 100;

/** What is known of a shared file beside the entries themselves. */
export interface SharedNotes {
  readonly replaced: Replaced;
  /** Entries of which the file may not have the newest state yet, or not durably. */
  readonly unmirrored: Set<MungedId>;
}

/** What a device's store takes in, and its size in characters: ten times what the largest household has. */
export const DEVICE_LIMITS = { mostApps: 10_000, largestApps: 32 * 1024 * 1024 } as const;

/** Everything the store holds, in memory. Pure: it changes by {@link apply} alone, and the same way each time. */
export class State {
  readonly apps = new Map<MungedId, App>();
  readonly tokens = new Map<MungedId, TokenSet>();
  readonly connections = new Map<MungedId, Connection>();
  readonly attempts = new Map<string, Attempt>();
  readonly quarantine = new Map<MungedId, readonly QuarantinedToken[]>();
  readonly shared: Readonly<Record<SharedFileName, SharedNotes>> = {
    tokens: { replaced: new Replaced(MOST_REPLACED_TOKENS), unmirrored: new Set() },
    apps: { replaced: new Replaced(MOST_REPLACED_APPS), unmirrored: new Set() },
  };
  readonly #links = new Map<string, Set<string>>();

  /** How many changes it would take to make this state. */
  get size(): number {
    const { apps, tokens } = this.shared;
    const maps = [this.apps, this.tokens, this.connections, this.attempts, this.quarantine];
    return [...maps, apps.replaced, tokens.replaced].reduce((sum, { size }) => sum + size, 0);
  }

  /** Oldest first. */
  attemptsOfLink(linkCode: string): readonly Attempt[] {
    return [...(this.#links.get(linkCode) ?? [])].flatMap((state) => this.attempts.get(state) ?? []);
  }

  /** Characters of the records of all apps. */
  get appsSize(): number {
    let size = 0;
    for (const app of this.apps.values()) size += JSON.stringify(app).length;
    return size;
  }

  /** Every app, with all that tells whether something is to be done for it. */
  due(): readonly Due[] {
    const due: Due[] = [];
    for (const app of this.apps.values()) {
      const tokenSet = this.tokens.get(app.mungedId);
      const connection = this.connections.get(app.mungedId);
      due.push({ app, ...defined({ tokenSet, connection }) });
    }
    return due;
  }

  apply(change: StoredChange): void {
    switch (change.op) {
      case 'put_app':
        this.#noteApp(change.app.mungedId, change.app);
        this.apps.set(change.app.mungedId, change.app);
        this.shared.apps.unmirrored.add(change.app.mungedId);
        break;
      case 'adopt_app':
        this.apps.set(change.app.mungedId, change.app);
        this.shared.apps.unmirrored.delete(change.app.mungedId);
        break;
      case 'delete_app':
        this.#noteApp(change.mungedId, undefined);
        this.apps.delete(change.mungedId);
        this.shared.apps.unmirrored.add(change.mungedId);
        break;
      case 'release_app':
        this.apps.delete(change.mungedId);
        this.shared.apps.unmirrored.delete(change.mungedId);
        break;
      case 'put_token':
        this.#noteToken(change.mungedId, change.tokenSet);
        this.tokens.set(change.mungedId, change.tokenSet);
        this.shared.tokens.unmirrored.add(change.mungedId);
        break;
      case 'adopt_token':
        this.#noteToken(change.mungedId, change.tokenSet);
        this.tokens.set(change.mungedId, change.tokenSet);
        this.shared.tokens.unmirrored.delete(change.mungedId);
        break;
      case 'delete_token':
        this.#noteToken(change.mungedId, undefined);
        this.tokens.delete(change.mungedId);
        this.shared.tokens.unmirrored.add(change.mungedId);
        break;
      case 'release_token':
        this.tokens.delete(change.mungedId);
        this.shared.tokens.unmirrored.delete(change.mungedId);
        break;
      case 'put_attempt':
        this.#putAttempt(change.attempt);
        break;
      case 'delete_attempt':
        this.#deleteAttempt(change.state);
        break;
      case 'put_connection':
        this.connections.set(change.connection.mungedId, change.connection);
        break;
      case 'delete_connection':
        this.connections.delete(change.mungedId);
        break;
      case 'quarantine_token':
        this.#quarantine(change.token);
        break;
      case 'delete_quarantined':
        this.quarantine.delete(change.mungedId);
        break;
      case 'mirrored':
        for (const mungedId of change.ids) this.shared[change.file].unmirrored.delete(mungedId);
        break;
      case 'replaced':
        this.shared[change.file].replaced.set(change.mungedId, change.digests);
        break;
    }
  }

  /** Drops what has been of no use for long. @param now milliseconds since the Unix epoch */
  sweep(now: number): void {
    let surplus = this.attempts.size - MOST_ATTEMPTS;
    for (const [state, { expiresAt, end }] of this.attempts) {
      const kept = end === undefined ? OPEN_ATTEMPT_KEPT : ENDED_ATTEMPT_KEPT;
      if (now <= expiresAt + kept && surplus <= 0) continue;
      this.#deleteAttempt(state);
      surplus -= 1;
    }
    this.shared.apps.replaced.prune((mungedId) => this.apps.has(mungedId));
    this.shared.tokens.replaced.prune((mungedId) => this.tokens.has(mungedId));
  }

  /** The changes that make this state out of nothing; taken at once, handed out as they are asked for. */
  snapshot(): Iterable<StoredChange> {
    const apps = [...this.apps.values()];
    const tokens = [...this.tokens].map(([mungedId, tokenSet]) => ({ mungedId, tokenSet }));
    const mirrored = {
      apps: apps.map(({ mungedId }) => mungedId).filter((id) => !this.shared.apps.unmirrored.has(id)),
      tokens: [...this.tokens.keys()].filter((id) => !this.shared.tokens.unmirrored.has(id)),
    };
    const replaced = {
      apps: this.shared.apps.replaced.entries(),
      tokens: this.shared.tokens.replaced.entries(),
    };
    const connections = [...this.connections.values()];
    const attempts = [...this.attempts.values()];
    const quarantine = [...this.quarantine.values()];
    return (function* changes(): Generator<StoredChange> {
      for (const app of apps) yield { op: 'put_app', app };
      for (const token of tokens) yield { op: 'put_token', ...token };
      for (const file of ['apps', 'tokens'] as const) {
        for (let at = 0; at < mirrored[file].length; at += IDS_PER_MARK) {
          yield { op: 'mirrored', file, ids: mirrored[file].slice(at, at + IDS_PER_MARK) };
        }
        for (const [mungedId, digests] of replaced[file]) yield { op: 'replaced', file, mungedId, digests };
      }
      for (const connection of connections) yield { op: 'put_connection', connection };
      for (const attempt of attempts) yield { op: 'put_attempt', attempt };
      for (const tokens of quarantine) {
        for (const token of tokens.toReversed()) yield { op: 'quarantine_token', token };
      }
    })();
  }

  #noteApp(mungedId: MungedId, now: App | undefined): void {
    const before = this.apps.get(mungedId);
    if (before === undefined && !this.shared.apps.replaced.knows(mungedId)) return;
    this.shared.apps.replaced.note(
      mungedId,
      before === undefined ? [] : appDigests(before),
      now === undefined ? [] : appDigests(now),
    );
  }

  #noteToken(mungedId: MungedId, now: TokenSet | undefined): void {
    const before = this.tokens.get(mungedId);
    if (before === undefined && !this.shared.tokens.replaced.knows(mungedId)) return;
    this.shared.tokens.replaced.note(
      mungedId,
      before === undefined ? [] : tokenDigests(before),
      now === undefined ? [] : tokenDigests(now),
    );
  }

  #putAttempt(attempt: Attempt): void {
    const before = this.attempts.get(attempt.state);
    if (before?.linkCode !== attempt.linkCode) this.#unlink(before);
    this.attempts.set(attempt.state, attempt);
    if (attempt.linkCode === undefined) return;
    const states = this.#links.get(attempt.linkCode);
    if (states === undefined) this.#links.set(attempt.linkCode, new Set([attempt.state]));
    else states.add(attempt.state);
  }

  #deleteAttempt(state: string): void {
    this.#unlink(this.attempts.get(state));
    this.attempts.delete(state);
  }

  #unlink(attempt: Attempt | undefined): void {
    if (attempt?.linkCode === undefined) return;
    const states = this.#links.get(attempt.linkCode);
    states?.delete(attempt.state);
    if (states?.size === 0) this.#links.delete(attempt.linkCode);
  }

  #quarantine(token: QuarantinedToken): void {
    const all = [token, ...(this.quarantine.get(token.mungedId) ?? [])];
    if (all.length > MOST_QUARANTINED) {
      // What was only replaced goes before what somebody still has to see to.
      const replaced = all.findLastIndex(
        ({ reason }) => reason.startsWith('replaced_') || reason === 'superseded',
      );
      all.splice(replaced, 1);
    }
    this.quarantine.set(token.mungedId, all);
  }
}
