import type { ProviderDetails, ProviderSummary } from '../../broker/provider-description.ts';
import { misspelt } from '../../control/names.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show } from '../output.ts';
import { printable } from '../printable.ts';
import type { CommandProcess } from '../process.ts';
import { styleOf } from '../style.ts';
import { tableLines } from '../table.ts';

export interface ProvidersOptions extends JsonOption {
  readonly search?: string;
  readonly category?: string;
  readonly names?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  withJson(program.command('providers').description('the providers that are known, or all about one of them'))
    .argument('[provider]', 'its name; default: all')
    .option('-s, --search <text>', 'only those with this in their name, title or category')
    .option('--category <category>', 'only those of a category, such as music')
    .option('--names', 'only the names, one a line')
    .action(runs(providers));
};

/**
 * The catalogue is part of this program: no broker need run.
 *
 * @throws OAuthBrokerError `unknown_provider`, `name_misspelt`
 */
async function providers(
  process: CommandProcess,
  name: string | undefined,
  options: ProvidersOptions,
): Promise<ExitCode> {
  const [{ Providers }, { detailsOf, summaryOf }] = await Promise.all([
    import('../../providers/index.ts'),
    import('../../broker/provider-description.ts'),
  ]);
  const catalogue = new Providers();
  if (name !== undefined) {
    const provider = await catalogue.find(name.toLowerCase());
    if (provider === undefined) throw misspelt(name, catalogue.names, 'unknown_provider', { name });
    show(process, options, { provider: detailsOf(provider) }, (result) => details(result.provider, process));
    return EXIT.ok;
  }
  const known = (await catalogue.all()).map(summaryOf).filter((provider) => isWanted(provider, options));
  show(process, options, { providers: known }, () => {
    if (options.names === true) return known.map((provider) => provider.name);
    const { dim } = styleOf(process);
    return tableLines(
      known.map((one) => [one.name, one.title, one.category, { text: one.methods.join(' '), paint: dim }]),
    );
  });
  return EXIT.ok;
}

function isWanted(provider: ProviderSummary, { search, category }: ProvidersOptions): boolean {
  const text = [provider.name, provider.title, provider.category].join(' ').toLowerCase();
  const isFound = search === undefined || text.includes(search.toLowerCase());
  return isFound && (category === undefined || provider.category === category.toLowerCase());
}

function details(provider: ProviderDetails, process: CommandProcess): readonly string[] {
  const { bold } = styleOf(process);
  const { parameters = [], scopes, default_scopes: defaults, grant_days: days } = provider;
  const optional = (lines: readonly (string | undefined)[]): readonly string[] =>
    lines.filter((line) => line !== undefined);
  return optional([
    bold(`${provider.title} (${provider.name})`),
    ...tableLines([
      ['Category', provider.category],
      [
        'Checked',
        provider.status === 'checked' ? 'at the source' : 'not yet: taken over from another catalogue',
      ],
      ['Ways to sign in', provider.methods.join(', ')],
      ['Renews', provider.refreshes ? 'yes' : 'no'],
      ...(days === undefined ? [] : [['Sign in again', `after ${days} days`]]),
      ...(provider.manage_url === undefined ? [] : [['End access', provider.manage_url]]),
      ...parameters.map((one) => [`You give: ${one.name}`, `${one.title}, such as ${one.example}`]),
    ]),
    '',
    bold(`How to get a client id: ${provider.setup_url}`),
    ...provider.setup_steps.map((step, index) => `  ${index + 1}. ${printable(step)}`),
    provider.redirect_note,
    ...(scopes.length === 0
      ? []
      : ['', bold('Scopes'), ...tableLines(scopes.map((one) => [`  ${one.scope}`, one.allows]))]),
    ...(defaults.length === 0 ? [] : [`Asked for unless a skill says otherwise: ${defaults.join(' ')}`]),
    '',
    `Connect it: ovos-oauth connect ${provider.name}`,
  ]);
}
