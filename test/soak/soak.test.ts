import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BusClient } from '../../src/bus/index.ts';
import {
  type AuthorizationServerProcess,
  startAuthorizationServerProcess,
} from '../support/authorization-server-process.ts';
import { BreakableLink } from '../support/breakable-link.ts';
import { startBroker } from '../support/broker-process.ts';
import { eventually } from '../support/eventually.ts';
import { type Seen, TokenWitness } from '../support/killable-witness.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import { type FrontMode, ProviderFront } from '../support/provider-front.ts';
import { seededNumbers } from '../support/seeded-random.ts';
import type { ServiceProcess } from '../support/service-process.ts';
import { failureIn, SoakTraffic } from '../support/soak-traffic.ts';

// A device with the released program, the real bus and a real provider, in use without a pause while everything around
// the program breaks, one thing after the other.

const SECONDS = Number(process.env['OVOS_OAUTH_SOAK_MINUTES'] ?? 0) * 60 || 12;
const SEED = Number(process.env['OVOS_OAUTH_SEED'] ?? 20_261_124);
const SKILL = 'skill';
/** At a provider that gives the same answer once more to who repeats a request; the others end the sign-in. */
const WITH_GRACE = ['grace-1', 'grace-2', 'grace-3'];
const APPS = [...WITH_GRACE, 'strict-1', 'strict-2', 'strict-3'];
/** Seconds. */
const ATTEMPT_LIFETIME = 30;
const ACCESS_TOKEN_LIFETIME = 60;

type Fault = { readonly of: 'bus' | 'provider'; begin(): Promise<void>; end(): Promise<void> };

let bus: MessageBus;
let device: OAuthDevice;
let link: BreakableLink;
let server: AuthorizationServerProcess;
let witness: TokenWitness;
let front: ProviderFront;
let broker: ServiceProcess;
let client: BusClient;
let traffic: SoakTraffic;
const seen: Seen[] = [];
const random = seededNumbers(SEED);

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  link = new BreakableLink(bus.port);
  await link.start();
  device = await createDevice(bus, { settings: { attempt_lifetime: ATTEMPT_LIFETIME } });
  server = await startAuthorizationServerProcess({ accessTokenLifetime: ACCESS_TOKEN_LIFETIME });
  witness = new TokenWitness({
    tokenEndpoint: server.tokenEndpoint,
    hasGrace: (app) => WITH_GRACE.includes(app),
    onSeen: (one) => seen.push(one),
  });
  front = new ProviderFront(await witness.start(), ({ headers }: IncomingMessage) =>
    Buffer.from(headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .startsWith('grace-'),
  );
  const tokenEndpoint = await front.start();
  const websocket = { ...bus.config.websocket, port: link.port };
  const settings = { port: device.httpPort, attempt_lifetime: ATTEMPT_LIFETIME };
  await device.home.writeConfig({ websocket, PHAL: { 'ovos-PHAL-plugin-oauth': settings } });
  broker = await startBroker(device);
  client = new BusClient({ port: bus.port });
  client.start();
  traffic = new SoakTraffic({ client, skillId: SKILL, random, attemptLifetime: ATTEMPT_LIFETIME * 1_000 });
  // The bus, which has just lost a client, may send what comes now to nobody.
  traffic.isBusWhole = false;
  await brokerIsHeard();
  traffic.isBusWhole = true;
  for (const appId of APPS) {
    const callback = `http://127.0.0.1:${device.httpPort}/auth/callback/${SKILL}_${appId}`;
    await server.addClient({ id: appId, secret: 'secret', redirectUris: [callback] });
    const answer = await traffic.ask('oauth.register', appId, {
      client_id: appId,
      client_secret: 'secret',
      auth_endpoint: server.authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      scope: 'openid offline_access read',
    });
    if (answer?.['munged_id'] === undefined || !(await traffic.signIn(appId))) {
      throw new Error(`${appId} could not be signed in:\n${broker.output()}`);
    }
  }
}, 60_000);

afterAll(async () => {
  await client?.stop();
  await broker?.stop();
  await front?.close();
  await witness?.close();
  await server?.close();
  await link?.close();
  await bus?.stop();
  await device?.home.remove();
});

