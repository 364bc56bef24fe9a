import { mungedIdOf } from '../../broker/munged-id.ts';
import type { AppRef } from '../../broker/types.ts';

/**
 * Keeps what is asked of one app in order where that matters: a skill sends `oauth.register` and `oauth.get` without
 * waiting in between, and the second must find what the first brought. Those that only use an app wait for no other.
 */
export class AppOrder {
  /** The last change that is under way, by munged id. */
  readonly #changes = new Map<string, Promise<unknown>>();

  /** Runs `work` after every change of the app that was asked for before. */
  use<T>(app: AppRef, work: () => Promise<T>): Promise<T> {
    const change = this.#changes.get(mungedIdOf(app));
    return change === undefined ? work() : change.then(work, work);
  }

  /** Like {@link use}; and what is asked from now on runs after it. */
  change<T>(app: AppRef, work: () => Promise<T>): Promise<T> {
    const mungedId = mungedIdOf(app);
    const change = this.use(app, work);
    this.#changes.set(mungedId, change);
    const forget = (): void => {
      if (this.#changes.get(mungedId) === change) this.#changes.delete(mungedId);
    };
    change.then(forget, forget);
    return change;
  }
}
