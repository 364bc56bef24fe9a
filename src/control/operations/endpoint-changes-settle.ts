import * as v from 'valibot';
import { field, mungedId, text } from '../fields.ts';
import { call } from '../operation.ts';
import { OAuthBrokerError } from '../../errors.ts';

export const operation = call({
  about: 'Lets an app use other servers, or leaves it as it is.',
  request: v.strictObject({
    id: field(text, 'Of the change.'),
    allow: field(v.boolean(), 'Whether the user wants it.'),
  }),
  result: v.strictObject({
    munged_id: mungedId,
    allowed: field(v.boolean(), 'Whether the app uses them now.'),
  }),
  async run({ id, allow }, { broker }) {
    const change = broker.apps.endpointChanges().find((one) => one.id === id);
    if (change === undefined) throw new OAuthBrokerError('invalid_request', { field: 'id' });
    if (allow) await broker.apps.confirmEndpointChange(id);
    else broker.apps.rejectEndpointChange(id);
    return { munged_id: change.app.mungedId, allowed: allow };
  },
});
