import * as v from 'valibot';
import { refOf } from '../../broker/munged-id.ts';
import { appName, field, mungedId, optional } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';

/** Characters; some providers hand out signed documents as client ids and secrets. */
const LONGEST = 4096;
const credential = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(LONGEST));

export const operation = call({
  about: 'Keeps the client id and secret that the user got from the provider.',
  request: v.strictObject({
    app: appName,
    client_id: field(credential, 'RFC 6749 §2.2.'),
    client_secret: optional(credential, 'RFC 6749 §2.3.1; missing: a public client.'),
  }),
  result: v.strictObject({
    munged_id: mungedId,
    needs_credentials: field(v.boolean(), 'Whether something is still missing.'),
  }),
  async run({ app: name, client_id: clientId, client_secret: clientSecret }, { broker }) {
    const app = await findApp(name, await broker.apps.all(), broker.providers);
    const credentials = {
      clientId,
      clientSecret: clientSecret ?? null,
      ...(clientSecret === undefined ? { isPublic: true } : { isPublic: false }),
    };
    const { needsCredentials } = await broker.apps.setCredentials(refOf(app), credentials);
    return { munged_id: app.mungedId, needs_credentials: needsCredentials };
  },
});
