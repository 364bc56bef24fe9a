import * as v from 'valibot';
import { refOf } from '../../broker/munged-id.ts';
import { defined } from '../../defined.ts';
import { appName, field, mungedId, optional, text, time } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'An access token that is valid now, renewed first if need be.',
  request: v.strictObject({
    app: appName,
    min_valid_seconds: optional(
      v.pipe(v.number(), v.minValue(0)),
      'Seconds that it must at least stay valid.',
    ),
    scope: optional(text, 'Scopes, separated by spaces, that it must carry.'),
  }),
  result: v.strictObject({
    munged_id: mungedId,
    access_token: field(v.string(), 'The token.'),
    token_type: field(v.string(), 'RFC 6749 §7.1, such as `Bearer`.'),
    expires_at: optional(time, 'When it ends; missing: never.'),
    scope: optional(v.string(), 'What was granted, as the provider said.'),
  }),
  async run({ app: name, min_valid_seconds: minValidSeconds, scope }, { broker }) {
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    const { tokenSet } = await broker.tokens.get(refOf(app), {
      asker: 'ovos-oauth token',
      ...defined({ minValidSeconds, scope }),
    });
    return {
      munged_id: app.mungedId,
      access_token: tokenSet.access_token,
      // RFC 6749 §5.1 requires it; providers that leave it out mean this one.
      token_type: tokenSet.token_type ?? 'Bearer',
      ...defined({ expires_at: tokenSet.expires_at, scope: tokenSet.scope }),
    };
  },
});
