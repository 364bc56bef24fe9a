import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { type RunningProgram, runProgram } from '../support/program.ts';
import { type PythonProgram, startPythonProgram } from '../support/python-program.ts';
import { supportScript } from '../support/python-venv.ts';

let home: OvosHome;
let receiver: PythonProgram | undefined;
let service: RunningProgram | undefined;

beforeEach(async () => {
  // No bus answers there: a service that waits for it is ready and alive.
  home = await createOvosHome({
    config: { websocket: { port: 1 }, PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort() } } },
  });
});
afterEach(async () => {
  await service?.kill();
  await receiver?.stop();
  receiver = undefined;
  await home.remove();
});

async function receive(address: string): Promise<PythonProgram> {
  receiver = startPythonProgram(supportScript('python/notify_socket.py'), {
    args: [address],
    env: home.env,
  });
  await receiver.line(/^listening$/);
  return receiver;
}

function serve(env: NodeJS.ProcessEnv): RunningProgram {
  service = runProgram('ovos-oauth.mjs', ['serve'], { env: { ...home.env, ...env }, cwd: home.dir });
  return service;
}

describe('a service that systemd has started', () => {
  it.each([
    ['path', () => join(home.runtimeDir, 'notify')],
    ['abstract name', () => `@ovos-oauth-test-${process.pid}`],
  ])('tells it at a %s that it is ready, alive and stopping', async (_, at) => {
    const systemd = await receive(at());
    const program = serve({ NOTIFY_SOCKET: at(), WATCHDOG_USEC: '200000' });
    await systemd.line(/^\["READY=1"\]$/);
    await systemd.line(/^\["WATCHDOG=1", "STATUS=Waiting for the message bus at 127\.0\.0\.1:1"\]$/);
    await systemd.line(/^\["WATCHDOG=1"\]$/);
    program.signal('SIGTERM');
    await systemd.line(/^\["STOPPING=1", "STATUS=Stopping"\]$/);
    expect(await program.exit).toBe(0);
  });

  it('gives no signs of life in the name of another process', async () => {
    const systemd = await receive(join(home.runtimeDir, 'notify'));
    serve({ NOTIFY_SOCKET: join(home.runtimeDir, 'notify'), WATCHDOG_USEC: '200000', WATCHDOG_PID: '1' });
    await systemd.line(/^\["READY=1"\]$/);
    const [line] = await systemd.line(/^.*STATUS=.*$/);
    expect(line).toBe('["STATUS=Waiting for the message bus at 127.0.0.1:1"]');
  });

  it('runs where nobody listens at the address', async () => {
    const program = serve({ NOTIFY_SOCKET: join(home.runtimeDir, 'nobody') });
    await program.untilItSays('Ready');
    program.signal('SIGTERM');
    expect(await program.exit).toBe(0);
    expect(program.stderr()).toBe('');
  });
});
