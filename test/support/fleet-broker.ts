import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Broker } from '../../src/broker/index.ts';
import { EventHub } from '../../src/broker/event-hub.ts';
import { dueAt } from '../../src/broker/refresh-due.ts';
import { systemClock } from '../../src/clock.ts';
import { asBrokerError } from '../../src/errors.ts';
import { createOutboundFetch } from '../../src/net/outbound.ts';
import { systemRandom } from '../../src/random.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { readDatabaseUrl } from '../../src/store/postgres/database-url.ts';
import { Sealer } from '../../src/store/sealing.ts';
import {
  FLEET_SKILL,
  type FleetBrokerJob,
  type FleetEvent,
  type FleetReply,
  type FleetRequest,
} from './fleet-lines.ts';
import { recordedLog } from './recorded-log.ts';

// `node fleet-broker.mjs <job as JSON>`: a broker on the common store, without a bus. Reads a request a line, writes a
// reply or an event a line, both JSON; ends with its input.
const job = JSON.parse(process.argv[2] ?? '{}') as FleetBrokerJob;

function say(line: FleetReply | FleetEvent): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

const events = new EventHub();
const store = new PostgresStore({
  address: readDatabaseUrl(job.url),
  place: { device: job.device, groups: [], home: 'all' },
  sealer: new Sealer(Buffer.from(job.key, 'hex')),
  stateDir: job.stateDir,
  clock: systemClock,
  log: recordedLog(),
  dueAt: job.schedule ? (...parts) => dueAt(...parts, systemClock.now()) : () => undefined,
  times: job.times,
});
const broker = new Broker({
  store,
  fetch: createOutboundFetch(),
  clock: systemClock,
  random: systemRandom,
  events,
  builtAt: 0,
  attemptLifetime: 600_000,
  port: () => 36_536,
  loopbackHost: '127.0.0.1',
  lanHost: async () => '127.0.0.1',
});
events.subscribe({
  tokenReceived: ({ tokenSet, asker = '' }) =>
    say({ event: 'token', accessToken: tokenSet.access_token, asker }),
  signInFailed: ({ error, asker = '' }) => say({ event: 'failed', code: error.code, asker }),
  statusChanged: ({ connection }) => say({ event: 'state', state: connection.state }),
});

async function perform({ id, what, appId, callback = '' }: FleetRequest): Promise<FleetReply> {
  const ref = { skillId: FLEET_SKILL, appId };
  if (what === 'start') {
    const { authorizationUrl } = await broker.signIn.start(ref, { method: 'loopback', asker: job.device });
    return { id, url: authorizationUrl };
  }
  const get = {
    refresh: () => broker.tokens.refresh(ref),
    get: () => broker.tokens.get(ref),
    complete: () => broker.signIn.complete({ params: new URL(callback).searchParams, mungedId: null }),
  };
  return { id, accessToken: (await get[what]()).tokenSet.access_token };
}

async function answer(request: FleetRequest): Promise<FleetReply> {
  try {
    return await perform(request);
  } catch (thrown) {
    const { code, details, cause } = asBrokerError(thrown);
    return { id: request.id, code, reason: String(details['reason'] ?? (code === 'internal' ? cause : '')) };
  }
}

await store.open();
await broker.open();
say({ event: 'open' });
for await (const line of createInterface({ input: process.stdin })) {
  void answer(JSON.parse(line) as FleetRequest).then(say);
}
await broker.close();
await store.close();
