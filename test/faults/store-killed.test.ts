import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { FileStore } from '../../src/store/file-store.ts';
import { idOf, tokenOf } from '../support/store-samples.ts';
import { bundleScript } from '../support/bundle.ts';
import { endChild } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { recordedLog } from '../support/recorded-log.ts';

const KILLS = Number(process.env['OVOS_OAUTH_STORE_KILLS'] ?? 40);

let script: string;
let home: OvosHome;
const children: ChildProcess[] = [];

beforeAll(async () => {
  script = await bundleScript('store-committer.ts');
});

afterAll(async () => {
  await rm(script, { force: true });
});

beforeEach(async () => {
  home = await createOvosHome();
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => endChild(child, 'SIGKILL')));
  await home.remove();
});

function store(): FileStore {
  return new FileStore({
    stateDir: join(home.stateDir, 'ovos-oauth'),
    cacheDir: home.databaseDir,
    tempDir: home.tempDir,
    clock: systemClock,
    log: recordedLog(),
  });
}

interface Committer {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** The first thing it said. */
  readonly first: Promise<string>;
}

function startCommitter(version: number): Committer {
  const args = [script, join(home.stateDir, 'ovos-oauth'), home.databaseDir, home.tempDir, String(version)];
  const child = spawn(process.execPath, args, { env: home.env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  let rest = '';
  const first = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      if (lines[0] !== undefined) resolve(lines[0]);
    });
  });
  return { child, lines, first };
}

async function sharedTokens(): Promise<unknown> {
  return JSON.parse(await readFile(join(home.databaseDir, 'ovos_oauth.json'), 'utf8'));
}

describe('a store whose process is killed', () => {
  test(`has everything that was acknowledged (${KILLS} kills)`, async () => {
    const acknowledged = new Map<string, number>();
    let newest = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const { child, lines, first } = startCommitter(newest);
      expect(await first).toBe('open');
      // The first time not before there is anything in the files.
      if (round === 0) await eventually('the first commit', () => lines.length > 1);
      // Spread over the first commits, the later ones and compactions.
      await sleep((round * 37) % 150);
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
      for (const line of lines.slice(1)) {
        const [name = '', version = ''] = line.split(' ');
        acknowledged.set(name, Number(version));
        newest = Math.max(newest, Number(version));
      }

      const recovered = store();
      await recovered.open();
      for (const [name, version] of acknowledged) {
        const app = await recovered.app(idOf(`skill-${name}.example_app`));
        const found = Number(app?.scope);
        expect(found).toBeGreaterThanOrEqual(version);
        expect(await recovered.token(idOf(name))).toEqual(tokenOf(String(found)));
        newest = Math.max(newest, found);
      }
      expect(await sharedTokens()).toEqual(Object.fromEntries(await recovered.tokens()));
      await recovered.close();
      const left = await readdir(join(home.stateDir, 'ovos-oauth'));
      expect(
        left.filter((name) => name !== 'journal' && name !== 'lock' && !name.includes('.damaged-')),
      ).toEqual([]);
      expect(await readdir(home.databaseDir)).toEqual(['ovos_oauth.json', 'ovos_oauth_apps.json']);
    }
    expect(newest).toBeGreaterThan(KILLS);
  }, 600_000);

  test('lets the next one in, which was refused while it lived', async () => {
    const { child, first } = startCommitter(0);
    expect(await first).toBe('open');
    await expect(store().open()).rejects.toMatchObject({
      code: 'store_locked',
      details: { path: join(home.stateDir, 'ovos-oauth') },
    });
    const second = startCommitter(0);
    expect(await second.first).toBe('store_locked');

    await endChild(child, 'SIGKILL');
    const next = store();
    await next.open();
    expect((await next.tokens()).size).toBeGreaterThan(0);
    await next.close();
  });
});
