import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../bench/report.ts';
import type { Row } from '../../bench/table.ts';
import { pythonVenv } from '../support/python-venv.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url));

test('the benchmark still runs: every line has a figure of the broker and of the plugin', {
  timeout: 180_000,
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ovos-oauth-bench-'));
  const json = join(dir, 'report.json');
  try {
    await promisify(execFile)(process.execPath, [SCRIPT, '--smoke', '--json', json], {
      env: { ...process.env, OVOS_OAUTH_TEST_VENV: pythonVenv(), OVOS_OAUTH_TEST_PREBUILT: '1' },
    });
    const report = JSON.parse(await readFile(json, 'utf8')) as Report;
    expect(report.rows).toHaveLength(27);
    const isInside = ({ name }: Row): boolean => /^(?:Event loop|Allocated|Collection)/.test(name);
    const isMeasured = ({ values }: Row, ...contenders: readonly ('broker' | 'plugin')[]): boolean =>
      contenders.every((contender) => values[contender] !== undefined);
    const compared = report.rows.filter((row) => !isInside(row));
    expect(compared.filter((row) => !isMeasured(row, 'broker', 'plugin'))).toEqual([]);
    expect(report.rows.filter((row) => !isMeasured(row, 'broker'))).toEqual([]);
    expect(report.rows.find(({ name }) => name.startsWith('2 sign-ins'))?.values.broker).toBe(2);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
