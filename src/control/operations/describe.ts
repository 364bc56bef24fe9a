import * as v from 'valibot';
import { METHODS } from '../../broker/methods/method.ts';
import { METHOD_REASONS } from '../../broker/methods/reasons.ts';
import { BY_HAND } from '../../broker/by-hand.ts';
import { mungedIdOf } from '../../broker/munged-id.ts';
import { callbackUri } from '../../broker/redirect-uri.ts';
import { defined } from '../../defined.ts';
import { OAuthBrokerError } from '../../errors.ts';
import type { Provider } from '../../providers/index.ts';
import { connectionStatus, statusOf } from '../connection-status.ts';
import { appName, field, optional } from '../fields.ts';
import { matchingApps, misspelt, namesOf } from '../names.ts';
import { call, type ControlDeps } from '../operation.ts';

const setup = v.strictObject({
  title: field(v.string(), 'How the provider calls itself.'),
  url: field(v.string(), 'Where a client is made.'),
  steps: field(v.array(v.string()), 'What to do there, step by step.'),
  redirect_note: optional(v.string(), 'What the provider says about redirect addresses.'),
});

export const operation = call({
  about: 'What a name stands for, an app or a provider of the catalogue, and what a sign-in there takes.',
  request: v.strictObject({ name: appName }),
  result: v.variant('kind', [
    v.strictObject({
      kind: v.literal('app'),
      connection: field(connectionStatus, 'How it stands.'),
      scopes: field(v.array(v.string()), 'What is asked for.'),
      methods: field(
        v.array(
          v.strictObject({
            method: v.picklist(METHODS),
            offered: v.boolean(),
            reason: v.picklist(METHOD_REASONS),
          }),
        ),
        'Every way to sign in, best first, then those that are not open: `{method, offered, reason}`.',
      ),
      redirect_uris: field(v.array(v.string()), 'What must be registered at the provider, exactly so.'),
      setup: optional(setup, 'How a client is made at the provider.'),
    }),
    v.strictObject({
      kind: v.literal('provider'),
      provider: field(v.string(), 'Its name in the catalogue.'),
      parameters: field(
        v.array(v.strictObject({ name: v.string(), title: v.string(), example: v.string() })),
        'What the user must give, such as the address of their own server: `{name, title, example}`.',
      ),
      redirect_uris: field(v.array(v.string()), 'What must be registered at the provider, exactly so.'),
      setup: field(setup, 'How a client is made at the provider.'),
    }),
  ]),
  async run({ name }, deps) {
    const { broker, settings, port } = deps;
    const apps = await broker.apps.all();
    const matches = await matchingApps(name, apps, broker.providers);
    const [app] = matches;
    const said = name.join(' ');
    if (matches.length > 1) {
      const names = matches.map(({ mungedId }) => mungedId).join(', ');
      throw new OAuthBrokerError('name_ambiguous', { name: said, names });
    }
    if (app !== undefined) return describeApp(app, deps);
    const provider = name.length === 1 ? await broker.providers.find(said.toLowerCase()) : undefined;
    if (provider === undefined) {
      const names = [...(await namesOf(apps, broker.providers)), ...broker.providers.names];
      throw misspelt(said, names, 'unknown_app', { app: said });
    }
    const host = provider.redirect.loopbackHost ?? settings.redirect.loopbackHost;
    return {
      kind: 'provider' as const,
      provider: provider.name,
      parameters: Object.entries(provider.parameters ?? {}).map(([key, about]) => ({ name: key, ...about })),
      redirect_uris: [callbackUri(host, port(), mungedIdOf({ skillId: BY_HAND, appId: provider.name }))],
      setup: setupOf(provider),
    };
  },
});

async function describeApp(
  app: Parameters<ControlDeps['broker']['connections']['view']>[0],
  { broker }: ControlDeps,
) {
  const [view, prospect] = await Promise.all([
    broker.connections.view(app),
    broker.signIn.prospect(app, 'terminal'),
  ]);
  return {
    kind: 'app' as const,
    connection: await statusOf(view, broker.providers),
    scopes: [...prospect.scopes],
    methods: prospect.methods.map(({ method, offered, reason }) => ({ method, offered, reason })),
    redirect_uris: [...new Set(Object.values(prospect.redirectUris))],
    ...defined({ setup: prospect.provider === undefined ? undefined : setupOf(prospect.provider) }),
  };
}

function setupOf({ title, setup: { url, steps }, redirect }: Provider) {
  return { title, url, steps: [...steps], ...defined({ redirect_note: redirect.note }) };
}
