import { type Finding, finding } from '../finding.ts';
import type { HomePort } from './home-port.ts';

// `36536/tcp   ALLOW   Anywhere`, also `36536`, `36530:36540/tcp`, `36536,36537/tcp`, `192.168.1.7 36536/tcp`.
const RULE = /^(?<to>.+?)\s{2,}(?<action>ALLOW|LIMIT|DENY|REJECT)(?: IN)?\s{2,}(?<from>.+?)\s*$/;

/**
 * Judges what `ufw status` prints (ufw 0.36): the first rule that matches counts, and without one the default, which is
 * to deny.
 *
 * @returns undefined where it is not active
 */
export function judgeUfw(status: string, { port, network }: HomePort): Finding | undefined {
  if (!/^Status: active/m.test(status)) return undefined;
  for (const line of status.split('\n')) {
    const { to, action, from = '' } = RULE.exec(line)?.groups ?? {};
    if (to === undefined || !covers(to, port) || !isForThisNetwork(from)) continue;
    return action === 'ALLOW' || action === 'LIMIT'
      ? finding('firewall_open', { tool: 'ufw', port })
      : finding('firewall_closed_ufw', { port, network });
  }
  return finding('firewall_closed_ufw', { port, network });
}

function covers(to: string, port: number): boolean {
  if (/\(v6\)|\bon \S+$|\/udp\b/.test(to)) return false;
  if (to === 'Anywhere') return true;
  const [, ports = ''] = /([\d:,]+)(?:\/tcp)?$/.exec(to) ?? [];
  return ports.split(',').some((range) => {
    const [low = '', high = low] = range.split(':');
    return low !== '' && Number(low) <= port && port <= Number(high);
  });
}

/** A rule for a single device or for a public network says nothing of the phones at home. */
function isForThisNetwork(from: string): boolean {
  return from === 'Anywhere' || /^(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]*\/\d+$/.test(from);
}
