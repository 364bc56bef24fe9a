import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { busPerTest } from '../support/bus-per-test.ts';
import { startPythonClient } from '../support/python-client.ts';

const on = busPerTest();

describe('The example', () => {
  it('is the one in the documentation', async () => {
    const read = (path: string) => readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
    const example = await read('examples/bus-client.ts');
    expect(await read('docs/bus-client.md')).toContain(
      `\`\`\`ts\n${example.replace('../src/bus/index.ts', 'ovos-oauth/bus')}\`\`\``,
    );
  });

  it('runs, gets its answers and ends by itself', async () => {
    const outfile = join(on.bus.home.dir, 'example.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../../examples/bus-client.ts', import.meta.url))],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const python = await startPythonClient({ env: on.bus.env });
    on.after(() => python.stop());
    await python.answer(
      'oauth.get.app.host.info',
      { host: '192.0.2.1', port: 36536 },
      'oauth.app.host.info.response',
    );
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], {
      env: { ...on.bus.env, OVOS_BUS_PORT: String(on.bus.port) },
      timeout: 30_000,
    });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'connected',
      'broker at {"host":"192.0.2.1","port":36536}',
      'Hello you!',
    ]);
  });
});
