import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  type Counters,
  endpointsOf,
} from './authorization-server.ts';
import { endChild, tailOf } from './child.ts';

/** What the parent asks of the process. */
export interface Call {
  readonly id: number;
  readonly method:
    | 'counters'
    | 'addClient'
    | 'addRedirectUri'
    | 'delayTokenRequests'
    | 'grant'
    | 'countAccepted';
  readonly args: readonly unknown[];
}

/** Its answer; id 0, unasked: it is listening, and this is its issuer. */
export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export interface AuthorizationServerProcess extends AuthorizationServer {
  readonly pid: number;
  /** SIGKILL; what it knew is lost. `close` ends it gently. */
  kill(): Promise<void>;
}

const SOURCE = fileURLToPath(new URL('authorization-server-main.ts', import.meta.url));
let started = 0;

/** {@link AuthorizationServer} in a process of its own: its work is not measured with ours, and it can be killed. */
export async function startAuthorizationServerProcess(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServerProcess> {
  started += 1;
  // Inside the checkout, so that it finds oidc-provider.
  const name = `../../.cache/authorization-server-${process.pid}-${started}.mjs`;
  const bundle = fileURLToPath(new URL(name, import.meta.url));
  await build({
    entryPoints: [SOURCE],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [bundle, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = tailOf(child, ['stdout', 'stderr']);
  const issuer = await firstMessage(child, output);
  await rm(bundle);
  const call = caller(child);
  return {
    ...endpointsOf(issuer),
    pid: child.pid ?? 0,
    counters: async () => (await call('counters')) as Counters,
    addClient: async (client) => void (await call('addClient', client)),
    addRedirectUri: async (clientId, redirectUri) =>
      void (await call('addRedirectUri', clientId, redirectUri)),
    delayTokenRequests: async (delays) => void (await call('delayTokenRequests', delays)),
    grant: async (clientId, scope) => (await call('grant', clientId, scope)) as string,
    countAccepted: async (accessTokens) => (await call('countAccepted', accessTokens)) as number,
    close: () => endChild(child),
    kill: () => endChild(child, 'SIGKILL'),
  };
}

async function firstMessage(child: ChildProcess, output: () => string): Promise<string> {
  const died = once(child, 'exit').then(() => {
    throw new Error(`the authorization server did not start:\n${output()}`);
  });
  const [ready] = (await Promise.race([once(child, 'message'), died])) as [Answer];
  died.catch(() => undefined);
  return String(ready.result);
}

function caller(child: ChildProcess): (method: Call['method'], ...args: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.on('exit', () => {
    for (const [id, settle] of waiting) settle({ id, error: 'the authorization server is gone' });
    waiting.clear();
  });
  return async (method, ...args) => {
    lastId += 1;
    const id = lastId;
    const answer = await new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, method, args } satisfies Call);
    });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.result;
  };
}
