import * as v from 'valibot';
import { field, mungedId, seconds, time } from '../fields.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Apps of which a skill wants to use other servers, which the user has to allow.',
  request: v.strictObject({}),
  result: v.strictObject({
    changes: field(
      v.array(
        v.strictObject({
          id: field(v.string(), 'Stands for exactly this change.'),
          munged_id: mungedId,
          from: field(v.array(v.string()), 'Servers in use.'),
          to: field(v.array(v.string()), 'Servers that would come in.'),
          at: field(time, 'When it was asked for first.'),
        }),
      ),
      'Oldest first: `{id, munged_id, from, to, at}`.',
    ),
  }),
  async run(_request, { broker }) {
    return {
      changes: broker.apps.endpointChanges().map(({ id, app, from, to, at }) => ({
        id,
        munged_id: app.mungedId,
        from: [...from],
        to: [...to],
        at: seconds(at),
      })),
    };
  },
});
