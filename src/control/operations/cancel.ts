import * as v from 'valibot';
import { refOf } from '../../broker/munged-id.ts';
import { appName, attemptId, field, optional } from '../fields.ts';
import { findApp } from '../names.ts';
import { call, type AttemptId } from '../operation.ts';

export const operation = call({
  about: 'Ends sign-ins of an app that wait for somebody.',
  request: v.strictObject({
    app: appName,
    attempt_id: optional(attemptId, 'The one that is to end; missing: every one.'),
  }),
  result: v.strictObject({ cancelled: field(v.number(), 'How many there were.') }),
  async run({ app: name, attempt_id: only }, { broker }) {
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    return { cancelled: await broker.signIn.cancel(refOf(app), only as AttemptId | undefined) };
  },
});
