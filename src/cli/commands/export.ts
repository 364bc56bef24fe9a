import { resolve } from 'node:path';
import { exportArchive } from '../../archive/move.ts';
import { systemClock } from '../../clock.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { counted } from '../counted.ts';
import { withStore } from '../offline-store.ts';
import { show } from '../output.ts';
import { choosePassphrase, passphraseFileOption, type PassphraseOptions } from '../passphrase.ts';
import type { CommandProcess } from '../process.ts';

export interface ExportCommandOptions extends PassphraseOptions, JsonOption {
  /** This device goes on using the sign-ins as well. */
  readonly copy?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    program
      .command('export')
      .argument('[file]', 'the archive to write')
      .description(
        'move apps and sign-ins to another device: write them into an archive sealed with a passphrase',
      ),
  )
    .addOption(passphraseFileOption())
    .option('--copy', 'go on using the sign-ins on this device as well')
    .action(
      runs((process, file: string | undefined, options: ExportCommandOptions) =>
        exportCommand(file, options, process),
      ),
    );
};

const COPY_WARNING = `This device goes on using these sign-ins. Do not use them on a second device as well: many providers give out a
new refresh token at each renewal and take the second use of an old one for theft; then both devices are signed out.`;

/**
 * `ovos-oauth export [file]`: writes everything into a sealed archive and stops using it here.
 * @throws OAuthBrokerError `store_locked` while the broker runs; the codes of archives and passphrases
 */
async function exportCommand(
  file: string | undefined,
  options: ExportCommandOptions,
  process: CommandProcess,
): Promise<ExitCode> {
  const today = new Date(systemClock.now()).toISOString().slice(0, 10);
  const path = resolve(file ?? `ovos-oauth-${today}.sealed`);
  const kind = options.copy === true ? 'copy' : 'move';
  return withStore(process, async ({ store, files }) => {
    const passphrase = await choosePassphrase(options, process);
    const { apps, tokens } = await exportArchive({
      store,
      files,
      clock: systemClock,
      path,
      passphrase,
      kind,
    });
    show(process, options, { path, kind, apps: apps.size, sign_ins: tokens.size }, () => [
      `Wrote ${counted(apps.size, 'app')} and ${counted(tokens.size, 'sign-in')} to ${path}`,
      ...(kind === 'copy'
        ? []
        : ['This device does not use them any longer. On the new one: ovos-oauth import, with this file.']),
    ]);
    if (kind === 'copy') process.printError(COPY_WARNING);
    return EXIT.ok;
  });
}
