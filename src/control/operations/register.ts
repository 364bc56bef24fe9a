import * as v from 'valibot';
import { registrationByHand } from '../../broker/by-hand.ts';
import { field, mungedId, text } from '../fields.ts';
import { misspelt } from '../names.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Makes an app of a provider of the catalogue that no skill has registered.',
  request: v.strictObject({
    provider: field(text, 'Its name in the catalogue.'),
    parameters: field(v.record(text, text), 'What the provider must be told, by name.'),
  }),
  result: v.strictObject({
    munged_id: mungedId,
    needs_credentials: field(v.boolean(), 'Whether a client id or secret is still missing.'),
  }),
  async run({ provider: name, parameters }, { broker }) {
    if ((await broker.providers.find(name)) === undefined) {
      throw misspelt(name, broker.providers.names, 'unknown_provider', { name });
    }
    const { app, needsCredentials } = await broker.apps.register(
      registrationByHand(name, { provider: name, providerParameters: parameters }),
    );
    return { munged_id: app.mungedId, needs_credentials: needsCredentials };
  },
});
