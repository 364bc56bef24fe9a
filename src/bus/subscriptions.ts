import type { Message } from './message.ts';

export type MessageHandler = (message: Message) => void | Promise<void>;

/** Who wants to hear which type of message. */
export class Subscriptions {
  // Lists are replaced, never changed: a handler may unsubscribe while they are being called.
  readonly #handlers = new Map<string, readonly MessageHandler[]>();

  has(type: string): boolean {
    return this.#handlers.has(type);
  }

  of(type: string): readonly MessageHandler[] {
    return this.#handlers.get(type) ?? [];
  }

  /** The returned function ends it; calling that twice does no harm. */
  add(type: string, handler: MessageHandler): () => void {
    this.#handlers.set(type, [...this.of(type), handler]);
    let isOn = true;
    return () => {
      if (!isOn) return;
      isOn = false;
      const all = this.of(type);
      const left = all.toSpliced(all.indexOf(handler), 1);
      if (left.length === 0) this.#handlers.delete(type);
      else this.#handlers.set(type, left);
    };
  }
}
