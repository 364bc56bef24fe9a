import { InvalidArgumentError, Option } from 'commander';
import type { ProviderParameters } from './ask-credentials.ts';

/** What a provider must be told, such as the address of the user's own server, given beforehand. */
export function parameterOption(): Option {
  return new Option(
    '--set <name=value>',
    'what the provider must be told, such as the address of your own server; can be repeated',
  ).argParser((text: string, before: ProviderParameters | undefined): ProviderParameters => {
    const [, name = '', value = ''] = /^([\w-]+)=(.+)$/s.exec(text) ?? [];
    if (name === '') throw new InvalidArgumentError('It must be of the form name=value.');
    return { ...before, [name]: value };
  });
}
