import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ClientRequest, get as httpGet } from 'node:http';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject } from '../src/json.ts';
import { appRef, type AppRef, mungedId, registration } from './apps.ts';
import type { Answer, BusLoad } from './bus-load.ts';
import { probeFile, type Running } from './contenders.ts';
import type { Probe } from './probe.ts';
import type { Provider } from './provider.ts';

/** Milliseconds without any progress after which nothing more is expected. */
const SETTLED = 5_000;

/** One contender under load. */
export interface Stage {
  readonly running: Running;
  readonly load: BusLoad;
  readonly provider: Provider;
}

/** Registers an app; the answer tells nothing that is measured. */
export async function register(stage: Stage, ref: AppRef, tokenEndpoint?: string): Promise<number> {
  const { ms } = await stage.load.ask(
    'oauth.register',
    registration(ref, stage.provider, tokenEndpoint),
    'oauth.register.response',
  );
  return ms;
}

/** Milliseconds from `oauth.get` to `oauth.url`, one request after the other. */
export async function sequentialGets(load: BusLoad, ref: AppRef, count: number): Promise<number[]> {
  return times(count, async () => (await load.ask('oauth.get', ref, 'oauth.url')).ms);
}

/** Answers to `oauth.get` per second, with 64 requests under way at any time. */
export async function pipelinedGets(load: BusLoad, ref: AppRef, count: number): Promise<number> {
  const started = performance.now();
  const all = Array.from({ length: count }, () => ref);
  const answers = await load.askAll('oauth.get', all, 'oauth.url');
  return (answered(answers) / (performance.now() - started)) * 1000;
}

/** Milliseconds from the browser's request at the callback to `oauth.token.response`, one sign-in after the other. */
export async function callbacks(stage: Stage, ref: AppRef, count: number): Promise<number[]> {
  await reachable(stage.running.httpPort);
  return times(count, async () => {
    const url = await callbackUrl(stage, ref);
    const token = stage.load.next(`oauth.token.response.${mungedId(ref)}`);
    const started = performance.now();
    const [{ at }] = await Promise.all([token, browse(url)]);
    return at - started;
  });
}

/** Milliseconds from `oauth.refresh` to its response, one after the other; the app must be connected. */
export async function refreshes({ load }: Stage, ref: AppRef, count: number): Promise<number[]> {
  return times(count, async () => {
    const { ms, data } = await load.ask('oauth.refresh', ref, 'oauth.refresh.response');
    if (data['result'] !== 'Ok') throw new Error('a refresh failed');
    return ms;
  });
}

/** Milliseconds from `oauth.generate.qr.request` to the response, one after the other. */
export async function qrCodes({ load }: Stage, ref: AppRef, count: number): Promise<number[]> {
  return times(count, async () => {
    const { ms, data } = await load.ask('oauth.generate.qr.request', ref, 'oauth.generate.qr.response');
    if (typeof data['qr'] !== 'string') throw new Error('no QR code');
    return ms;
  });
}

/** How many of `count` sign-ins of different apps, completed at the same time, have left a token in the shared file. */
export async function concurrentSignIns(stage: Stage, count: number): Promise<number> {
  const refs = Array.from({ length: count }, (_, index) => appRef(`sign-in-${index}`));
  for (const ref of refs) await register(stage, ref);
  await reachable(stage.running.httpPort);
  const urls: string[] = [];
  for (const ref of refs) urls.push(await callbackUrl(stage, ref));
  await Promise.all(urls.map((url) => browse(url).catch(() => undefined)));
  return settledCount(async () => {
    const tokens = await tokenFile(stage.running);
    return refs.filter((ref) => mungedId(ref) in tokens).length;
  }, count);
}

