import { Option } from 'commander';
import { systemClock } from '../../clock.ts';
import { loadSettings } from '../../config/load.ts';
import { commandLineLayer } from '../../config/settings.ts';
import { defined } from '../../defined.ts';
import { asBrokerError } from '../../errors.ts';
import { createLog, type Log, logFailure, type LogLevel } from '../../log.ts';
import { styleFor } from '../../log-style.ts';
import { superviseBy } from '../../service/supervision.ts';
import { VERSION } from '../../version.ts';
import { refuseWhileMoving } from '../moving-mark.ts';
import type { CommandFile } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandProcess } from '../process.ts';

export interface ServeOptions {
  readonly logLevel?: LogLevel;
  /** Lines of JSON, whatever the settings say. */
  readonly logJson?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  program
    .command('serve')
    .description('run the broker on the message bus until it is told to stop')
    .addOption(
      new Option('--log-level <level>', 'how much to log').choices(['debug', 'info', 'warn', 'error']),
    )
    .option('--log-json', 'log lines of JSON instead of text')
    .action(runs((process, options: ServeOptions) => serve(options, process)));
};

/** Why the service stops: a signal, or a fault that nobody caught. */
type End = { readonly signal: string } | { readonly uncaught: unknown };

/**
 * `ovos-oauth serve`: runs the broker until a signal ends it; a second signal does not wait for anything.
 * @throws OAuthBrokerError `config_unreadable`, `config_invalid`, `port_in_use`, `store_locked`, `store_unwritable`
 */
async function serve(options: ServeOptions, process: CommandProcess): Promise<ExitCode> {
  const commandLine = { log: defined({ level: options.logLevel, json: options.logJson }) };
  const { settings, layers } = await loadSettings(process.env, commandLineLayer(commandLine));
  await refuseWhileMoving(settings);
  const log = createLog(settings.log, undefined, styleFor(process.env, 1));
  const ended = untilEnded(process, log);
  const forced = untilForced(process, ended, log);

  const supervision = await superviseBy(process.env, { clock: systemClock, log });
  log.info('Starting', { version: VERSION });
  const daemon = await process.createDaemon(settings, { log, layers });
  const run = async (): Promise<ExitCode> => {
    await daemon.start();
    log.info('Ready');
    supervision.ready(daemon);
    // A signal during the start is obeyed here, where there is something whole to stop.
    const end = await ended;
    if ('signal' in end) log.info('Stopping', { signal: end.signal });
    supervision.stopping();
    await daemon.stop();
    return 'signal' in end ? EXIT.ok : EXIT.failure;
  };
  try {
    return await Promise.race([run(), forced]);
  } catch (error) {
    // What is expected gets its sentence from the caller; the places of the unexpected are for the log.
    if (asBrokerError(error).code === 'internal') logFailure(log, 'A fault in this program', error);
    throw error;
  }
}

function untilEnded(process: CommandProcess, log: Log): Promise<End> {
  return new Promise((resolve) => {
    process.onSignal((signal) => resolve({ signal }));
    process.onUncaught((uncaught) => {
      logFailure(log, 'A fault in this program', uncaught);
      resolve({ uncaught });
    });
  });
}

function untilForced(process: CommandProcess, ended: Promise<End>, log: Log): Promise<ExitCode> {
  return new Promise((resolve) => {
    let stopping = false;
    void ended.then(() => (stopping = true));
    process.onSignal((signal) => {
      if (!stopping) return;
      log.warn('Stopped by force', { signal });
      resolve(EXIT.failure);
    });
  });
}
