import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Broker } from '../../src/broker/index.ts';
import { EventHub } from '../../src/broker/event-hub.ts';
import { systemClock } from '../../src/clock.ts';
import { asBrokerError } from '../../src/errors.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { systemRandom } from '../../src/random.ts';
import { FileStore } from '../../src/store/file-store.ts';
import { openNodeFiles } from '../../src/store/node-files.ts';
import { type Step, watchedFetch, watchedFiles, watchedStore } from './killable-steps.ts';
import { recordedLog } from './recorded-log.ts';
import { userAgent } from './user-agent.ts';
import { registrationOf } from './registration.ts';

/** What the parent asks of the process. */
export interface KillableJob {
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly tempDir: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** App ids; each is a connection with a client of the same id, its secret `secret`. */
  readonly connections: readonly string[];
  /** Where the process kills itself; absent: nowhere. */
  readonly kill?: { readonly step: Step /** At which passing, from 1. */; readonly passing: number };
  /** Makes the journal grow, so that it is compacted soon. */
  readonly ballast: boolean;
  /** Lets the first connection sign in anew although it is connected. */
  readonly signIn: boolean;
  /** Refreshes of each connection; then the process closes everything and ends. Absent: on and on. */
  readonly rounds?: number;
}

// `node killable-broker.mjs <job as JSON>`: the store and the broker of the daemon, driven without a bus. Says, a line
// each: `open`; `stands <connection> <state> <reason>`; `refreshed <connection> <refresh token>`, `signed-in
// <connection> <refresh token>`; `failed <connection> <code>`; `closed`.

const SKILL = 'skill-killed.example';
const job = JSON.parse(process.argv[2] ?? '{}') as KillableJob;
let passings = 0;

function say(...words: readonly string[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

function pass(step: Step): void {
  if (step !== job.kill?.step) return;
  passings += 1;
  if (passings !== job.kill.passing) return;
  say('killed');
  process.kill(process.pid, 'SIGKILL');
  // Nothing may happen any more, even if the signal takes a moment.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const store = new FileStore({
  ...job,
  clock: systemClock,
  log: recordedLog(),
  files: watchedFiles(await openNodeFiles(), pass),
});
const broker = new Broker({
  store: watchedStore(store, pass),
  fetch: watchedFetch(createOutboundFetch(), pass),
  clock: systemClock,
  random: systemRandom,
  events: new EventHub(),
  builtAt: 0,
  attemptLifetime: 600_000,
  port: () => 36_536,
  loopbackHost: '127.0.0.1',
  lanHost: async () => '127.0.0.1',
});

async function register(appId: string, scope: string): Promise<void> {
  await broker.apps.register(
    registrationOf({
      skillId: SKILL,
      appId,
      clientId: appId,
      clientSecret: 'secret',
      authorizationEndpoint: job.authorizationEndpoint,
      tokenEndpoint: job.tokenEndpoint,
      scope,
      shellIntegration: false,
    }),
  );
}

/** As often as it takes: on a busy machine a connection to the provider breaks now and then, and a user tries again. */
async function signIn(appId: string): Promise<void> {
  for (;;) {
    try {
      await signInOnce(appId);
      return;
    } catch (thrown) {
      if (asBrokerError(thrown).kind !== 'transient') throw thrown;
      await sleep(20);
    }
  }
}

async function signInOnce(appId: string): Promise<void> {
  const { app, authorizationUrl } = await broker.signIn.start(
    { skillId: SKILL, appId },
    { method: 'loopback' },
  );
  const callback = new URL(await userAgent.approve(authorizationUrl));
  const { tokenSet } = await broker.signIn.complete({
    params: callback.searchParams,
    mungedId: app.mungedId,
  });
  say('signed-in', appId, tokenSet.refresh_token ?? '-');
}

async function work(appId: string, first: boolean): Promise<void> {
  const ref = { skillId: SKILL, appId };
  const app = await broker.apps.find(ref);
  const { state, reason = '-' } = await broker.connections.view(app);
  say('stands', appId, state, reason);
  if (state !== 'connected' || (first && job.signIn)) await signIn(appId);
  for (let round = 0; round < (job.rounds ?? Number.POSITIVE_INFINITY); round += 1) {
    try {
      // Once as oauth.refresh does, once as oauth.token.get does for a caller who needs more than is left.
      const { tokenSet } =
        round % 2 === 0
          ? await broker.tokens.refresh(ref)
          : await broker.tokens.get(ref, { minValidSeconds: 100_000 });
      say('refreshed', appId, tokenSet.refresh_token ?? '-');
    } catch (thrown) {
      const { code } = asBrokerError(thrown);
      say('failed', appId, code);
      const after = await broker.connections.view(app);
      say('stands', appId, after.state, after.reason ?? '-');
      if (after.state !== 'connected') await signIn(appId);
      else await sleep(20);
    }
  }
}

async function grow(): Promise<void> {
  for (let round = 0; ; round += 1) {
    await register('ballast', `${round} ${'x'.repeat(4_096)}`);
    await sleep(1);
  }
}

await store.open();
pass('start: before the broker opens');
await broker.open();
say('open');
for (const appId of job.connections) await register(appId, 'offline_access read');
if (job.ballast) void grow();
await Promise.all(job.connections.map((appId, index) => work(appId, index === 0)));
await broker.close();
await store.close();
say('closed');
