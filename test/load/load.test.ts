import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BusClient, Message, MessageContext } from '../../src/bus/index.ts';
import type { JsonObject } from '../../src/json.ts';
import {
  type AuthorizationServerProcess,
  startAuthorizationServerProcess,
} from '../support/authorization-server-process.ts';
import { type Flood, floodBus } from '../support/bus-flood.ts';
import { eventually } from '../support/eventually.ts';
import { HttpCrowd } from '../support/http-crowd.ts';
import { startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type ServiceProcess, startService } from '../support/service-process.ts';
import { startStandInBus } from '../support/stand-in-bus.ts';
import { userAgent } from '../support/user-agent.ts';

// The released program under more than a home network and a message bus can bring, while somebody signs in.

const SECONDS = Number(process.env['OVOS_OAUTH_LOAD_SECONDS'] ?? 0);
const IS_CAMPAIGN = SECONDS > 0;
const PLAN = IS_CAMPAIGN
  ? { seconds: SECONDS, connections: 1_000, slow: 200, perSecond: 5_000, rest: 60_000, warmUp: 20 }
  : { seconds: 3, connections: 100, slow: 20, perSecond: 500, rest: 0, warmUp: 1 };
const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));
const LOOP_DELAY = fileURLToPath(new URL('../../scripts/campaigns/loop-delay.mjs', import.meta.url));
const SKILL = 'skill';
const APP = 'music';

let server: AuthorizationServerProcess;
let device: OAuthDevice;
let broker: ServiceProcess;
let client: BusClient;
let closeBus: () => Promise<void>;
let crowd: HttpCrowd;

beforeEach(async () => {
  server = await startAuthorizationServerProcess();
});

afterEach(async () => {
  crowd?.leave();
  await client?.stop();
  await broker?.stop();
  await server?.close();
  await closeBus?.();
  await device?.home.remove();
});

test.each(['real', 'stand-in'] as const)(
  `sign-ins succeed under ${PLAN.connections} connections and ${PLAN.perSecond} messages a second on the %s bus`,
  { timeout: (PLAN.seconds + 180) * 1_000 + PLAN.rest },
  async (kind) => {
    const startFlood = await startAll(kind);
    // What the first ones load and make room for belongs to what is there before.
    for (let n = 0; n < PLAN.warmUp; n += 1) await signIn();
    await (await fetch(`http://127.0.0.1:${device.httpPort}/`)).text();
    await sleep(PLAN.rest / 20);
    const before = await usedBy(broker.pid);

    crowd = new HttpCrowd(device.httpPort);
    crowd.come(PLAN.connections, PLAN.slow);
    const flood = await startFlood();
    const signIns: SignInTimes[] = [];
    const during: Used[] = [];
    const connected: number[] = [];
    const end = performance.now() + PLAN.seconds * 1_000;
    while (performance.now() < end) {
      signIns.push(await signIn());
      during.push(await usedBy(broker.pid));
      connected.push(crowd.size);
      await sleep(200);
    }
    await flood.stop();
    crowd.leave();
    await sleep(PLAN.rest);
    const after = await eventually(
      'every descriptor is given back',
      async () => {
        const now = await usedBy(broker.pid);
        return now.descriptors <= before.descriptors && now;
      },
      30_000,
    );
    const loop = (await readFile(join(device.home.dir, 'loop'), 'utf8')).trim().split('\n');
    const delays = loop.map((line) => line.split(' ').map(Number));
    const report = {
      bus: kind,
      seconds: PLAN.seconds,
      messagesPerSecond: Math.round(flood.sent / PLAN.seconds),
      ...('relayed' in flood ? { relayedPerSecond: Math.round(Number(flood.relayed) / PLAN.seconds) } : {}),
      connections: Math.round(connected.reduce((sum, n) => sum + n, 0) / connected.length),
      answers: Object.fromEntries(crowd.answers),
      signIns: signIns.length,
      asked: spread(signIns.map(({ asked }) => asked)),
      completed: spread(signIns.map(({ completed }) => completed)),
      together: spread(signIns.map(({ asked, completed }) => asked + completed)),
      loopDelayP99: spread(delays.map(([, p99 = 0]) => p99)),
      loopDelayMax: Math.max(...delays.map(([, , max = 0]) => max)),
      rssMiB: {
        before: before.rssMiB,
        most: Math.max(...during.map(({ rssMiB }) => rssMiB)),
        after: after.rssMiB,
      },
    };
    process.stdout.write(`${JSON.stringify(report)}\n`);

    expect(signIns.length).toBeGreaterThan(0);
    expect(await ask('oauth.token.get', 'oauth.token.get.response')).toMatchObject({ status: 'ok' });
    expect((await server.counters()).errors).toEqual([]);
    // Memory comes back when it has time to.
    expect(IS_CAMPAIGN ? after.rssMiB / before.rssMiB : 1).toBeLessThanOrEqual(1.1);
  },
);

