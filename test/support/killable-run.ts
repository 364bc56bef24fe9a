import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJournal } from '../../src/store/journal/record.ts';
import { State } from '../../src/store/state.ts';
import { idOf } from './store-samples.ts';
import { isJsonObject } from '../../src/json.ts';
import type { KillableJob } from './killable-broker.ts';
import type { Step } from './killable-steps.ts';
import { type Reuse, type Seen, TokenWitness } from './killable-witness.ts';
import type { OvosHome } from './ovos-home.ts';

/** When a step is not passed by then, the process is killed all the same. Milliseconds. */
const STEP_LIMIT = 6_000;

/** What a campaign counts. The last five must be 0. */
export interface Tally {
  kills: number;
  /** By the step at which the process was killed, `at random` among them. */
  readonly bySteps: Map<string, number>;
  /** Answers of the token endpoint that the broker got a new refresh token with. */
  refreshes: number;
  signIns: number;
  /** A spent token was sent again because the answer had died with the process; the provider gave it once more. */
  recoveredByGrace: number;
  /** Likewise, but the provider ended the grant: the user has to sign in again. */
  answerLost: number;
  /** Connections that ended although the answer had reached the journal. */
  lost: number;
  /** Spent tokens that were sent although a newer one was in the journal. */
  reusedInSpite: number;
  /** Journals and shared files that could not be read. */
  unreadable: number;
  /** Tokens that were announced and then not in the journal. */
  announcedMissing: number;
  /** Connections in a state that is not the right one. */
  wrongState: number;
}

export function emptyTally(): Tally {
  return {
    kills: 0,
    bySteps: new Map(),
    refreshes: 0,
    signIns: 0,
    recoveredByGrace: 0,
    answerLost: 0,
    lost: 0,
    reusedInSpite: 0,
    unreadable: 0,
    announcedMissing: 0,
    wrongState: 0,
  };
}

export interface KillableDevice {
  /** The bundled `killable-broker.ts`. */
  readonly script: string;
  readonly home: OvosHome;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly connections: readonly string[];
  readonly hasGrace: (connection: string) => boolean;
  readonly tally: Tally;
}

export type Kill =
  | { readonly step: Step; readonly passing: number }
  /** Milliseconds after the start of the process. */
  | { readonly after: number };

/** A device whose broker is killed again and again, and what is known of it from outside. */
export class KillableRun {
  readonly #device: KillableDevice;
  readonly #witness: TokenWitness;
  readonly #stateDir: string;
  #tokenEndpoint = '';
  /** Every refresh token that was ever seen in the journal. */
  readonly #reached = new Set<string>();
  /** Connections whose refresh token in the journal is good, so that the next request must succeed. */
  readonly #mustWork = new Set<string>();
  /** Those that were so at the start of the run. */
  #stoodWell = new Set<string>();
  /** Connections that had a token in the journal once. */
  readonly #signedIn = new Set<string>();
  /** Connections whose grant the server ended, until a sign-in has reached the journal. */
  readonly #ended = new Set<string>();
  /** Those that were so at the start of the run or became so in it. */
  #endedInRun = new Set<string>();
  readonly #complaints: string[] = [];
  #child: ChildProcess | undefined;

