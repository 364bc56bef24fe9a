import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const TICK = 20;
/** Messages on their way through the bus, which would otherwise keep them all, and everybody else waiting. */
const MOST_UNDER_WAY = 1_000;

const WANTED = ['oauth.status', 'oauth.token.get', 'mycroft.oauth.is_ready', 'oauth.list'];

/** What no client should send. The bus relays every text as it is, whatever is in it. */
const GARBAGE: readonly string[] = [
  '',
  '{"type": "oauth.sta',
  '[]',
  'null',
  '{"type": 7, "data": {}}',
  '{"type": "oauth.status", "data": "text", "context": {}}',
  '{"type": "oauth.status", "data": {}, "context": []}',
  '{"type": "oauth.register", "data": {"skill_id": {}, "app_id": [1]}, "context": {}}',
  `{"type": "oauth.token.get", "data": {"skill_id": "${'x'.repeat(20_000)}", "app_id": "y"}, "context": {}}`,
  `{"type": "oauth.status", "data": ${'['.repeat(5_000)}${']'.repeat(5_000)}, "context": {}}`,
  '{"type": "oauth.status", "data": {"__proto__": {"skill_id": "a"}}, "context": {"__proto__": 1}}',
];

/** The n-th message of a flood: mostly what nobody here wants, some requests, and one per cent garbage. */
export function floodFrame(n: number): string {
  if (n % 100 === 50) return GARBAGE[((n / 100) % GARBAGE.length) | 0] ?? '';
  if (n % 20 === 0) {
    const type = WANTED[(n / 20) % WANTED.length];
    return `{"type": "${type}", "data": {"skill_id": "skill", "app_id": "flood"}, "context": {"n": ${n}}}`;
  }
  return `{"type": "speak.${n % 7}", "data": {"utterance": "it is ${n} o'clock", "n": ${n}}, "context": {"session": {"session_id": "default", "lang": "en-us"}}}`;
}

export interface Flood {
  readonly sent: number;
  stop(): Promise<void>;
}

/**
 * Sends `perSecond` messages a second to `send` until stopped; what `isFull` holds back is not made up for.
 */
export function startFlood(perSecond: number, send: (frame: string) => void, isFull: () => boolean): Flood {
  let sent = 0;
  const end = new AbortController();
  const running = (async () => {
    let last = performance.now();
    let owed = 0;
    while (!end.signal.aborted) {
      await sleep(TICK);
      const now = performance.now();
      owed = Math.min(owed + ((now - last) / 1_000) * perSecond, perSecond / 4);
      last = now;
      for (; owed >= 1 && !isFull(); owed -= 1) send(floodFrame((sent += 1)));
    }
  })();
  return {
    get sent() {
      return sent;
    },
    async stop() {
      end.abort();
      await running;
    },
  };
}

/** A client that floods a bus, and another that counts what the bus relays of it. */
export async function floodBus(
  url: string,
  perSecond: number,
): Promise<Flood & { readonly relayed: number }> {
  const sender = new WebSocket(url, { perMessageDeflate: false });
  const listener = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
  await Promise.all([once(sender, 'open'), once(listener, 'open')]);
  let relayed = 0;
  listener.on('message', () => (relayed += 1));
  // The sender is sent everything as well and has no use for it.
  sender.on('message', () => {});
  const flood = startFlood(
    perSecond,
    (frame) => sender.send(frame),
    () => flood.sent - relayed > MOST_UNDER_WAY,
  );
  return {
    get sent() {
      return flood.sent;
    },
    get relayed() {
      return relayed;
    },
    async stop() {
      await flood.stop();
      for (const socket of [sender, listener]) socket.close();
      await Promise.all([sender, listener].map((socket) => once(socket, 'close')));
    },
  };
}