/** How many of `count` registrations sent at once are answered, and the seconds until the last answer. */
export async function registrationBurst(
  stage: Stage,
  count: number,
): Promise<{ answered: number; seconds: number }> {
  const all = Array.from({ length: count }, (_, index) =>
    registration(appRef(`burst-${index}`), stage.provider),
  );
  const answers = await stage.load.askAll('oauth.register', all, 'oauth.register.response', {
    window: count,
    patience: SETTLED,
  });
  // All are sent at once, so the longest wait is the time of the whole burst.
  const longest = Math.max(0, ...answers.map((answer) => answer?.ms ?? 0));
  return { answered: answered(answers), seconds: longest / 1000 };
}

/** How many of `count` simultaneous refreshes of one rotating token succeed, and what they cost the provider. */
export async function simultaneousRefreshes(
  stage: Stage,
  count: number,
): Promise<{ succeeded: number; requests: number }> {
  const ref = appRef('rotation');
  await register(stage, ref, stage.provider.slowTokenEndpoint);
  await callbacks(stage, ref, 1);
  const before = await stage.provider.requests();
  const all = Array.from({ length: count }, () => ref);
  const answers = await stage.load.askAll('oauth.refresh', all, 'oauth.refresh.response', {
    window: count,
    patience: SETTLED,
  });
  const succeeded = answers.filter((answer) => answer?.data['result'] === 'Ok').length;
  return { succeeded, requests: (await stage.provider.requests()) - before };
}

/** What 64 requests under way at any time do to the event loop and the heap of a broker that has the probe in it. */
export async function probedGets(
  { running, load }: Stage,
  ref: AppRef,
  count: number,
): Promise<Probe & { readonly answers: number }> {
  const file = probeFile(running.home);
  process.kill(running.pid, 'SIGUSR2');
  const all = Array.from({ length: count }, () => ref);
  const answers = answered(await load.askAll('oauth.get', all, 'oauth.url'));
  process.kill(running.pid, 'SIGUSR2');
  for (let tries = 0; tries < 200 && !existsSync(file); tries += 1) await sleep(50);
  return { ...(JSON.parse(await readFile(file, 'utf8')) as Probe), answers };
}

async function callbackUrl({ running, load }: Stage, ref: AppRef): Promise<string> {
  const { data } = await load.ask('oauth.get', ref, 'oauth.url');
  if (typeof data['url'] !== 'string') throw new Error('no authorization URL');
  const state = new URL(data['url']).searchParams.get('state') ?? '';
  const query = new URLSearchParams({ code: 'a-code-of-usual-length-0123456789', state });
  return `http://127.0.0.1:${running.httpPort}/auth/callback/${mungedId(ref)}?${query.toString()}`;
}

/** Opens a page as a browser that has no connection yet, and reads all of it. */
function browse(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request: ClientRequest = httpGet(url, { agent: false }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        if ((response.statusCode ?? 500) < 400) resolve();
        else reject(new Error(`the callback answered ${response.statusCode}`));
      });
    });
    request.once('error', reject);
  });
}

/** The plugin's web server starts after its `oauth.ping`. */
async function reachable(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const connected = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
    if (connected) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

async function tokenFile({ home }: Running): Promise<object> {
  try {
    const tokens: unknown = JSON.parse(await readFile(join(home.databaseDir, 'ovos_oauth.json'), 'utf8'));
    return isJsonObject(tokens) ? tokens : {};
  } catch {
    // The plugin's file is written in place: it can be missing or half there.
    return {};
  }
}

/** The count once it is full or has not grown for a while. */
async function settledCount(count: () => Promise<number>, full: number): Promise<number> {
  let best = await count();
  for (let last = performance.now(); best < full && performance.now() - last < SETTLED; await sleep(100)) {
    const now = await count();
    if (now === best) continue;
    best = now;
    last = performance.now();
  }
  return best;
}

async function times(count: number, task: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  while (results.length < count) results.push(await task());
  return results;
}

function answered(answers: ReadonlyArray<Answer | undefined>): number {
  return answers.filter((answer) => answer !== undefined).length;
}
