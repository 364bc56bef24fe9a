/** Bounds of an {@link OutboundQueue}. */
export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** What a device can spare for a bus that is down for hours. */
export const QUEUE_LIMITS: QueueLimits = { messages: 1000, bytes: 4 * 1024 * 1024 };

export interface QueuedFrame {
  readonly topic: string;
  readonly text: string;
}

interface Entry extends QueuedFrame {
  readonly bytes: number;
}

/** What waits for the bus, in order. When it is full the oldest goes: what is newer is likelier to be waited for. */
export class OutboundQueue {
  readonly #limits: QueueLimits;
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Adds a frame at the end and returns those that had to go for it; that can be the frame itself. */
  push(frame: QueuedFrame): readonly QueuedFrame[] {
    const bytes = Buffer.byteLength(frame.text);
    this.#entries.push({ ...frame, bytes });
    this.#bytes += bytes;
    let excess = 0;
    while (this.#entries.length - excess > this.#limits.messages || this.#bytes > this.#limits.bytes) {
      this.#bytes -= this.#entries[excess]?.bytes ?? 0;
      excess += 1;
    }
    return excess === 0 ? [] : this.#entries.splice(0, excess);
  }

  /** Gives frames to `send`, oldest first, for as long as it takes them. */
  drain(send: (frame: QueuedFrame) => boolean): void {
    let sent = 0;
    for (const entry of this.#entries) {
      if (!send(entry)) break;
      this.#bytes -= entry.bytes;
      sent += 1;
    }
    if (sent > 0) this.#entries.splice(0, sent);
  }

  /** Empties it and returns what was in it. */
  clear(): readonly QueuedFrame[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    return entries;
  }
}
