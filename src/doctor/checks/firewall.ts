import { networkInterfaces } from 'node:os';
import { lanAddress } from '../../net/lan-address.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';
import { judgeFirewalld } from '../firewall/firewalld.ts';
import { type HomePort, homeNetwork } from '../firewall/home-port.ts';
import { judgeNftables } from '../firewall/nftables.ts';
import { judgeUfw } from '../firewall/ufw.ts';
import type { RunProgram } from '../run-program.ts';
import { portOf } from '../surroundings.ts';

export const firewall: Check = {
  group: 'firewall',
  async look(surroundings) {
    const { run, broker, settings } = surroundings;
    const host = broker?.lanHost ?? (await lanAddress(settings.lanHost));
    const home = { port: portOf(surroundings), network: homeNetwork(host, networkInterfaces()) };
    // The two that write nftables rules themselves say best what they let in.
    const found = (await lookAtUfw(run, home)) ?? (await lookAtFirewalld(run, home.port));
    return [found ?? (await lookAtNftables(run, home))];
  },
};

/** @returns undefined where ufw is not there or not active */
async function lookAtUfw(run: RunProgram, home: HomePort): Promise<Finding | undefined> {
  const status = await run('ufw', ['status']);
  if (status === undefined) return undefined;
  if (status.status === 0) return judgeUfw(status.stdout, home);
  // Only root may ask; whether it is on, anybody may read.
  const enabled = await run('grep', ['-qi', '^ENABLED=yes', '/etc/ufw/ufw.conf']);
  return enabled?.status === 0
    ? finding('firewall_unreadable', { tool: 'ufw', command: 'ufw status' })
    : undefined;
}

/** @returns undefined where firewalld is not there or does not run */
async function lookAtFirewalld(run: RunProgram, port: number): Promise<Finding | undefined> {
  const state = await run('firewall-cmd', ['--state']);
  if (state?.status !== 0) return undefined;
  const zone = await run('firewall-cmd', ['--list-all']);
  return zone?.status === 0
    ? judgeFirewalld(zone.stdout, port)
    : finding('firewall_unreadable', { tool: 'firewalld', command: 'firewall-cmd --list-all' });
}

async function lookAtNftables(run: RunProgram, home: HomePort): Promise<Finding> {
  const { port } = home;
  const rules = await run('nft', ['-j', 'list', 'ruleset']);
  if (rules === undefined) return finding('firewall_none', { port });
  if (rules.status === 0) return judgeNftables(rules.stdout, home);
  const service = await run('systemctl', ['is-active', 'nftables']);
  return service?.stdout.trim() === 'active'
    ? finding('firewall_unreadable', { tool: 'nftables', command: 'nft list ruleset' })
    : finding('firewall_none', { port });
}
