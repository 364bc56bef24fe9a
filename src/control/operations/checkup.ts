import * as v from 'valibot';
import type { Broker } from '../../broker/index.ts';
import { METHODS } from '../../broker/methods/method.ts';
import { needsCredentials } from '../../broker/credentials.ts';
import { defined } from '../../defined.ts';
import type { App, MungedId } from '../../store/records.ts';
import { connectionStatus, statusOf } from '../connection-status.ts';
import { field, mungedId, optional } from '../fields.ts';
import { call } from '../operation.ts';

const appReport = v.strictObject({
  status: connectionStatus,
  needs_credentials: field(v.boolean(), 'Whether a client id or secret is missing.'),
  provider_host: field(v.string(), 'Where the user signs in.'),
  token_endpoint: field(v.string(), 'Where tokens come from.'),
  ways: field(
    v.array(v.strictObject({ method: v.picklist(METHODS), offered: v.boolean(), reason: v.string() })),
    'Every way for a phone to sign in, best first.',
  ),
  redirect_uris: field(
    v.record(v.string(), v.string()),
    'By method: the redirect URI, as it must be registered at the provider.',
  ),
  takes_loopback: optional(v.boolean(), 'Whether the provider takes http://127.0.0.1, where that is known.'),
  registered_redirect_uris: optional(
    v.array(v.string()),
    'Those of a client that this program registered by itself.',
  ),
});

/** What the doctor wants to know of the broker's own affairs. Nothing in it is secret. */
const checkup = v.strictObject({
  apps: field(v.array(appReport), 'Every app.'),
  foreign_changes: field(v.number(), 'How often other programs wrote the shared files lately.'),
  failing: field(
    v.array(v.strictObject({ munged_id: mungedId, code: v.string() })),
    'Connections whose last renewal failed, with the reason.',
  ),
  unsaved: field(v.array(mungedId), 'Connections whose token is in memory only.'),
});

export type Checkup = v.InferOutput<typeof checkup>;
export type AppReport = v.InferOutput<typeof appReport>;

export const operation = call({
  about: 'What `ovos-oauth doctor` wants to know.',
  request: v.strictObject({}),
  result: checkup,
  run: async (_request, { broker }) => checkUp(broker),
});

type Examined = Pick<Broker, 'apps' | 'signIn' | 'connections' | 'providers' | 'eventLog'>;

/** Looks at a broker, be it one that runs or one that was only built on a store that is read. */
export async function checkUp(broker: Examined): Promise<Checkup> {
  const events = broker.eventLog.recent();
  const failing = new Map<MungedId, string>();
  const unsaved = new Set<MungedId>();
  for (const { kind, mungedId: id, code } of events) {
    if (kind === 'renewal_failed') failing.set(id, code ?? 'internal');
    if (kind === 'renewed' || kind === 'connected') failing.delete(id);
    if (kind === 'token_unsaved') unsaved.add(id);
    if (kind === 'token_saved' || kind === 'revoked') unsaved.delete(id);
  }
  const apps = await broker.apps.all();
  return {
    apps: await Promise.all(apps.map((app) => reportOf(app, broker))),
    foreign_changes: events.filter(({ kind }) => kind === 'foreign_change').length,
    failing: [...failing].map(([id, code]) => ({ munged_id: id, code })),
    unsaved: [...unsaved],
  };
}

async function reportOf(app: App, { signIn, connections, providers }: Examined): Promise<AppReport> {
  const [prospect, view] = await Promise.all([signIn.prospect(app, 'phone'), connections.view(app)]);
  return {
    status: await statusOf(view, providers),
    needs_credentials: needsCredentials(app),
    provider_host: prospect.providerHost,
    token_endpoint: app.tokenEndpoint,
    ways: prospect.methods.map(({ method, offered, reason }) => ({ method, offered, reason })),
    redirect_uris: prospect.redirectUris,
    ...defined({
      takes_loopback: prospect.provider?.redirect.loopback,
      registered_redirect_uris:
        app.credentialsFrom === 'registration' ? app.registeredRedirectUris?.slice() : undefined,
    }),
  };
}
