import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts';
import type { CommandProcess } from '../../src/cli/process.ts';
import { runCommand } from '../../src/cli/program.ts';
import type { Daemon } from '../../src/daemon.ts';
import { OAuthBrokerError } from '../../src/errors.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';

let home: OvosHome;
beforeEach(async () => {
  // The log would go to the test runner's own output.
  home = await createOvosHome({
    config: { PHAL: { 'ovos-PHAL-plugin-oauth': { log: { level: 'error' } } } },
  });
});
afterEach(() => home.remove());

/** A process whose signals a test sends, and a daemon of which it decides what happens. */
function fakeProcess(daemon: Partial<Daemon> = {}) {
  const output: string[] = [];
  const errors: string[] = [];
  const calls: string[] = [];
  const signals: ((signal: string) => void)[] = [];
  const faults: ((thrown: unknown) => void)[] = [];
  let startCalled = (): void => {};
  const starting = new Promise<void>((resolve) => (startCalled = resolve));
  const process: CommandProcess = {
    env: home.env,
    screen: { isTerminal: false, columns: 100 },
    print: (text) => void output.push(text),
    printError: (text) => void errors.push(text),
    onSignal: (listener) => void signals.push(listener),
    onUncaught: (listener) => void faults.push(listener),
    terminal: () => Promise.reject(new Error('nobody is asked')),
    createStore: () => Promise.reject(new Error('no store')),
    serviceHost: () => Promise.reject(new Error('no machine')),
    createDaemon: async () => ({
      start: async () => {
        calls.push('start');
        startCalled();
        await daemon.start?.();
      },
      stop: async () => {
        calls.push('stop');
        await daemon.stop?.();
      },
      health: () => ({ isAlive: true, summary: '' }),
      onHealthChange: () => {},
    }),
  };
  return {
    process,
    output,
    errors,
    calls,
    /** Resolves when the daemon is told to start. */
    starting,
    signal: (name: string) => signals.forEach((listener) => listener(name)),
    fault: (thrown: unknown) => faults.forEach((listener) => listener(thrown)),
  };
}

const forever = (): Promise<void> => new Promise(() => {});
/** Long enough for everything that waits for no one. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('the command line', () => {
  it.each([[['--help']], [['serve', '--help']], [['--version']]])('prints what %j asks for', async (args) => {
    const { process, output, errors } = fakeProcess();
    expect(await runCommand(args, process)).toBe(EXIT.ok);
    expect(output.join('')).not.toBe('');
    expect(errors).toEqual([]);
  });

  it.each([
    [[]],
    [['sevre']],
    [['serve', '--port']],
    [['serve', 'extra']],
    [['serve', '--log-level', 'loud']],
  ])('explains %j as a wrong use', async (args) => {
    const { process, errors, calls } = fakeProcess();
    expect(await runCommand(args, process)).toBe(EXIT.usage);
    expect(errors.join('')).not.toBe('');
    expect(calls).toEqual([]);
  });
});

describe('ovos-oauth config', () => {
  it('prints each setting with the file that sets it, and no secret', async () => {
    await home.writeConfig({ websocket: { port: 8182, secret_key: 'hush-hush-hush-!' } });
    const { process, output } = fakeProcess();
    expect(await runCommand(['config'], process)).toBe(EXIT.ok);
    expect(output).toContain(`websocket.port = 8182  [${home.configFile}]`);
    expect(output).toContain(`websocket.secret_key = (hidden)  [${home.configFile}]`);
    expect(output).toContain('websocket.host = "127.0.0.1"  [default]');
    expect(output.join('\n')).not.toContain('hush');
  });
});

describe('ovos-oauth serve', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('ends in order and well on %s', async (name) => {
    const { process, calls, signal, starting } = fakeProcess();
    const exit = runCommand(['serve'], process);
    await starting;
    expect(calls).toEqual(['start']);
    signal(name);
    expect(await exit).toBe(EXIT.ok);
    expect(calls).toEqual(['start', 'stop']);
  });

  it('obeys a signal that comes during the start once the start is done', async () => {
    let started = (): void => {};
    const { process, calls, signal, starting } = fakeProcess({
      start: () => new Promise((resolve) => (started = resolve)),
    });
    const exit = runCommand(['serve'], process);
    await starting;
    signal('SIGTERM');
    await settle();
    expect(calls).toEqual(['start']);
    started();
    expect(await exit).toBe(EXIT.ok);
    expect(calls).toEqual(['start', 'stop']);
  });

  it.each(['start', 'stop'])('does not wait for a %s that hangs when a second signal comes', async (what) => {
    const { process, signal, starting } = fakeProcess({ [what]: forever });
    const exit = runCommand(['serve'], process);
    await starting;
    signal('SIGINT');
    await settle();
    signal('SIGINT');
    expect(await exit).toBe(EXIT.failure);
  });

  it('stops in order after a fault that nobody caught, and says that it failed', async () => {
    const { process, calls, fault, starting } = fakeProcess();
    const exit = runCommand(['serve'], process);
    await starting;
    fault(new TypeError('x'));
    expect(await exit).toBe(EXIT.failure);
    expect(calls).toEqual(['start', 'stop']);
  });

  it.each([
    ['port_in_use', { port: 36_536 }, 4],
    ['store_locked', { path: '/somewhere' }, 5],
    ['store_unwritable', { path: '/somewhere' }, 6],
    ['store_unavailable', {}, 1],
  ] as const)(
    'ends with one sentence and a code of its own when the start fails: %s',
    async (code, details, exit) => {
      const { process, errors } = fakeProcess({
        start: () => Promise.reject(new OAuthBrokerError(code, details)),
      });
      expect(await runCommand(['serve'], process)).toBe(exit);
      expect(exitCodeOf(code)).toBe(exit);
      expect(errors).toHaveLength(1);
      for (const detail of Object.values(details)) expect(errors[0]).toContain(String(detail));
    },
  );

  it('does not start with a broken configuration, and names the file', async () => {
    await writeFile(home.configFile, '{');
    const { process, errors, calls } = fakeProcess();
    expect(await runCommand(['serve'], process)).toBe(EXIT.config);
    expect(errors).toEqual([expect.stringContaining(home.configFile)]);
    expect(calls).toEqual([]);
  });

  it('does not start with an impossible setting, and names it', async () => {
    await home.writeConfig({ websocket: { port: -1 } });
    const { process, errors } = fakeProcess();
    expect(await runCommand(['serve'], process)).toBe(EXIT.config);
    expect(errors).toEqual([expect.stringContaining('websocket.port')]);
    expect(errors).toEqual([expect.stringContaining(join(home.dir, '.config'))]);
  });
});