test(`${SECONDS} s of use while bus, network and provider come and go lose nothing and leave nothing stuck (seed ${SEED})`, {
  timeout: SECONDS * 1_000 + 180_000,
}, async () => {
  const before = await usedBy(broker.pid);
  const end = performance.now() + SECONDS * 1_000;
  const over = new AbortController();
  const using = (async () => {
    while (!over.signal.aborted) {
      traffic.step(pick(APPS));
      await sleep(20 + random() * 80);
    }
  })();
  const tally: Record<string, number> = {};
  while (performance.now() < end) {
    await sleep(500 + random() * 1_500);
    const [name, fault] = pick(Object.entries(faults()));
    tally[name] = (tally[name] ?? 0) + 1;
    if (fault.of === 'bus') traffic.isBusWhole = false;
    await fault.begin();
    await sleep(300 + random() * 2_500);
    await fault.end();
    if (fault.of === 'bus') {
      await brokerIsHeard();
      traffic.isBusWhole = true;
    }
  }
  over.abort();
  await using;
  await traffic.settled();

  // Nothing is stuck: every connection has, without a user, a token that the provider takes.
  for (const appId of APPS) {
    const token = await eventually(
      `${appId} has a token:\n${broker.output()}`,
      async () => {
        const { access_token: token } = (await traffic.ask('oauth.token.get', appId)) ?? {};
        return typeof token === 'string' && token;
      },
      60_000,
    );
    const answer = await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect([appId, answer.status]).toEqual([appId, 200]);
    await eventually(
      `${appId} can be renewed`,
      async () => (await traffic.ask('oauth.refresh', appId))?.['result'] === 'Ok',
      60_000,
    );
  }
  const failures = new Map<string, number>();
  for (const { reply } of traffic.asked) {
    const code = reply === undefined ? undefined : failureIn(reply);
    if (code !== undefined) failures.set(code, (failures.get(code) ?? 0) + 1);
  }
  const whole = traffic.asked.filter(({ certain }) => certain);
  const report = {
    seed: SEED,
    seconds: SECONDS,
    faults: tally,
    requests: traffic.asked.length,
    duringBusFaults: traffic.asked.length - whole.length,
    unansweredDuringBusFaults: traffic.asked.filter(({ replies }) => replies === 0).length,
    failures: Object.fromEntries(failures),
    signIns: traffic.signIns,
    slowestCallback: Math.round(Math.max(...traffic.callbacks)),
    refreshes: seen.filter(({ kind }) => kind === 'refreshed').length,
    answersLostAndGotAgain: seen.filter(({ kind }) => kind === 'grace').length,
    turnedAway: front.turnedAway,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  // No token was spent twice, and none was lost that the provider did not lose.
  expect(seen.filter(({ kind }) => kind === 'reuse')).toEqual([]);
  expect(
    seen.flatMap((one) => (one.kind === 'refused' && one.error === 'invalid_grant' ? [one] : [])),
  ).toEqual([]);
  // Every request had exactly one answer; at most one where the bus may have swallowed it.
  expect(whole.filter(({ replies }) => replies !== 1)).toEqual([]);
  expect(traffic.asked.filter(({ replies }) => replies > 1)).toEqual([]);
  // What is still waiting is no more than what users have left waiting.
  const mayWait = traffic.mayWait();
  expect(await cancelAll()).toBeLessThanOrEqual(mayWait);
  expect(await cancelAll()).toBe(0);
  const after = await eventually(
    'every descriptor is given back',
    async () => {
      const now = await usedBy(broker.pid);
      return now.descriptors <= before.descriptors && now;
    },
    30_000,
  );
  process.stdout.write(`${JSON.stringify({ before, after })}\n`);
});

function faults(): Readonly<Record<string, Fault>> {
  const provider = (mode: FrontMode): Fault => ({
    of: 'provider',
    begin: () => front.set(mode),
    end: () => front.set('open'),
  });
  return {
    'bus killed': { of: 'bus', begin: () => bus.kill(), end: () => bus.start() },
    'bus shut down': { of: 'bus', begin: () => bus.shutDown(), end: () => bus.start() },
    'bus frozen': {
      of: 'bus',
      begin: async () => void process.kill(bus.pid, 'SIGSTOP'),
      end: async () => void process.kill(bus.pid, 'SIGCONT'),
    },
    'bus connection reset': { of: 'bus', begin: async () => link.cut(), end: async () => undefined },
    'bus connection silent': {
      of: 'bus',
      begin: async () => link.silence(),
      end: async () => link.heal(),
    },
    'provider frozen': {
      of: 'provider',
      begin: async () => void process.kill(server.pid, 'SIGSTOP'),
      end: async () => void process.kill(server.pid, 'SIGCONT'),
    },
    'provider unavailable': provider('unavailable'),
    'provider asks to wait': provider('asks to wait'),
    'provider resets': provider('resets'),
    'provider refuses': provider('refuses'),
    'provider silent': provider('silent'),
    'provider cuts answers': provider('cuts answers'),
  };
}

/** Resolves when the broker answers on the bus. */
async function brokerIsHeard(): Promise<void> {
  await eventually(
    `the broker is on the bus again:\n${broker.output()}`,
    async () => (await traffic.ask('oauth.status', pick(APPS))) !== undefined,
    60_000,
  );
}

/** @returns how many sign-ins waited */
async function cancelAll(): Promise<number> {
  let all = 0;
  for (const appId of APPS) {
    const { cancelled } = (await traffic.ask('oauth.cancel', appId)) ?? {};
    if (typeof cancelled !== 'number') throw new Error('oauth.cancel was not answered');
    all += cancelled;
  }
  return all;
}

async function usedBy(pid: number): Promise<{ readonly descriptors: number; readonly rssMiB: number }> {
  const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return { descriptors, rssMiB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 102.4) / 10 };
}

function pick<T>(from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}
