import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { FrameCipher } from '../../bus/encryption.ts';
import { readFrame } from '../../bus/frame.ts';
import type { BusSettings } from '../../config/settings.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

/** Milliseconds to connect. */
const CONNECT = 3_000;
/** Milliseconds that the broker is given to answer; a small device may just be starting it. */
const LONGEST = 4_000;
/** Milliseconds in which another program answers as well; the Python plugin takes some 50. */
const OTHERS = 1_000;
/** Both programs answer it, each by a message of its own. */
const HOST_INFO = 'oauth.get.app.host.info';
/** Only this program does. */
const IS_ALIVE = 'mycroft.oauth.is_alive';

export const bus: Check = {
  group: 'bus',
  async look({ settings, broker }, signal) {
    const heard = await listen(settings.bus, broker !== undefined, signal);
    return judgeBus(settings.bus, heard, broker !== undefined);
  },
};

/** What was heard on the bus. */
export type Heard =
  | { readonly isOpen: false; readonly reason: string }
  | {
      readonly isOpen: true;
      /** Frames that were not encrypted. */
      readonly plain: number;
      /** Frames that the key does not open, or that are encrypted while there is no key. */
      readonly unreadable: number;
      /** Whether our own message came back, as the bus sends it to all. */
      readonly echoed: boolean;
      /** Programs that answered as the OAuth service, ours included. */
      readonly services: number;
      /** Those of them that are ours. */
      readonly brokers: number;
    };

export function judgeBus(
  settings: Pick<BusSettings, 'host' | 'port' | 'secretKey' | 'allowUnencrypted'>,
  heard: Heard,
  isRunning: boolean,
): readonly Finding[] {
  const { host, port, secretKey, allowUnencrypted } = settings;
  const place = { host, port };
  if (!heard.isOpen) return [finding('bus_unreachable', { ...place, reason: heard.reason })];
  if (heard.unreadable > 0)
    return [finding(secretKey === undefined ? 'bus_key_missing' : 'bus_other_key', place)];
  if (secretKey !== undefined && heard.plain > 0 && !allowUnencrypted)
    return [finding('bus_plain_messages', place)];
  if (!heard.echoed) return [finding('bus_silent', place)];
  const works = finding(secretKey === undefined ? 'bus_ok' : 'bus_encrypted_ok', place);
  if (heard.brokers > 1) return [works, finding('brokers_several', { count: heard.brokers })];
  return isRunning && heard.brokers === 0 ? [works, finding('broker_not_on_bus', place)] : [works];
}

/**
 * Goes onto the bus, asks who is there and listens for a moment.
 *
 * @param isExpected whether the broker runs and must answer
 */
export async function listen(
  settings: BusSettings,
  isExpected: boolean,
  signal: AbortSignal,
): Promise<Heard> {
  const { host, port, route, ssl, secretKey, maxMessageBytes } = settings;
  const cipher = secretKey === undefined ? undefined : new FrameCipher(secretKey);
  const name = host.includes(':') ? `[${host}]` : host;
  const socket = new WebSocket(`${ssl ? 'wss' : 'ws'}://${name}:${port}${route}`, {
    handshakeTimeout: CONNECT,
    maxPayload: maxMessageBytes,
  });
  const counts = { plain: 0, unreadable: 0, echoed: false, services: 0, brokers: 0 };
  const marker = randomUUID();
  let answered = (): void => {};
  const untilAnswered = new Promise<void>((resolve) => (answered = resolve));
  socket.on('message', (data: Buffer) => {
    const isPlain = !data.includes('"ciphertext"');
    if (isPlain) counts.plain += 1;
    const frame = readFrame(data, { cipher, allowUnencrypted: true, wants: () => true });
    if (frame.status === 'malformed' && (frame.reason === 'undecryptable' || frame.reason === 'no_key'))
      counts.unreadable += 1;
    if (frame.status !== 'message' || frame.message.context.get('ovos_oauth_doctor') !== marker) return;
    if (frame.message.type === HOST_INFO) counts.echoed = true;
    if (frame.message.type === 'oauth.app.host.info.response') counts.services += 1;
    if (frame.message.type === `${IS_ALIVE}.response`) counts.brokers += 1;
    if (counts.echoed && (counts.brokers > 0 || !isExpected)) answered();
  });
  try {
    await untilOpen(socket, signal);
    for (const type of [HOST_INFO, IS_ALIVE]) {
      const text = JSON.stringify({ type, data: {}, context: { ovos_oauth_doctor: marker } });
      socket.send(cipher === undefined ? text : cipher.encrypt(text));
    }
    await Promise.race([untilAnswered, pause(LONGEST, signal)]);
    await pause(OTHERS, signal);
    return { isOpen: true, ...counts };
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    return { isOpen: false, reason: typeof code === 'string' ? code : 'no WebSocket' };
  } finally {
    socket.terminate();
  }
}

function untilOpen(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
