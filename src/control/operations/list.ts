import * as v from 'valibot';
import { defined } from '../../defined.ts';
import { connectionStatus, statusOf } from '../connection-status.ts';
import { field } from '../fields.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'How every app stands.',
  request: v.strictObject({}),
  result: v.strictObject({
    connections: field(v.array(connectionStatus), 'One for each app, in the order of their munged ids.'),
  }),
  async run(_request, { broker, common }) {
    const apps = await broker.apps.all();
    const sorted = apps.toSorted((one, other) => (one.mungedId < other.mungedId ? -1 : 1));
    const audiences = await common?.audiences();
    const connections = await Promise.all(
      sorted.map(async (app) => ({
        ...(await statusOf(await broker.connections.view(app), broker.providers)),
        ...defined({ shared_with: audiences?.get(app.mungedId) }),
      })),
    );
    return { connections };
  },
});
