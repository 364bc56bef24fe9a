import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';
import { portOf } from '../surroundings.ts';

/** Milliseconds. */
const PATIENCE = 3_000;

export const port: Check = {
  group: 'network',
  async look(surroundings, signal) {
    const { settings, broker } = surroundings;
    const at = portOf(surroundings);
    const { host } = settings.http;
    if (broker === undefined) return [judgeFreePort(await tryPort(host, at), at), ...judgeBinding(host)];
    const lan = broker.lanHost;
    const [own, fromLan] = await Promise.all([
      whoAnswers(loopbackOf(host), at, signal),
      whoAnswers(lan, at, signal),
    ]);
    return judgeServedPort({ own, fromLan, host, lan, port: at });
  },
};

/** Where nothing is bound to all interfaces, only the bound address answers. */
function loopbackOf(host: string): string {
  if (host === '::' || host === '0.0.0.0') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

export function judgeFreePort(failure: string | undefined, at: number): Finding {
  if (failure === undefined) return finding('port_free', { port: at });
  if (failure === 'EACCES') return finding('port_forbidden', { port: at });
  return finding('port_taken', { port: at, reason: failure });
}

/** Who answers on a port: this program, something else, or nobody. */
export type Answerer = 'ours' | 'other' | 'nobody';

export function judgeServedPort(seen: {
  readonly own: Answerer;
  readonly fromLan: Answerer;
  /** That the server is bound to. */
  readonly host: string;
  readonly lan: string;
  readonly port: number;
}): readonly Finding[] {
  const { own, fromLan, host, lan, port: at } = seen;
  if (own !== 'ours') return [finding('port_not_ours', { port: at })];
  const binding = judgeBinding(host);
  if (binding.length > 0) return [finding('port_ours', { port: at }), ...binding];
  const reached = fromLan === 'ours' ? 'lan_reachable' : 'lan_unreachable';
  return [finding('port_ours', { port: at }), finding(reached, { host: lan, port: at })];
}

function judgeBinding(host: string): readonly Finding[] {
  return /^(127\.|::1$|localhost$)/.test(host) ? [finding('port_loopback_only', { host })] : [];
}

/** @returns why nobody can listen there; undefined where it is free */
async function tryPort(host: string, at: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(at, host);
    await once(server, 'listening');
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
  } finally {
    server.close();
  }
}

/** Asks for the first page: these headers together stand on each answer of this program. */
async function whoAnswers(host: string, at: number, signal: AbortSignal): Promise<Answerer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  return new Promise((resolve) => {
    const asking = request(`http://${host}:${at}/`, { signal: limit, agent: false });
    asking.once('error', () => resolve('nobody'));
    asking.once('response', (response) => {
      response.resume();
      const { 'content-security-policy': content, 'permissions-policy': permissions } = response.headers;
      resolve(content !== undefined && String(permissions).includes('browsing-topics') ? 'ours' : 'other');
    });
    asking.end();
  });
}
