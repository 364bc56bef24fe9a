// What connections cost, from ten to ten thousand; bundled and run by scripts/growth.mjs.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMessageBus } from '../test/support/messagebus.ts';
import { BusLoad } from './bus-load.ts';
import { startContender } from './contenders.ts';
import { measureGrowth, type Growth } from './growth-measure.ts';
import { plot } from './growth-plot.ts';
import { describeMachine, type Machine } from './machine.ts';
import { startProvider } from './provider.ts';
import { replaceMarked } from './report.ts';
import { quantile } from './samples.ts';
import { sequentialGets } from './scenarios.ts';
import { appRef } from './apps.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { sizes: { type: 'string', default: '10,100,1000,10000' } } });
const sizes = values.sizes.split(',').map(Number);
const built = (name: string): string => join(ROOT, '.cache', 'bench', `${name}.mjs`);
const programs = {
  broker: join(ROOT, 'dist', 'ovos-oauth.mjs'),
  echo: built('echo'),
  probe: built('probe'),
  python: join(ROOT, 'bench'),
  nodeFlags: [],
};

const machine = await describeMachine();
if (machine.loadBefore > 0.5)
  console.error(`The machine is busy (load ${machine.loadBefore}): the figures are not to be trusted.`);
const bus = await startMessageBus({ nodelay: true });
const provider = await startProvider(built('token-endpoint'));
try {
  const load = await BusLoad.connect(bus.url);
  const rows: Growth[] = [];
  for (const size of sizes) {
    console.error(`${size} connections`);
    rows.push(await measureGrowth(size, { bus, load, provider, program: programs.broker, echoFloor }));
  }
  await load.close();
  const text = table(machine, rows);
  console.log(text);
  await writeFile(join(ROOT, 'docs', 'growth.svg'), plot(rows));
  await replaceMarked(join(ROOT, 'docs', 'reliability.md'), text, 'growth');

  async function echoFloor(): Promise<number> {
    const echo = await startContender('echo', programs, { bus, load });
    await sequentialGets(load, appRef('any'), 200);
    const times = await sequentialGets(load, appRef('any'), 1_000);
    await echo.stop();
    return quantile(times, 0.5) ?? 0;
  }
} finally {
  await provider.stop();
  await bus.stop();
}

function table({ cpu, cores, node, messagebus, loadBefore }: Machine, rows: readonly Growth[]): string {
  const lines = rows.map(
    ({ connections, startMs, rss, tokenGet, floor, refreshes, cpuMs, idleCpuMs }) =>
      `| ${connections.toLocaleString('en-US')} | ${Math.round(startMs)} ms | ${rss.toFixed(1)} MiB | ` +
      `${tokenGet.toFixed(2)} ms | ${floor.toFixed(2)} ms | ${refreshes} | ${cpuMs} ms | ${idleCpuMs} ms |`,
  );
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpu}, ${cores} cores; Node ${node}, ovos-messagebus ` +
      `${messagebus} with TCP_NODELAY; load of the machine before: ${loadBefore}. The echo is a bare client on the same ` +
      `bus that answers from a constant, measured right after.`,
    '',
    '| Connections | Start | Resident | `oauth.token.get` p50 | echo p50 | Refreshes in a minute | CPU for them | CPU of an idle minute |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n');
}
