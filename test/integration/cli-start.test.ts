import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { startMessageBus } from '../support/messagebus.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';

let home: OvosHome;
let busPort: number;
let program: RunningProgram | undefined;

beforeEach(async () => {
  busPort = await freePort();
  home = await createOvosHome({
    config: {
      websocket: { port: busPort },
      PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort() } },
    },
  });
});
afterEach(async () => {
  await program?.kill();
  await home.remove();
});

function start(...args: readonly string[]): RunningProgram {
  program = runProgram('ovos-oauth-sandbox.mjs', args, { env: home.env, cwd: home.dir });
  return program;
}

describe('npm start', () => {
  it('lets a newcomer without a bus click through a sign-in and see the token arrive, and leaves nothing', async () => {
    const sandbox = start();
    await sandbox.untilItSays('Press Ctrl-C');
    expect(sandbox.stdout()).toContain('No message bus answers');
    const link = /sign in here +(\S+)/.exec(sandbox.stdout())?.[1] ?? '';

    const browser = await launchBrowser();
    try {
      const page = await browser.context.newPage();
      await page.goto(link);
      await page.locator('form button').click();
      await page.getByRole('button', { name: 'Sign in and allow' }).click();
      await sandbox.untilItSays('The token arrived');
    } finally {
      await browser.close();
    }
    expect(sandbox.stdout()).toMatch(/access_token \S{3}… \(\d+ characters\)/);

    sandbox.signal('SIGINT');
    expect(await sandbox.exit).toBe(0);
    expect(await readdir(home.tempDir)).toEqual([]);
    expect(await readdir(home.databaseDir)).toEqual([]);
    expect(await readdir(home.stateDir)).toEqual([]);
  });

  it('takes free ports where the usual ones are taken', async () => {
    const first = start();
    await first.untilItSays('Press Ctrl-C');
    const second = runProgram('ovos-oauth-sandbox.mjs', ['--sandbox'], { env: home.env, cwd: home.dir });
    try {
      await second.untilItSays('Press Ctrl-C');
      expect(second.stdout()).toMatch(/ws:\/\/127\.0\.0\.1:\d+\/core/);
      expect(second.stdout()).not.toContain(`ws://127.0.0.1:${busPort}/`);
      second.signal('SIGTERM');
      expect(await second.exit).toBe(0);
    } finally {
      await second.kill();
    }
  });

  it('joins a real bus with the real folders, and brings no toy there', async () => {
    const bus = await startMessageBus({
      config: { PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort() } } },
    });
    try {
      program = runProgram('ovos-oauth-sandbox.mjs', [], { env: bus.env, cwd: bus.home.dir });
      await program.untilItSays('Ready');
      expect(program.stdout()).toContain('A message bus answers');
      expect(await readdir(bus.home.stateDir)).not.toEqual([]);
      program.signal('SIGTERM');
      expect(await program.exit).toBe(0);
    } finally {
      await program?.kill();
      await bus.stop();
    }
  });
});
