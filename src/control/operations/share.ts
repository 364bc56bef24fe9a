import * as v from 'valibot';
import { OAuthBrokerError } from '../../errors.ts';
import { isAudience } from '../../store/records.ts';
import { appName, audience, field, mungedId } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Gives the connection of an app to other devices of the fleet; it stays one connection.',
  request: v.strictObject({
    app: appName,
    with: field(audience, '`all`, `group:<name>` or `device:<name>`.'),
  }),
  result: v.strictObject({ munged_id: mungedId, with: field(audience, 'Who sees it now.') }),
  async run({ app: name, with: whom }, { broker, common }) {
    if (!isAudience(whom)) throw new OAuthBrokerError('invalid_request', { field: 'with' });
    if (common === undefined) throw new OAuthBrokerError('no_common_store');
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    await common.share(app.mungedId, whom);
    return { munged_id: app.mungedId, with: whom };
  },
});
