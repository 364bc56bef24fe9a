import type { ConnectionView } from '../../broker/types.ts';
import { reply } from '../api/messages.ts';
import type { Outgoing } from '../api/outgoing.ts';
import { givenIds, refOf } from './app-ref.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function status({ broker, order }: Tools): RequestHandler<'oauth.status'> {
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const view = await order.use(ref, async () => broker.connections.view(await broker.apps.find(ref)));
      return [reply(message, 'oauth.status.response', detailsOf(view))];
    },
    refuse: (message, failure) =>
      reply(message, 'oauth.status.response', { ...givenIds(message.data), ...failure }),
  };
}

export function list({ broker }: Tools): RequestHandler<'oauth.list'> {
  return {
    async answer({ message, data }) {
      const apps = await broker.apps.all();
      const wanted = data.skill_id === null ? apps : apps.filter(({ skillId }) => skillId === data.skill_id);
      const views = await Promise.all(wanted.map((app) => broker.connections.view(app)));
      return [reply(message, 'oauth.list.response', { connections: views.map(detailsOf) })];
    },
    refuse: (message, failure) => reply(message, 'oauth.list.response', failure),
  };
}

/** How an app stands, for everyone on the bus. */
export function statusOf({ app, state, since, endsAt }: ConnectionView) {
  return {
    munged_id: app.mungedId,
    ...(app.skillId === undefined ? {} : { skill_id: app.skillId }),
    ...(app.appId === undefined ? {} : { app_id: app.appId }),
    state,
    ...(since === undefined ? {} : { since: since / 1_000 }),
    ...(endsAt === undefined ? {} : { ends_at: endsAt / 1_000 }),
  } satisfies Outgoing['oauth.status.changed'];
}

function detailsOf(view: ConnectionView) {
  const { scope, expiresAt, renews, reason } = view;
  return {
    ...statusOf(view),
    ...(scope === undefined ? {} : { scope }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt / 1_000 }),
    ...(reason === undefined ? {} : { reason }),
    renews,
  };
}
