import * as v from 'valibot';
import { refOf } from '../../broker/munged-id.ts';
import { defined } from '../../defined.ts';
import { appName, field, mungedId, optional } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Ends the connection of an app, here at once and at the provider where that can be done.',
  request: v.strictObject({ app: appName }),
  result: v.strictObject({
    munged_id: mungedId,
    result: field(
      v.picklist(['revoked', 'pending', 'local_only']),
      'The provider has confirmed it; it has not yet, and is asked again; it has no way to revoke that is known here.',
    ),
    manage_url: optional(v.string(), 'Where the user can look, or take the grant back by hand.'),
  }),
  async run({ app: name }, { broker }) {
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    const { outcome, manageUrl } = await broker.tokens.revoke(refOf(app));
    return { munged_id: app.mungedId, result: outcome, ...defined({ manage_url: manageUrl }) };
  },
});
