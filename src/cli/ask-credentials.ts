import { BY_HAND } from '../broker/by-hand.ts';
import type { ControlClient } from '../control/client.ts';
import type { ResultOf } from '../control/operations/index.ts';
import { OAuthBrokerError } from '../errors.ts';
import { printable } from './printable.ts';
import type { CommandProcess } from './process.ts';
import { styleOf } from './style.ts';

export interface CredentialsWish {
  readonly clientId?: string;
  /** A public client, which has no secret. */
  readonly isPublic?: boolean;
}

export interface ProviderParameters {
  readonly [name: string]: string;
}

type Description = ResultOf<'describe'>;
type ProviderDescription = Extract<Description, { kind: 'provider' }>;

/**
 * Makes an app of a provider of the catalogue, or gives one that was made so other parameters. Asks for what the provider
 * must be told and was not given.
 *
 * @returns the munged id; undefined where there is nothing to register
 * @throws OAuthBrokerError `invalid_request` with the parameter where nobody can be asked, and for parameters of an app
 *   that belongs to a skill
 */
export async function registerByHand(
  described: Description,
  given: ProviderParameters | undefined,
  daemon: ControlClient,
  process: CommandProcess,
): Promise<string | undefined> {
  if (described.kind === 'app') {
    if (given === undefined) return undefined;
    const { skill_id: skill, provider } = described.connection;
    if (skill !== BY_HAND || provider === undefined)
      throw new OAuthBrokerError('invalid_request', { field: '--set' });
    return (await daemon.call('register', { provider, parameters: { ...given } })).munged_id;
  }
  const known: Record<string, string> = { ...given };
  for (const { name, title, example } of described.parameters) {
    if (known[name] !== undefined) continue;
    const terminal = await process.terminal();
    if (!terminal.isInteractive) throw new OAuthBrokerError('invalid_request', { field: `--set ${name}=…` });
    known[name] = (await terminal.ask(printable(`${title} (such as ${example}): `))).trim();
  }
  return (await daemon.call('register', { provider: described.provider, parameters: known })).munged_id;
}

/** Says how somebody gets a client of their own at a provider. */
export function explainSetup(
  { redirect_uris: uris, setup }: Pick<ProviderDescription, 'redirect_uris'> & Pick<Description, 'setup'>,
  process: CommandProcess,
): void {
  const style = styleOf(process);
  if (setup !== undefined) {
    process.printError(
      style.bold(`How to get a client id from ${printable(setup.title)}: ${printable(setup.url)}`),
    );
    for (const [index, step] of setup.steps.entries())
      process.printError(`  ${index + 1}. ${printable(step)}`);
    if (setup.redirect_note !== undefined) process.printError(printable(setup.redirect_note));
  }
  process.printError('Redirect URIs to enter there, exactly so:');
  for (const uri of uris) process.printError(`  ${printable(uri)}`);
}

/**
 * Asks for client id and secret, or takes the secret from standard input: never from the command line, which every user
 * of the machine can read.
 *
 * @param mungedId of the app
 * @throws OAuthBrokerError `needs_credentials` where the input has none
 */
export async function askForCredentials(
  mungedId: string,
  { clientId, isPublic = false }: CredentialsWish,
  daemon: ControlClient,
  process: CommandProcess,
): Promise<ResultOf<'credentials.set'>> {
  const terminal = await process.terminal();
  const given = clientId ?? (terminal.isInteractive ? await terminal.ask('Client id: ') : '');
  if (given.trim() === '') throw new OAuthBrokerError('needs_credentials', { app: mungedId });
  const question = 'Client secret (not shown; empty for a public client): ';
  const typed = isPublic
    ? ''
    : terminal.isInteractive
      ? await terminal.ask(question, 'hidden')
      : await terminal.readLine();
  const secret = typed.trim();
  // A program that sends nothing has failed; a person who types nothing has decided.
  if (secret === '' && !isPublic && !terminal.isInteractive) {
    throw new OAuthBrokerError('needs_credentials', { app: mungedId });
  }
  return daemon.call('credentials.set', {
    app: [mungedId],
    client_id: given,
    ...(secret === '' ? {} : { client_secret: secret }),
  });
}
