import * as v from 'valibot';
import { refOf } from '../../broker/munged-id.ts';
import { connectionStatus, statusOf } from '../connection-status.ts';
import { appName, field } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Renews the access token of an app now.',
  request: v.strictObject({ app: appName }),
  result: v.strictObject({ connection: field(connectionStatus, 'How it stands then.') }),
  async run({ app: name }, { broker }) {
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    await broker.tokens.refresh(refOf(app));
    return { connection: await statusOf(await broker.connections.view(app), broker.providers) };
  },
});
