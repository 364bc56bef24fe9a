import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';

let home: OvosHome;
let httpPort: number;
let programs: RunningProgram[];

beforeEach(async () => {
  programs = [];
  httpPort = await freePort();
  // No bus answers there: the broker starts all the same and goes on trying.
  home = await createOvosHome({ config: config(httpPort) });
});
afterEach(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  await home.remove();
});

function config(port: number): object {
  return { websocket: { port: 1 }, PHAL: { 'ovos-PHAL-plugin-oauth': { port } } };
}

function serve(): RunningProgram {
  const program = runProgram('ovos-oauth.mjs', ['serve'], { env: home.env, cwd: home.dir });
  programs.push(program);
  return program;
}

/** One line that a user can read: no stack, no code. */
function expectOneSentence(text: string): void {
  expect(text).toMatch(/^ovos-oauth: [A-Z][^\n]+\n$/);
  expect(text).not.toMatch(/\bat .+:\d+:\d+|Error/);
}

describe('ovos-oauth serve, as a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends well on %s and leaves no file at run-time places',
    async (name) => {
      const program = serve();
      await program.untilItSays('Ready');
      program.signal(name);
      expect(await program.exit).toBe(0);
      expect(program.stderr()).toBe('');
      expect(await readdir(home.runtimeDir, { recursive: true })).toEqual([]);
    },
  );

  it('says so when its port is in use, and ends with code 4', async () => {
    const other = createServer().listen(httpPort);
    await once(other, 'listening');
    const program = serve();
    expect(await program.exit).toBe(4);
    other.close();
    expectOneSentence(program.stderr());
    expect(program.stderr()).toContain(String(httpPort));
  });

  it('does not share its store: a second one ends with code 5, and the first goes on', async () => {
    const first = serve();
    await first.untilItSays('Ready');
    await home.writeConfig(config(await freePort()));
    const second = serve();
    expect(await second.exit).toBe(5);
    expectOneSentence(second.stderr());
    first.signal('SIGTERM');
    expect(await first.exit).toBe(0);
  });

  it('says which folder cannot be written, and ends with code 6', async () => {
    // A file where a folder has to be stops root too, whom permissions do not.
    await mkdir(home.stateDir, { recursive: true });
    await writeFile(join(home.stateDir, 'mycroft'), 'not a folder');
    const program = serve();
    expect(await program.exit).toBe(6);
    expectOneSentence(program.stderr());
    expect(program.stderr()).toContain(home.stateDir);
  });

  it('says which configuration file is broken, and ends with code 3', async () => {
    await writeFile(home.configFile, '{"websocket": {"secret_key": "hush');
    const program = serve();
    expect(await program.exit).toBe(3);
    expectOneSentence(program.stderr());
    expect(program.stderr()).toContain(home.configFile);
    expect(program.stdout() + program.stderr()).not.toContain('hush');
  });

  it('says which setting is impossible, and ends with code 3', async () => {
    await home.writeConfig({ PHAL: { 'ovos-PHAL-plugin-oauth': { port: 'high' } } });
    const program = serve();
    expect(await program.exit).toBe(3);
    expectOneSentence(program.stderr());
    expect(program.stderr()).toContain('PHAL.ovos-PHAL-plugin-oauth.port');
  });

  it('logs one JSON object a line when told to', async () => {
    await home.writeConfig({
      websocket: { port: 1 },
      PHAL: { 'ovos-PHAL-plugin-oauth': { port: httpPort, log: { json: true } } },
    });
    const program = serve();
    await program.untilItSays('"Ready"');
    program.signal('SIGTERM');
    await program.exit;
    for (const line of program.stdout().trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.stringMatching(/^(info|warn)$/) as string });
    }
  });
});