  constructor(device: KillableDevice) {
    this.#device = device;
    this.#stateDir = join(device.home.stateDir, 'ovos-oauth');
    this.#witness = new TokenWitness({
      ...device,
      onReuse: (reuse) => this.#judgeReuse(reuse),
      onSeen: (seen) => this.#note(seen),
    });
  }

  /** What was wrong, in words. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  get requests(): number {
    return this.#witness.requests;
  }

  async open(): Promise<void> {
    this.#tokenEndpoint = await this.#witness.start();
  }

  async close(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#witness.close();
  }

  /** Starts the broker, lets it work until it is killed, and looks at what is left. */
  async kill(kill: Kill): Promise<void> {
    const { tally } = this.#device;
    const name = 'step' in kill ? kill.step : 'at random';
    const { said, child } = await this.#run('step' in kill ? { kill } : {}, name, async (child) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), 'after' in kill ? kill.after : STEP_LIMIT);
      await once(child, 'close');
      clearTimeout(timer);
    });
    if (child.signalCode !== 'SIGKILL') throw new Error(`The broker ended by itself (${name}).`);
    if ('after' in kill || said.includes('killed')) {
      tally.kills += 1;
      tally.bySteps.set(name, (tally.bySteps.get(name) ?? 0) + 1);
    }
    this.#check(said);
  }

  /** Starts the broker once more and lets it end by itself: every connection works. */
  async conclude(): Promise<void> {
    const { said, child } = await this.#run({ rounds: 2 }, 'conclusion', (child) => once(child, 'close'));
    this.#check(said);
    const missing = this.#device.connections.filter(
      (connection) => !said.some((line) => line.startsWith(`refreshed ${connection} `)),
    );
    if (child.exitCode !== 0 || missing.length > 0)
      this.#complain('lost', `exit code ${child.exitCode}; not refreshed at the end: ${missing.join(' ')}`);
  }

  async #run(
    extra: Partial<KillableJob>,
    name: string,
    until: (child: ChildProcess) => Promise<unknown>,
  ): Promise<{ said: readonly string[]; child: ChildProcess }> {
    const { home, script, connections, authorizationEndpoint } = this.#device;
    const job: KillableJob = {
      stateDir: this.#stateDir,
      cacheDir: home.databaseDir,
      tempDir: home.tempDir,
      authorizationEndpoint,
      tokenEndpoint: this.#tokenEndpoint,
      connections,
      ballast: name.startsWith('compaction'),
      signIn: name.startsWith('sign-in'),
      ...extra,
    };
    const child = spawn(process.execPath, [script, JSON.stringify(job)], {
      env: home.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#endedInRun = new Set(this.#ended);
    this.#stoodWell = new Set(this.#mustWork);
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    await until(child);
    await this.#witness.idle();
    if (errors !== '') throw new Error(errors);
    return { said: output.split('\n').slice(0, -1), child };
  }

  #check(said: readonly string[]): void {
    this.#checkSharedFiles();
    const journal = this.#readJournal();
    const told = new Set<string>();
    for (const words of said.map((line) => line.split(' '))) {
      const [what, connection = ''] = words;
      if (what === 'refreshed' || what === 'signed-in') this.#checkAnnounced(words);
      if (what === 'stands') this.#checkState(words, told.has(connection));
      told.add(connection);
    }
    for (const connection of this.#device.connections) {
      const token = journal?.tokens.get(mungedIdOf(connection))?.refresh_token;
      this.#mustWork.delete(connection);
      if (token !== undefined) this.#signedIn.add(connection);
      const newest = this.#witness.newest(connection);
      if (token !== undefined && this.#witness.isGood(token)) {
        this.#mustWork.add(connection);
        this.#ended.delete(connection);
      }
      if (
        newest !== undefined &&
        newest !== token &&
        this.#reached.has(newest) &&
        this.#witness.isGood(newest)
      )
        this.#complain('lost', `${connection}: the journal no longer has its newest token`);
    }
  }

  #checkAnnounced([, connection = '', token = '']: readonly string[]): void {
    const isThere = (known: string): boolean => this.#reached.has(known);
    if (isThere(token) || this.#witness.isSuperseded(token, isThere)) return;
    this.#complain('announcedMissing', `${connection}: an announced token is not in the journal`);
  }

  #checkState([, connection = '', state, reason]: readonly string[], later: boolean): void {
    const mayNeedUser = this.#endedInRun.has(connection);
    const isRight =
      state === 'connected' ||
      (state === 'needs_user' && reason === 'invalid_grant' && mayNeedUser) ||
      (state === 'disconnected' && !this.#signedIn.has(connection));
    const mustStand = !later && this.#stoodWell.has(connection);
    if (isRight && (state === 'connected' || !mustStand)) return;
    this.#complain('wrongState', `${connection} stands at ${state} ${reason}`);
  }

  #checkSharedFiles(): void {
    for (const name of ['ovos_oauth.json', 'ovos_oauth_apps.json']) {
      try {
        const content: unknown = JSON.parse(readFileSync(join(this.#device.home.databaseDir, name), 'utf8'));
        if (!isJsonObject(content)) throw new Error('no object');
      } catch (error) {
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        if (!isMissing || this.#reached.size > 0) this.#complain('unreadable', `${name}: ${String(error)}`);
      }
    }
  }

  /** What the journal holds at this moment, as the next start will find it. */
  #readJournal(): State | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(this.#stateDir, 'journal'));
    } catch {
      if (this.#reached.size > 0) this.#complain('unreadable', 'the journal is gone');
      return undefined;
    }
    const { header, commits, damaged } = decodeJournal(bytes);
    if (header === undefined || damaged > 0) this.#complain('unreadable', `${damaged} lines of the journal`);
    const state = new State();
    for (const change of commits.flat()) {
      state.apply(change);
      if (change.op === 'put_token' && change.tokenSet.refresh_token !== undefined)
        this.#reached.add(change.tokenSet.refresh_token);
    }
    return state;
  }

  #judgeReuse({ connection, successors }: Reuse): void {
    this.#readJournal();
    if (successors.some((token) => this.#reached.has(token)))
      this.#complain('reusedInSpite', `${connection} sent a spent token with a newer one in the journal`);
  }

  #note(seen: Seen): void {
    const { tally } = this.#device;
    const { connection } = seen;
    if (seen.kind === 'signed in') tally.signIns += 1;
    else if (seen.kind === 'refreshed') tally.refreshes += 1;
    else if (seen.kind === 'grace') tally.recoveredByGrace += 1;
    else {
      if (this.#mustWork.has(connection))
        this.#complain('lost', `${connection}: ${seen.kind} although its token was in the journal`);
      // Killed before it could note the end, the broker asks once more: no second loss.
      if (this.#ended.has(connection)) return;
      if (seen.kind === 'refused') this.#complain('lost', `${connection} was refused: ${seen.error}`);
      else tally.answerLost += 1;
      this.#ended.add(connection);
      this.#endedInRun.add(connection);
    }
    this.#mustWork.delete(connection);
  }

  #complain(
    what: 'lost' | 'reusedInSpite' | 'unreadable' | 'announcedMissing' | 'wrongState',
    how: string,
  ): void {
    this.#device.tally[what] += 1;
    this.#complaints.push(how);
  }
}

function mungedIdOf(connection: string): ReturnType<typeof idOf> {
  return idOf(`skill-killed.example_${connection}`);
}
