// The benchmark, bundled and run by scripts/bench.mjs. Arguments: see HELP.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ContenderName } from './contenders.ts';
import { describeMachine } from './machine.ts';
import { measure } from './measure.ts';
import { type Counts, FULL, QUICK, type Scenario, SCENARIOS, SMOKE } from './plan.ts';
import { plotRatios } from './ratio-plot.ts';
import { replaceMarked, type Report, toMarkdown } from './report.ts';
import { tabulate } from './table.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONTENDERS: readonly ContenderName[] = ['broker', 'plugin', 'echo', 'python-echo'];

const HELP = `npm run bench [-- options]
  --quick             one round with fewer requests, about a minute
  --smoke             the least that shows that the benchmark works
  --only NAME         one scenario; can be given more than once: ${SCENARIOS.join(', ')}
  --contender NAME    one contender; can be given more than once: ${CONTENDERS.join(', ')}
  --rounds N          rounds, instead of ${FULL.rounds}
  --node-flags=FLAGS  flags for the broker's Node
  --json FILE         also write the result there
A whole run writes bench/results/latest.json, docs/performance.svg and the tables of README.md and docs/performance.md.`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    contender: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
    'node-flags': { type: 'string', default: '' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const preset = values.smoke ? SMOKE : values.quick ? QUICK : FULL;
  const counts: Counts = values.rounds === undefined ? preset : { ...preset, rounds: Number(values.rounds) };
  const only = chosen(SCENARIOS, values.only);
  const contenders = chosen(CONTENDERS, values.contender);
  const nodeFlags = values['node-flags'].split(' ').filter((flag) => flag !== '');
  const machine = await describeMachine();
  if (machine.loadBefore > 0.5) {
    console.error(`The machine is busy (load ${machine.loadBefore}): the figures are not to be trusted.`);
  }
  const built = (name: string): string => join(ROOT, '.cache', 'bench', name);
  const samples = await measure({
    counts,
    contenders,
    scenarios: new Set<Scenario>(only),
    programs: {
      broker: join(ROOT, 'dist', 'ovos-oauth.mjs'),
      echo: built('echo.mjs'),
      probe: built('probe.mjs'),
      python: join(ROOT, 'bench'),
      nodeFlags,
    },
    tokenEndpoint: built('token-endpoint.mjs'),
    progress: (line) => console.error(line),
  });
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    machine,
    rounds: counts.rounds,
    nodeFlags,
    rows: tabulate(samples, counts),
  };
  const markdown = toMarkdown(report);
  console.log(markdown);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (values.json !== undefined) await writeFile(values.json, json);
  const isWhole = preset === FULL && values.only.length + values.contender.length + nodeFlags.length === 0;
  if (!isWhole) return;
  const latest = join(ROOT, 'bench', 'results', 'latest.json');
  await mkdir(dirname(latest), { recursive: true });
  await writeFile(latest, json);
  await writeFile(join(ROOT, 'docs', 'performance.svg'), plotRatios(report.rows));
  await replaceMarked(join(ROOT, 'README.md'), markdown);
  await replaceMarked(join(ROOT, 'docs', 'performance.md'), markdown);
}

/** The members of `all` that were named; all of them where none was. Ends the program at an unknown name. */
function chosen<T extends string>(all: readonly T[], named: readonly string[]): readonly T[] {
  const unknown = named.find((name) => !all.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`${unknown} is none of: ${all.join(', ')}`);
  return named.length === 0 ? all : all.filter((one) => named.includes(one));
}
