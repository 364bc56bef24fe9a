import { ControlClient } from '../../control/client.ts';
import type { ResultOf } from '../../control/operations/index.ts';
import { type CommandFile, type JsonOption, nameOf, withJson } from '../command.ts';
import { connectionDetails, connectionRow } from '../connection-lines.ts';
import { counted } from '../counted.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { moment } from '../moment.ts';
import { show } from '../output.ts';
import type { CommandProcess } from '../process.ts';
import { styleOf } from '../style.ts';
import { tableLines } from '../table.ts';

export const register: CommandFile['register'] = (program, runs) => {
  withJson(program.command('status').description('how the broker is, and what needs you; or how one app is'))
    .argument('[app]', 'the app; default: all of it')
    .argument('[app_id]', 'its own id, where the first names its skill')
    .action(
      runs((process, app: string | undefined, appId: string | undefined, options: JsonOption) =>
        app === undefined ? overall(process, options) : ofApp(process, nameOf(app, appId), options),
      ),
    );
};

type Waiting = ResultOf<'status'>['waiting'];

async function overall(process: CommandProcess, options: JsonOption): Promise<ExitCode> {
  const daemon = new ControlClient(process.env);
  const [{ waiting, ...health }, { connections }] = await Promise.all([
    daemon.call('health', {}),
    daemon.call('list', {}),
  ]);
  show(process, options, { daemon: health, connections, waiting }, () => {
    const style = styleOf(process);
    const now = Date.now() / 1_000;
    const { bus, http } = health;
    const address = `${bus.ssl ? 'wss' : 'ws'}://${bus.host}:${bus.port}${bus.route}`;
    const needy = connections.filter(({ state }) => state === 'needs_user' || state === 'needs_credentials');
    return [
      ...tableLines([
        ['Broker', `ovos-oauth ${health.version}, started ${moment(health.started_at, now)}`],
        [
          'Message bus',
          bus.connected
            ? { text: `connected to ${address}`, paint: style.good }
            : { text: `not connected to ${address}`, paint: style.bad },
        ],
        ['Pages', `http://${http.lan_host}:${http.port}/`],
        [
          'Apps',
          `${counted(connections.length, 'app')}, ${connections.filter(({ state }) => state === 'connected').length} connected`,
        ],
      ]),
      ...(needy.length === 0
        ? []
        : ['', style.bold('Needs you'), ...tableLines(needy.map((one) => connectionRow(one, style, now)))]),
      ...waitingLines(waiting, process, now),
    ];
  });
  return EXIT.ok;
}

async function ofApp(process: CommandProcess, app: string[], options: JsonOption): Promise<ExitCode> {
  const result = await new ControlClient(process.env).call('status', { app });
  show(process, options, result, ({ connection, waiting }) => {
    const style = styleOf(process);
    const now = Date.now() / 1_000;
    return [
      ...tableLines([['Munged id', connection.munged_id], ...connectionDetails(connection, style, now)]),
      ...waitingLines(waiting, process, now),
    ];
  });
  return EXIT.ok;
}

function waitingLines(waiting: Waiting, process: CommandProcess, now: number): readonly string[] {
  if (waiting.length === 0) return [];
  const rows = waiting.map((one) => [
    one.munged_id,
    one.method,
    one.user_code === undefined ? '' : `code ${one.user_code}`,
    one.attempt_id,
    `ends ${moment(one.expires_at, now)}`,
  ]);
  return ['', styleOf(process).bold('Sign-ins that wait'), ...tableLines(rows)];
}
