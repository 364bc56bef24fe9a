import * as v from 'valibot';
import { defined } from '../../defined.ts';
import { connectionStatus, statusOf } from '../connection-status.ts';
import { appName, field } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';
import { waitingSignIn, waitingOf } from '../waiting.ts';

export const operation = call({
  about: 'How one app stands.',
  request: v.strictObject({ app: appName }),
  result: v.strictObject({
    connection: field(connectionStatus, 'How it stands.'),
    waiting: field(v.array(waitingSignIn), 'Sign-ins of it that wait for somebody, oldest first.'),
  }),
  async run({ app: name }, { broker, common }) {
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    const waiting = await broker.signIn.waiting();
    // Where the database is away, the rest is worth telling.
    const audiences = await common?.audiences().catch(() => undefined);
    return {
      connection: {
        ...(await statusOf(await broker.connections.view(app), broker.providers)),
        ...defined({ shared_with: audiences?.get(app.mungedId) }),
      },
      waiting: waiting.filter((one) => one.app.mungedId === app.mungedId).map(waitingOf),
    };
  },
});
