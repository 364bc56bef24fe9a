import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild } from '../test/support/child.ts';
import { freePort } from '../test/support/free-port.ts';
import type { MessageBus } from '../test/support/messagebus.ts';
import { createOvosHome, type OvosHome } from '../test/support/ovos-home.ts';
import { appRef, mungedId, storedApps } from './apps.ts';
import type { BusLoad } from './bus-load.ts';
import { memoryOf } from './memory.ts';
import type { Provider } from './provider.ts';
import { quantile } from './samples.ts';

/** Seconds that access tokens live. */
const LIFE = 3_600;
/** Milliseconds; what falls due while the broker is off is spread over a minute. */
const MINUTE = 60_000;
/** Milliseconds until a new process has settled. */
const REST = 5_000;
/** `sysconf(_SC_CLK_TCK)` on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const GETS = 500;
const WINDOW = 64;

export interface Course {
  readonly bus: MessageBus;
  readonly load: BusLoad;
  readonly provider: Provider;
  /** `dist/ovos-oauth.mjs`. */
  readonly program: string;
  /** p50 of a bare echo client at this moment, milliseconds. */
  readonly echoFloor: () => Promise<number>;
}

/** Times in milliseconds, memory in MiB. */
export interface Growth {
  readonly connections: number;
  /** From the start of the process to its `oauth.ping`. */
  readonly startMs: number;
  /** Resident, after a minute's work. */
  readonly rss: number;
  /** p50 of `oauth.token.get`, over all connections. */
  readonly tokenGet: number;
  /** The same of a bare echo client, right after. */
  readonly floor: number;
  /** What falls due in a minute: a sixtieth of the connections, since their tokens live an hour. */
  readonly refreshes: number;
  /** CPU time of the broker for these. */
  readonly cpuMs: number;
  /** And of a minute in which there is nothing to do. */
  readonly idleCpuMs: number;
}

/** Measures a broker that holds so many connections. */
export async function measureGrowth(connections: number, course: Course): Promise<Growth> {
  const home = await createOvosHome({
    config: {
      websocket: course.bus.config.websocket,
      PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort() } },
    },
  });
  try {
    const refreshes = Math.max(1, Math.round(connections / 60));
    await store(home, connections, refreshes, course.provider);
    // The first start takes everything over from the files; what is measured is every other one.
    await (await start(home, course)).stop();
    const running = await start(home, course);
    const before = await course.provider.requests();
    await sleep(REST);
    const idleAfterStart = await cpuOf(running.pid);
    await sleep(MINUTE + REST);
    const done = (await course.provider.requests()) - before;
    const busy = (await cpuOf(running.pid)) - idleAfterStart;
    const { rss } = await memoryOf(running.pid);
    const idleFrom = await cpuOf(running.pid);
    await sleep(MINUTE);
    const idleCpuMs = (await cpuOf(running.pid)) - idleFrom;
    const tokenGet = await tokenGets(course.load, connections);
    await running.stop();
    // A machine is not equally fast all the time.
    const floor = await course.echoFloor();
    const { startMs } = running;
    return { connections, startMs, rss, tokenGet, floor, refreshes: done, cpuMs: busy, idleCpuMs };
  } finally {
    await home.remove();
  }
}

/** Writes the files that the broker takes over: of the tokens `due` are to be renewed at once, none has expired. */
async function store(home: OvosHome, connections: number, due: number, provider: Provider): Promise<void> {
  const now = Date.now() / 1_000;
  const tokens: Record<string, object> = {};
  const sign = async (index: number): Promise<void> => {
    const body = new URLSearchParams({ grant_type: 'authorization_code' });
    const response = await fetch(provider.tokenEndpoint, { method: 'POST', body });
    const answer = (await response.json()) as object;
    const left = index < due ? 180 : LIFE;
    tokens[mungedId(appRef(`stored-${index}`))] = { ...answer, expires_at: now + left };
  };
  for (let from = 0; from < connections; from += WINDOW) {
    const window = Array.from({ length: Math.min(WINDOW, connections - from) }, (_, index) =>
      sign(from + index),
    );
    await Promise.all(window);
  }
  await mkdir(home.databaseDir, { recursive: true });
  const write = (name: string, content: object): Promise<void> =>
    writeFile(join(home.databaseDir, name), JSON.stringify(content, null, 4));
  await write('ovos_oauth_apps.json', storedApps(connections, provider));
  await write('ovos_oauth.json', tokens);
}

async function start(
  home: OvosHome,
  { load, program }: Course,
): Promise<{ readonly pid: number; readonly startMs: number; stop(): Promise<void> }> {
  const heard = load.next('oauth.ping', 120_000);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'serve'], {
    cwd: home.dir,
    env: home.env,
    stdio: 'ignore',
  });
  const { at } = await heard;
  return { pid: child.pid ?? 0, startMs: at - startedAt, stop: () => endChild(child) };
}

/** User and system time of a process so far, milliseconds (proc(5)). */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold anything and ends with the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

async function tokenGets(load: BusLoad, connections: number): Promise<number> {
  const ask = async (round: number): Promise<number> => {
    const ref = appRef(`stored-${(round * 7_919) % connections}`);
    const { ms, data } = await load.ask('oauth.token.get', ref, 'oauth.token.get.response');
    if (data['status'] !== 'ok') throw new Error(`no token: ${JSON.stringify(data)}`);
    return ms;
  };
  for (let round = 0; round < 200; round += 1) await ask(round);
  const times: number[] = [];
  for (let round = 0; round < GETS; round += 1) times.push(await ask(round));
  return quantile(times, 0.5) ?? 0;
}
