import type { BrokerEvents } from './types.ts';

/** Hands every event of the broker on to whoever subscribed, in the order of their subscription. */
export class EventHub implements BrokerEvents {
  readonly #subscribers = new Set<Partial<BrokerEvents>>();

  /** @returns a function that unsubscribes */
  subscribe(subscriber: Partial<BrokerEvents>): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  signInStarted(event: Parameters<BrokerEvents['signInStarted']>[0]): void {
    for (const subscriber of this.#subscribers) subscriber.signInStarted?.(event);
  }

  tokenReceived(event: Parameters<BrokerEvents['tokenReceived']>[0]): void {
    for (const subscriber of this.#subscribers) subscriber.tokenReceived?.(event);
  }

  signInFailed(event: Parameters<BrokerEvents['signInFailed']>[0]): void {
    for (const subscriber of this.#subscribers) subscriber.signInFailed?.(event);
  }

  statusChanged(event: Parameters<BrokerEvents['statusChanged']>[0]): void {
    for (const subscriber of this.#subscribers) subscriber.statusChanged?.(event);
  }

  endpointsChanged(event: Parameters<BrokerEvents['endpointsChanged']>[0]): void {
    for (const subscriber of this.#subscribers) subscriber.endpointsChanged?.(event);
  }

  attemptEnded(event: Parameters<BrokerEvents['attemptEnded']>[0]): void {
    for (const subscriber of this.#subscribers) subscriber.attemptEnded?.(event);
  }
}
