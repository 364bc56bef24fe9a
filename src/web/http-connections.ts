import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { partyOf, plainAddress } from './guards/address.ts';

export interface ConnectionLimits {
  /** Connections at once. */
  readonly most: number;
  /** Milliseconds that a connection may take to bring a whole request. */
  readonly patience: number;
}

/**
 * The open connections, told apart by whether a request is in hand. One that only waits may do so for a while, and
 * gives way to a newcomer when there are too many, that of the address with most of them first: slow clients can't keep a
 * provider's answer out.
 */
export class HttpConnections {
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  /** Longest wait first; the value cancels the end of the wait. */
  readonly #waiting = new Map<Socket, () => void>();
  /** Requests in hand. */
  readonly #busy = new Map<Socket, number>();
  #isClosing = false;

  constructor(limits: ConnectionLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  opened(socket: Socket): void {
    socket.once('close', () => this.#forget(socket));
    if (this.#waiting.size + this.#busy.size >= this.#limits.most) {
      const dispensable = this.#dispensable() ?? socket;
      dispensable.destroy();
      this.#forget(dispensable);
      if (dispensable === socket) return;
    }
    this.#await(socket);
  }

  /** A request's header has come in. */
  began(socket: Socket): void {
    this.#stopWaiting(socket);
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
  }

  /** A request was answered, or its connection is gone. */
  ended(socket: Socket): void {
    const left = (this.#busy.get(socket) ?? 1) - 1;
    if (left > 0) {
      this.#busy.set(socket, left);
      return;
    }
    this.#busy.delete(socket);
    if (this.#isClosing) socket.destroySoon();
    else if (!socket.destroyed) this.#await(socket);
  }

  /** Lets go of every connection that has no request in hand; the others go when they are answered. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#waiting.keys()) socket.destroy();
  }

  /** Of the address with most waiting connections the one that has waited longest. */
  #dispensable(): Socket | undefined {
    const byParty = new Map<string, Socket[]>();
    for (const socket of this.#waiting.keys()) {
      const party = partyOf(plainAddress(socket.remoteAddress ?? ''));
      const sockets = byParty.get(party);
      if (sockets === undefined) byParty.set(party, [socket]);
      else sockets.push(socket);
    }
    const most = [...byParty.values()].reduce((one, other) => (other.length > one.length ? other : one), []);
    return most[0];
  }

  #await(socket: Socket): void {
    const cancel = this.#clock.after(this.#limits.patience, () => socket.destroy());
    this.#waiting.set(socket, cancel);
  }

  #stopWaiting(socket: Socket): void {
    this.#waiting.get(socket)?.();
    this.#waiting.delete(socket);
  }

  #forget(socket: Socket): void {
    this.#stopWaiting(socket);
    this.#busy.delete(socket);
  }
}
