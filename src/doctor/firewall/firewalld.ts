import { type Finding, finding } from '../finding.ts';

/** Judges what `firewall-cmd --list-all` prints: the default zone, in which an interface is that has no other. */
export function judgeFirewalld(zone: string, port: number): Finding {
  const [, name = 'public'] = /^(\S+)/.exec(zone) ?? [];
  const target = valueOf(zone, 'target');
  const isOpen =
    target === 'ACCEPT' ||
    valueOf(zone, 'ports')
      .split(' ')
      .some((entry) => {
        const [, low = '', high = low] = /^(\d+)(?:-(\d+))?\/tcp$/.exec(entry) ?? [];
        return low !== '' && Number(low) <= port && port <= Number(high);
      });
  return isOpen
    ? finding('firewall_open', { tool: 'firewalld', port })
    : finding('firewall_closed_firewalld', { port, zone: name });
}

function valueOf(zone: string, key: string): string {
  return new RegExp(`^\\s+${key}: *(.*)$`, 'm').exec(zone)?.[1]?.trim() ?? '';
}
