import { possibleMethods } from '../../src/broker/methods/possible.ts';
import { type Provider, Providers } from '../../src/providers/index.ts';
import { GENERATED, table } from './markdown.ts';

/** docs/providers.md. */
export async function providersPage(): Promise<string> {
  const providers = [...(await new Providers().all())].sort((one, other) =>
    one.title.localeCompare(other.title, 'en'),
  );
  const checked = providers.filter(({ status }) => status === 'checked').length;
  return `${GENERATED}
# Providers

The ${providers.length} providers that \`oauth.register\` takes by name (\`provider\`); \`oauth.providers\` lists them on
the bus. Any other provider works as well, with its endpoints or its issuer in the registration.

Of ${checked} the facts were read at the source on the day that stands beside it; the others are **unchecked**: most of
what is known of them is taken over from another catalogue. The ways to sign in are those that the provider allows:
\`lan\` and \`relay\` also need a LAN and a relay ([bus-api.md](bus-api.md#ways-to-sign-in)).

${table(
  ['Provider', 'Name', 'Facts', 'Ways to sign in'],
  providers.map((provider) => [
    `[${provider.title}](#${anchor(provider.title)})`,
    `\`${provider.name}\``,
    provider.status,
    methodsOf(provider),
  ]),
)}
${providers.map(section).join('\n')}`;
}

function section(provider: Provider): string {
  const {
    title,
    name,
    status,
    parameters = {},
    setup,
    redirect,
    device,
    scopes,
    refresh,
    sources,
  } = provider;
  const known = Object.entries(scopes.known);
  const notes = [redirect.note, device?.note, refresh.note].filter((note) => note !== undefined);
  const ends = refresh.grantDays === undefined ? [] : [`A sign-in lasts ${refresh.grantDays} days.`];
  const needs = Object.entries(parameters).map(
    ([key, about]) => `- \`provider_parameters.${key}\`: ${about.title}, such as \`${about.example}\`\n`,
  );
  return `## ${title}

\`provider: "${name}"\`, ${status}. Ways to sign in: ${methodsOf(provider)}.

${needs.length === 0 ? '' : `What the user must give:\n\n${needs.join('')}\n`}${[...notes, ...ends].map((note) => `${note}\n`).join('\n')}
Getting a client, at <${setup.url}>:

${setup.steps.map((step, index) => `${index + 1}. ${step}\n`).join('')}
${scopesOf(known, scopes.default)}Sources: ${sources.map(sourceOf).join('; ')}.
`;
}

function scopesOf(known: readonly (readonly [string, string])[], usual: readonly string[]): string {
  const rows = [
    ...known.map(([scope, allows]) => [scope, allows] as const),
    ...usual.filter((scope) => !known.some(([name]) => name === scope)).map((scope) => [scope, ''] as const),
  ];
  if (rows.length === 0) return '';
  return `${table(
    ['Scope', 'Allows', 'Asked for by default'],
    rows.map(([scope, allows]) => [`\`${scope}\``, allows, usual.includes(scope) ? 'yes' : '']),
  )}\n`;
}

function sourceOf({ fact, url, checked }: Provider['sources'][number]): string {
  return `[${fact}](${url}) (${checked})`;
}

function methodsOf(provider: Provider): string {
  const methods = possibleMethods(provider).map((method) => `\`${method}\``);
  return methods.length === 0 ? 'none' : methods.join(', ');
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