async function startAll(kind: 'real' | 'stand-in'): Promise<() => Promise<Flood>> {
  const bus = kind === 'real' ? await startMessageBus({ nodelay: true }) : await startStandInBus();
  closeBus = () => bus.stop();
  device = await createDevice(bus);
  broker = await startService({
    command: process.execPath,
    args: ['--import', LOOP_DELAY, PROGRAM, 'serve'],
    env: { ...device.home.env, OVOS_OAUTH_LOOP_DELAY: join(device.home.dir, 'loop') },
    cwd: device.home.dir,
    busUrl: bus.url,
    httpPort: device.httpPort,
  });
  client = new BusClient({ port: bus.port });
  client.start();
  // The bus, which has just lost a client, may send what comes now to nobody.
  await eventually(
    'the broker is heard',
    () => ask('oauth.status', 'oauth.status.response', {}, 2_000),
    60_000,
  );
  const callback = `http://127.0.0.1:${device.httpPort}/auth/callback/${SKILL}_${APP}`;
  await server.addClient({ id: APP, redirectUris: [callback] });
  await ask('oauth.register', 'oauth.register.response', {
    client_id: APP,
    public: true,
    auth_endpoint: server.authorizationEndpoint,
    token_endpoint: server.tokenEndpoint,
    scope: 'openid offline_access read',
  });
  return async () => ('flood' in bus ? bus.flood(PLAN.perSecond) : floodBus(bus.url, PLAN.perSecond));
}

interface SignInTimes {
  /** Milliseconds from `oauth.get` to the address. */
  readonly asked: number;
  /** Milliseconds from the provider's answer to the page that says connected, the code's exchange included. */
  readonly completed: number;
}

async function signIn(): Promise<SignInTimes> {
  const start = performance.now();
  const { url } = (await ask('oauth.get', 'oauth.url')) ?? {};
  const asked = performance.now() - start;
  if (typeof url !== 'string') throw new Error(`no address:\n${broker.output()}`);
  const callback = await userAgent.approve(url);
  const back = performance.now();
  const answer = await fetch(callback);
  const page = await answer.text();
  const completed = performance.now() - back;
  if (!answer.ok) throw new Error(`the sign-in ended with ${answer.status}:\n${page}\n${broker.output()}`);
  return { asked, completed };
}

let asked = 0;

async function ask(
  type: string,
  replyType: string,
  fields: JsonObject = {},
  patience = 30_000,
): Promise<JsonObject | undefined> {
  asked += 1;
  const name = `load ${asked}`;
  let end = (): void => {};
  const answer = new Promise<JsonObject>((resolve) => {
    end = client.on(replyType, ({ context, data }) => {
      if (context.get('asked_by') === name) resolve(data);
    });
  });
  const data = { skill_id: SKILL, app_id: APP, ...fields };
  client.emit(new Message(type, data, MessageContext.of({ asked_by: name })));
  const first = await Promise.race([answer, sleep(patience, undefined, { ref: false })]);
  end();
  return first;
}

interface Used {
  readonly descriptors: number;
  readonly rssMiB: number;
}

async function usedBy(pid: number): Promise<Used> {
  const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return { descriptors, rssMiB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 102.4) / 10 };
}

function spread(values: readonly number[]): {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
} {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
