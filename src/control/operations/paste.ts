import * as v from 'valibot';
import { attemptId, field, mungedId, text } from '../fields.ts';
import { call, type AttemptId } from '../operation.ts';

export const operation = call({
  about: 'Takes the address at which a browser ended, for a sign-in that `connect` has started.',
  request: v.strictObject({
    attempt_id: attemptId,
    pasted: field(text, 'The whole address, only its query, or just the code.'),
  }),
  result: v.strictObject({ munged_id: mungedId }),
  async run({ attempt_id: attempt, pasted }, { broker }) {
    const { app } = await broker.signIn.pasteFor(attempt as AttemptId, pasted);
    return { munged_id: app.mungedId };
  },
});
