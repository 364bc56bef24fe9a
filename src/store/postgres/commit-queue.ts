import type { Change } from '../port.ts';

interface Pending {
  readonly changes: readonly Change[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Brings commits to the database one after the other, in the order in which they were asked for; those that come while it
 * is busy share a transaction.
 */
export class CommitQueue {
  readonly #perform: (changes: readonly Change[]) => Promise<void>;
  #pending: Pending[] = [];
  #running = Promise.resolve();
  #isRunning = false;

  constructor(perform: (changes: readonly Change[]) => Promise<void>) {
    this.#perform = perform;
  }

  commit(changes: readonly Change[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ changes, resolve, reject });
      if (!this.#isRunning) this.#running = this.#run();
    });
  }

  /** Resolves when all that was asked for is settled. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) await this.#settle(batch);
    this.#isRunning = false;
  }

  #take(): readonly Pending[] {
    const batch = this.#pending;
    this.#pending = [];
    return batch;
  }

  async #settle(batch: readonly Pending[]): Promise<void> {
    try {
      await this.#perform(batch.flatMap(({ changes }) => changes));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const [first, ...others] = batch;
      if (first === undefined) return;
      if (others.length === 0) {
        first.reject(error);
        return;
      }
      // One that is refused must not take the others along.
      for (const one of batch) await this.#settle([one]);
    }
  }
}
