import { readFile } from 'node:fs/promises';
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { judgeFirewalld } from './firewalld.ts';
import { homeNetwork, isWithin } from './home-port.ts';
import { judgeNftables } from './nftables.ts';
import { judgeUfw } from './ufw.ts';

const HOME = { port: 36_536, network: '192.168.1.0/24' };

/** What the real tool has printed, see test/support/firewalls/README.md. */
function printed(name: string): Promise<string> {
  return readFile(new URL(`../../../test/support/firewalls/${name}`, import.meta.url), 'utf8');
}

describe('ufw', () => {
  test.each([
    ['ufw-inactive.txt', undefined],
    ['ufw-closed.txt', 'firewall_closed_ufw'],
    ['ufw-denied.txt', 'firewall_closed_ufw'],
    ['ufw-open.txt', 'firewall_open'],
    ['ufw-open-lan.txt', 'firewall_open'],
    ['ufw-open-range.txt', 'firewall_open'],
  ])('%s: %s', async (name, code) => {
    expect(judgeUfw(await printed(name), HOME)?.code).toBe(code);
  });

  test('a rule for one device, for UDP or for IPv6 alone lets no phone in', () => {
    const status = [
      'Status: active',
      '36536/tcp                  ALLOW       192.168.1.5',
      '36536/udp                  ALLOW       Anywhere',
      '36536/tcp (v6)             ALLOW       Anywhere (v6)',
    ].join('\n');
    expect(judgeUfw(status, HOME)?.code).toBe('firewall_closed_ufw');
  });
});

describe('nftables', () => {
  test.each([
    ['nft-empty.json', 'firewall_none'],
    ['nft-closed.json', 'firewall_closed_nftables'],
    ['nft-open.json', 'firewall_open'],
    ['nft-open-lan.json', 'firewall_open'],
    ['nft-open-elsewhere.json', 'firewall_closed_nftables'],
    ['ufw-closed.nft.json', 'firewall_closed_nftables'],
    // iptables does not tell nft the arguments of `addrtype`; `ufw status` is asked first.
    ['ufw-open.nft.json', 'firewall_unclear'],
  ])('%s: %s', async (name, code) => {
    expect(judgeNftables(await printed(name), HOME).code).toBe(code);
  });

  test('the rule to add names the chain that is in the way', async () => {
    expect(judgeNftables(await printed('nft-closed.json'), HOME).fix).toBe(
      'sudo nft insert rule inet filter input ip saddr 192.168.1.0/24 tcp dport 36536 accept',
    );
  });

  test('a rule that depends on what is not known here leaves it open what happens', () => {
    const chain = { family: 'inet', table: 'f', name: 'in', type: 'filter', hook: 'input', policy: 'drop' };
    const match = { op: '==', left: { meta: { key: 'iifname' } }, right: 'wg0' };
    const rule = { family: 'inet', table: 'f', chain: 'in', expr: [{ match }, { accept: null }] };
    const ruleset = JSON.stringify({ nftables: [{ chain }, { rule }] });
    expect(judgeNftables(ruleset, HOME).code).toBe('firewall_unclear');
  });
});

test.each([
  ['192.168.1.0/24', '192.168.0.0/16', 'yes'],
  ['192.168.1.0/24', '192.168.1.0/24', 'yes'],
  ['192.168.1.0/24', '0.0.0.0/0', 'yes'],
  ['192.168.1.0/24', '192.168.1.5', 'maybe'],
  ['192.168.1.0/24', '10.0.0.0/8', 'no'],
  ['192.168.1.0/24', '192.168.2.7', 'no'],
  ['0.0.0.0/0', '192.168.0.0/16', 'maybe'],
] as const)('%s is within %s: %s', (network, prefix, answer) => {
  expect(isWithin(network, prefix)).toBe(answer);
});

describe('firewalld', () => {
  const zone = (target: string, ports: string): string =>
    `home (active)\n  target: ${target}\n  interfaces: eth0\n  services: ssh mdns\n  ports: ${ports}\n  forward: yes\n`;

  test.each([
    ['default', '', 'firewall_closed_firewalld'],
    ['default', '8123/tcp 36536/udp', 'firewall_closed_firewalld'],
    ['default', '8123/tcp 36536/tcp', 'firewall_open'],
    ['default', '36000-37000/tcp', 'firewall_open'],
    ['ACCEPT', '', 'firewall_open'],
  ])('target %s, ports "%s": %s', (target, ports, code) => {
    expect(judgeFirewalld(zone(target, ports), 36_536).code).toBe(code);
  });

  test('the command to open it names the zone', () => {
    expect(judgeFirewalld(zone('default', ''), 36_536).fix).toContain('--zone=home --add-port=36536/tcp');
  });
});

test.each([
  ['192.168.1.7', '192.168.1.7/24', '192.168.1.0/24'],
  ['10.20.30.40', '10.20.30.40/8', '10.0.0.0/8'],
  ['172.20.130.9', '172.20.130.9/22', '172.20.128.0/22'],
  ['[fd00::1]', '192.168.1.7/24', '0.0.0.0/0'],
])('the network of %s on an interface with %s is %s', (host, cidr, network) => {
  const info = { address: cidr.split('/')[0] ?? '', cidr } as NetworkInterfaceInfo;
  expect(homeNetwork(host, { eth0: [info] })).toBe(network);
});
