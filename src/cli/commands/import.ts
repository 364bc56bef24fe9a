import { resolve } from 'node:path';
import type { Arrival } from '../../archive/arrive.ts';
import { importArchive, openArchive } from '../../archive/move.ts';
import { systemClock } from '../../clock.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { counted } from '../counted.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withStore } from '../offline-store.ts';
import { show } from '../output.ts';
import { passphraseFileOption, type PassphraseOptions, readPassphrase } from '../passphrase.ts';
import type { CommandProcess } from '../process.ts';

export interface ImportCommandOptions extends PassphraseOptions, JsonOption {
  /** Nobody is asked before something of this device gives way. */
  readonly yes?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(
    program
      .command('import')
      .argument('<file>', 'an archive that `ovos-oauth export` wrote')
      .description('take in the apps and sign-ins of another device'),
  )
    .addOption(passphraseFileOption())
    .option('-y, --yes', 'do not ask before something of this device is replaced')
    .action(
      runs((process, file: string, options: ImportCommandOptions) => importCommand(file, options, process)),
    );
};

/**
 * `ovos-oauth import <file>`: takes in what `ovos-oauth export` wrote.
 * @throws OAuthBrokerError `store_locked` while the broker runs; the codes of archives and passphrases;
 *   `confirmation_needed`
 */
async function importCommand(
  file: string,
  options: ImportCommandOptions,
  process: CommandProcess,
): Promise<ExitCode> {
  const path = resolve(file);
  return withStore(process, async ({ store, files }) => {
    const passphrase = await readPassphrase(options, process, `Passphrase of ${path}: `);
    const contents = await openArchive(files, path, passphrase);
    const confirm = (arrival: Arrival): Promise<boolean> => isWanted(arrival, options, process);
    const arrival = await importArchive({ store, contents, clock: systemClock, confirm });
    if (arrival === undefined) {
      process.print('Nothing was changed.');
      return EXIT.failure;
    }
    const { taken, kept } = arrival;
    const result = { path, apps: contents.apps.size, sign_ins: [...taken], kept: [...kept] };
    show(process, options, result, () => [
      `Imported ${counted(contents.apps.size, 'app')} and ${counted(taken.length, 'sign-in')} from ${path}`,
      ...(kept.length > 0 ? [`Kept what this device has and is as new: ${kept.join(', ')}`] : []),
    ]);
    if (contents.kind === 'copy') {
      process.printError(
        'This archive is a copy: make sure that the device that wrote it is not used again.',
      );
    }
    return EXIT.ok;
  });
}

async function isWanted(
  { replaced }: Arrival,
  options: ImportCommandOptions,
  process: CommandProcess,
): Promise<boolean> {
  if (options.yes === true) return true;
  const apps = replaced.join(', ');
  const terminal = await process.terminal();
  if (!terminal.isInteractive) throw new OAuthBrokerError('confirmation_needed', { apps });
  const answer = await terminal.ask(
    `This replaces what this device has of ${apps} by what is newer in the archive. Go on? [y/N] `,
  );
  return /^y(?:es)?$/i.test(answer.trim());
}
