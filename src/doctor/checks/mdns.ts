import { createSocket } from 'node:dgram';
import { hostname } from 'node:os';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

/** RFC 6762 §3. */
const GROUP = { address: '224.0.0.251', port: 5_353 };
/** Milliseconds; a responder waits 120 at most (RFC 6762 §6). */
const PATIENCE = 1_000;

export const mdns: Check = {
  group: 'network',
  async look({ settings }, signal) {
    const { lanHost } = settings;
    const isSet = lanHost?.toLowerCase().endsWith('.local') === true;
    const name = isSet ? lanHost : `${hostname().split('.')[0]}.local`;
    return [judgeMdns(name, isSet, await isAnswered(name, signal))];
  },
};

/** @param isSet whether phones are sent to that name */
export function judgeMdns(name: string, isSet: boolean, isThere: boolean): Finding {
  if (isThere) return finding('mdns_name', { name });
  return finding(isSet ? 'mdns_name_dead' : 'mdns_silent', { name });
}

/** Asks as a phone does, whoever answers: avahi, systemd-resolved or another. */
export function isAnswered(name: string, signal: AbortSignal, { address, port } = GROUP): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const finish = (found: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(found);
    };
    const giveUp = (): void => finish(false);
    const timer = setTimeout(giveUp, PATIENCE);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', giveUp);
    socket.on('message', (packet) => {
      if (isAnswerTo(packet, name)) finish(true);
    });
    socket.send(questionFor(name), port, address, (error) => {
      if (error !== null) giveUp();
    });
  });
}

/** A query for the address of a name, to be answered to this socket alone (RFC 6762 §5.4, RFC 1035 §4.1). */
export function questionFor(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label));
  const encoded = labels.flatMap((label) => [Buffer.from([label.length]), label]);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(1, 4);
  const TYPE_A = 1;
  const CLASS_IN_UNICAST = 0x80_01;
  const tail = Buffer.alloc(5);
  tail.writeUInt16BE(TYPE_A, 1);
  tail.writeUInt16BE(CLASS_IN_UNICAST, 3);
  return Buffer.concat([header, ...encoded, tail]);
}

/** Whether a packet is an answer with a record of that name; RFC 1035 lets it be written in any case. */
export function isAnswerTo(packet: Buffer, name: string): boolean {
  if (packet.length < 12 || packet.readUInt16BE(2) < 0x80_00 || packet.readUInt16BE(6) === 0) return false;
  const [first = ''] = name.toLowerCase().split('.');
  const label = Buffer.concat([Buffer.from([Buffer.byteLength(first)]), Buffer.from(first)]);
  return packet.toString('latin1').toLowerCase().includes(label.toString('latin1'));
}
