// What `npm start` runs (scripts/start.mjs); never part of the released program.
import { once } from 'node:events';
import { tellFailure } from '../cli/failure.ts';
import { EXIT, type ExitCode } from '../cli/exit-codes.ts';
import { runCommand } from '../cli/program.ts';
import { loadSettings } from '../config/load.ts';
import { OAuthBrokerError } from '../errors.ts';
import { createLog } from '../log.ts';
import { nodeProcess } from '../node-process.ts';
import { busAnswers } from './bus-answers.ts';
import { startSandbox } from './sandbox.ts';

async function start(): Promise<ExitCode> {
  const { settings } = await loadSettings(process.env);
  const { host, port, route } = settings.bus;
  const address = `${host}:${port}${route}`;
  const wanted = process.argv.includes('--sandbox');
  if (!wanted && (await busAnswers(settings.bus))) {
    nodeProcess.print(`
A message bus answers at ${address}: the broker joins it and serves your real apps, as "ovos-oauth serve" does.
For a sandbox with a toy provider instead: npm start -- --sandbox
`);
    return runCommand(['serve'], nodeProcess);
  }

  nodeProcess.print(
    wanted
      ? '\nStarting a sandbox with a message bus of its own.'
      : `\nNo message bus answers at ${address}. Starting a sandbox with an embedded one.`,
  );
  // From here on, since a Ctrl-C during the start must leave nothing either. Each is listened to once: a second one ends
  // the process the hard way.
  const toldToEnd = Promise.race([
    once(process, 'SIGINT'),
    once(process, 'SIGTERM'),
    once(process, 'SIGHUP'),
  ]);
  const sandbox = await startSandbox(settings, {
    log: createLog({ ...settings.log, level: 'warn' }),
    onToken: ({ access_token: token, expires_in: lifetime }) =>
      nodeProcess.print(`
The token arrived on the bus: access_token ${masked(token)}, valid for ${JSON.stringify(lifetime)} seconds.
That is all there is to it. Press Ctrl-C to end.`),
  });
  nodeProcess.print(`
It keeps its tokens in a throw-away folder; your own are not touched.
  message bus   ws://127.0.0.1:${sandbox.busPort}${route}
  sign in here  ${sandbox.signInLink}

Open the second address in a browser on this computer. Press Ctrl-C to end.`);
  await toldToEnd;
  await sandbox.stop();
  return EXIT.ok;
}

function masked(token: unknown): string {
  return typeof token === 'string' ? `${token.slice(0, 3)}… (${token.length} characters)` : '(none)';
}

function fail(error: unknown): Promise<ExitCode> {
  // Here is nothing to keep secret, and whoever runs this can read a stack.
  if (!(error instanceof OAuthBrokerError)) console.error(error);
  return tellFailure(error, nodeProcess);
}

process.exit(await start().catch(fail));
