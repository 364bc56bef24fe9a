// What connections in a common store cost, from ten to a hundred thousand; bundled and run by scripts/fleet-bench.mjs.
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BusClient, Message } from '../src/bus/index.ts';
import { systemClock } from '../src/clock.ts';
import { silentLog } from '../src/log.ts';
import type { Change } from '../src/store/port.ts';
import { readDatabaseUrl } from '../src/store/postgres/database-url.ts';
import { PostgresStore } from '../src/store/postgres/postgres-store.ts';
import type { MungedId } from '../src/store/records.ts';
import { Sealer } from '../src/store/sealing.ts';
import { startBroker } from '../test/support/broker-process.ts';
import { startMessageBus } from '../test/support/messagebus.ts';
import { createDevice } from '../test/support/oauth-device.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { plotPanels } from './growth-plot.ts';
import { replaceMarked } from './report.ts';
import { quantile } from './samples.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SKILL = 'skill';
const DATABASE = 'fleet';
const { values } = parseArgs({ options: { sizes: { type: 'string', default: '10,100,1000,10000,100000' } } });

interface Row {
  readonly connections: number;
  /** Milliseconds: picking sixteen that are due. */
  readonly pick: number;
  /** Milliseconds on the bus: a token that the broker has in memory, and one that it has to read. */
  readonly known: number;
  readonly read: number;
  /** MiB of the broker after a thousand requests for different tokens. */
  readonly rss: number;
}

const key = randomBytes(32);
const [server, bus] = await Promise.all([startPostgres(), startMessageBus({ nodelay: true })]);
server.create(DATABASE);
const device = await createDevice(bus);
const keyFile = join(device.home.dir, 'fleet.key');
await writeFile(keyFile, key.toString('hex'));
await chmod(keyFile, 0o600);
await device.home.writeConfig({
  ...bus.config,
  PHAL: {
    'ovos-PHAL-plugin-oauth': {
      port: device.httpPort,
      sealing: { key_file: keyFile },
      store: { url: server.url(DATABASE), device: 'bench' },
    },
  },
});
const client = new BusClient({ port: bus.port });
client.start();
const store = new PostgresStore({
  address: readDatabaseUrl(server.url(DATABASE)),
  sealer: new Sealer(key),
  place: { device: 'installer', groups: [], home: 'all' },
  stateDir: join(tmpdir(), `ovos-oauth-fleet-bench-${process.pid}`),
  clock: systemClock,
  log: silentLog,
  dueAt: () => Date.now() + 3_600_000,
});
await store.open();

const rows: Row[] = [];
let plan = '';
let made = 0;
for (const size of values.sizes.split(',').map(Number)) {
  console.error(`${size} connections`);
  for (; made < size; made += 100) {
    const upTo = Math.min(made + 100, size);
    await store.commit(Array.from({ length: upTo - made }, (_, index) => changesOf(made + index)).flat());
  }
  made = size;
  server.sql(DATABASE, 'vacuum analyze ovos_oauth.connections');
  const picks: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    server.sql(
      DATABASE,
      `update ovos_oauth.connections set due_at = now(), picked_until = null
       where id in (select id from ovos_oauth.connections order by random() limit 16)`,
    );
    const began = performance.now();
    await store.due(16);
    picks.push(performance.now() - began);
    server.sql(
      DATABASE,
      `update ovos_oauth.connections set due_at = now() + interval '1 hour' where due_at <= now()`,
    );
  }
  plan = server.sql(
    DATABASE,
    `explain (analyze, costs off, timing off, summary on)
     select id from ovos_oauth.connections where visibility = 'all' and due_at <= now()
       and (picked_until is null or picked_until <= now()) order by due_at limit 16`,
  );
  const broker = await startBroker(device);
  await gets(() => 0, 50);
  const known = await gets(() => 0, 1_000);
  let next = 0;
  const read = await gets(() => (next += 1) % size, Math.min(1_000, size));
  const status = await readFile(`/proc/${broker.pid}/status`, 'utf8');
  const rss = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
  await broker.stop();
  const half = (times: readonly number[]): number => quantile(times, 0.5) ?? 0;
  rows.push({ connections: size, pick: half(picks), known: half(known), read: half(read), rss });
}
await store.close();
await client.stop();
await bus.stop();
await server.remove();
await device.home.remove();

const table = [
  '| Connections | Picking 16 that are due, ms | `oauth.token.get` from memory, ms | read from the database, ms | A broker, MiB |',
  '| ---: | ---: | ---: | ---: | ---: |',
  ...rows.map(
    (row) =>
      `| ${row.connections.toLocaleString('en')} | ${row.pick.toFixed(1)} | ${row.known.toFixed(2)} | ${row.read.toFixed(2)} | ${row.rss.toFixed(0)} |`,
  ),
  '',
  `What PostgreSQL says of the picking, of ${made.toLocaleString('en')}:`,
  '',
  '```',
  plan,
  '```',
].join('\n');
console.log(table);
const panels = [
  { title: 'Picking what is due, ms', value: ({ pick }: Row) => pick },
  { title: 'oauth.token.get, read, ms', value: ({ read }: Row) => read },
  { title: 'Memory of a broker, MiB', value: ({ rss }: Row) => rss },
];
await writeFile(join(ROOT, 'docs', 'fleet-growth.svg'), plotPanels(rows, panels));
await replaceMarked(join(ROOT, 'docs', 'fleet.md'), table, 'fleet');

function changesOf(index: number): readonly Change[] {
  const appId = `app-${index}`;
  const mungedId = `${SKILL}_${appId}` as MungedId;
  return [
    {
      op: 'put_app',
      app: {
        mungedId,
        skillId: SKILL,
        appId,
        clientId: appId,
        clientSecret: 'secret',
        credentialsFrom: 'skill',
        isPublic: false,
        authorizationEndpoint: 'https://provider.example/authorize',
        tokenEndpoint: 'https://provider.example/token',
        scope: 'read',
        shellIntegration: false,
      },
    },
    {
      op: 'put_token',
      mungedId,
      tokenSet: {
        access_token: randomBytes(32).toString('base64url'),
        refresh_token: randomBytes(32).toString('base64url'),
        expires_in: 86_400,
        expires_at: Date.now() / 1_000 + 86_400,
      },
    },
    { op: 'put_connection', connection: { mungedId, state: 'connected', since: Date.now() } },
  ];
}

/** Milliseconds of each of so many requests, one after the other. */
async function gets(which: () => number, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const data = { skill_id: SKILL, app_id: `app-${which()}` };
    const began = performance.now();
    const reply = await client.waitForResponse(new Message('oauth.token.get', data), { timeout: 10_000 });
    if (reply?.data['status'] !== 'ok') throw new Error(`no token: ${JSON.stringify(reply?.data)}`);
    times.push(performance.now() - began);
  }
  return times;
}
