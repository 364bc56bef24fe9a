import { Option } from 'commander';
import { readFile } from 'node:fs/promises';
import { OAuthBrokerError } from '../errors.ts';
import type { CommandProcess } from './process.ts';

/** Characters; whoever has the archive can try as many as they like. */
const LEAST = 12;

export function passphraseFileOption(): Option {
  return new Option('--passphrase-file <file>', 'read the passphrase from the first line of a file');
}

export interface PassphraseOptions {
  /** A file whose first line is the passphrase. */
  readonly passphraseFile?: string;
}

/**
 * The passphrase of an archive: from a file, from the person at the terminal, or from standard input. Never from the
 * command line, which every user of the machine can read.
 *
 * @throws OAuthBrokerError `config_unreadable` for the file
 */
export async function readPassphrase(
  options: PassphraseOptions,
  process: CommandProcess,
  question: string,
): Promise<string> {
  const { passphraseFile: path } = options;
  if (path !== undefined) return firstLine(path);
  const terminal = await process.terminal();
  return terminal.isInteractive ? terminal.ask(question, 'hidden') : terminal.readLine();
}

/**
 * The passphrase for a new archive; a person types it twice.
 *
 * @throws OAuthBrokerError `passphrase_unfit`, `passphrase_mismatch`, and as {@link readPassphrase}
 */
export async function choosePassphrase(options: PassphraseOptions, process: CommandProcess): Promise<string> {
  const passphrase = await readPassphrase(options, process, 'Passphrase for the archive: ');
  if (passphrase.length < LEAST) throw new OAuthBrokerError('passphrase_unfit', { least: LEAST });
  const terminal = await process.terminal();
  if (options.passphraseFile === undefined && terminal.isInteractive) {
    const again = await terminal.ask('The same once more: ', 'hidden');
    if (again !== passphrase) throw new OAuthBrokerError('passphrase_mismatch');
  }
  return passphrase;
}

async function firstLine(path: string): Promise<string> {
  try {
    return /^[^\r\n]*/.exec(await readFile(path, 'utf8'))?.[0] ?? '';
  } catch (cause) {
    throw new OAuthBrokerError('config_unreadable', { path }, { cause });
  }
}
