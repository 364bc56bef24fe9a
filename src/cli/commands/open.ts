import { ControlClient } from '../../control/client.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { moment } from '../moment.ts';
import { show } from '../output.ts';
import { printQr } from '../print-qr.ts';
import type { CommandProcess } from '../process.ts';
import { tableLines } from '../table.ts';

export interface OpenOptions extends JsonOption {
  /** False: no QR code. */
  readonly qr: boolean;
  readonly sessions?: boolean;
  readonly revokeSession?: string;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(program.command('open').description('a link and QR code that open the console on a phone, once'))
    .option('--no-qr', 'print no QR code')
    .option('--sessions', 'list the browsers in which the console is open instead')
    .option('--revoke-session <id>', 'shut the console in one of them instead')
    .action(runs(open));
};

async function open(process: CommandProcess, options: OpenOptions): Promise<ExitCode> {
  const daemon = new ControlClient(process.env);
  if (options.revokeSession !== undefined)
    return revokeSession(daemon, options.revokeSession, process, options);
  if (options.sessions === true) return listSessions(daemon, process, options);
  const result = await daemon.call('open', {});
  if (options.qr && options.json !== true) await printQr(result.url, process);
  show(process, options, result, ({ url, expires_at: at }) => [
    `Open the console: ${url}`,
    `The link works once, and ends ${moment(at, Date.now() / 1_000)}.`,
  ]);
  return EXIT.ok;
}

async function listSessions(
  daemon: ControlClient,
  process: CommandProcess,
  options: OpenOptions,
): Promise<ExitCode> {
  const result = await daemon.call('sessions', {});
  show(process, options, result, ({ sessions }) => {
    if (sessions.length === 0) return ['The console is open in no browser but those of this device.'];
    const now = Date.now() / 1_000;
    return tableLines(
      sessions.map((one) => [one.id, one.address, `seen ${moment(one.last_seen_at, now)}`, one.agent]),
    );
  });
  return EXIT.ok;
}

async function revokeSession(
  daemon: ControlClient,
  id: string,
  process: CommandProcess,
  options: OpenOptions,
): Promise<ExitCode> {
  const result = await daemon.call('sessions.revoke', { id });
  show(process, options, result, ({ revoked }) => [
    revoked ? `Shut the console of session ${id}.` : `There is no session ${id}.`,
  ]);
  return result.revoked ? EXIT.ok : EXIT.unknownName;
}
