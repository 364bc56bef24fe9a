import * as v from 'valibot';
import { defined } from '../defined.ts';
import type { App } from '../store/records.ts';
import type { ConnectionView } from '../broker/types.ts';
import type { Provider, Providers } from '../providers/index.ts';
import { field, mungedId, optional, seconds, time } from './fields.ts';

/** How an app stands, as every command shows it. */
export const connectionStatus = v.strictObject({
  munged_id: mungedId,
  skill_id: optional(v.string(), 'Missing for an app that has not registered here yet.'),
  app_id: optional(v.string(), 'Likewise.'),
  provider: optional(v.string(), 'Name of its provider in the catalogue, where that is known.'),
  provider_title: optional(v.string(), 'How that provider calls itself.'),
  state: field(
    v.picklist(['connected', 'needs_user', 'needs_credentials', 'disconnected']),
    'There are tokens; the user must sign in again; credentials are missing or were refused; nobody has signed in.',
  ),
  reason: optional(v.string(), 'Why, where the state is not `connected`: a code of [errors.md](errors.md).'),
  since: optional(time, 'Since when it is in that state.'),
  shared_with: optional(
    v.string(),
    'Who sees it, in a fleet: `all`, `group:<name>` or `device:<name>`; see [fleet.md](fleet.md).',
  ),
  scope: optional(v.string(), 'What was granted, as the provider said.'),
  expires_at: optional(time, 'When the access token ends; missing: never, or not connected.'),
  renews: field(v.boolean(), 'Whether it is renewed without the user.'),
  ends_at: optional(
    time,
    'When the user will have to sign in again, where the provider is known to set an end.',
  ),
  last_used_at: optional(time, 'When a token was last handed out; missing: not since the broker started.'),
  next_refresh_at: optional(time, 'When it is renewed next; missing: never, or not connected.'),
});

export type ConnectionStatus = v.InferOutput<typeof connectionStatus>;

/** @param providers to say who the provider is */
export async function statusOf(view: ConnectionView, providers: Providers): Promise<ConnectionStatus> {
  const { app, state, reason, since, scope, expiresAt, renews, endsAt, lastUsedAt, nextRefreshAt } = view;
  const at = (milliseconds: number | undefined): number | undefined =>
    milliseconds === undefined ? undefined : seconds(milliseconds);
  const provider = await providerOf(app, providers);
  return {
    munged_id: app.mungedId,
    state,
    renews,
    ...defined({
      skill_id: app.skillId,
      app_id: app.appId,
      provider: provider?.name,
      provider_title: provider?.title,
      reason,
      since: at(since),
      scope,
      expires_at: at(expiresAt),
      ends_at: at(endsAt),
      last_used_at: at(lastUsedAt),
      next_refresh_at: at(nextRefreshAt),
    }),
  };
}

/** What the catalogue knows of an app's provider, also where the skill named the endpoints itself. */
export async function providerOf(app: App, providers: Providers): Promise<Provider | undefined> {
  return app.provider === undefined
    ? providers.withEndpoint(app.authorizationEndpoint)
    : providers.find(app.provider);
}
