import * as v from 'valibot';
import { METHODS } from '../../broker/methods/method.ts';
import { described } from './fields.ts';

const some = <const T extends v.GenericSchema>(schema: T, about: string) =>
  described(v.exactOptional(schema), `${about} Only of one provider asked for by name.`);

/** A provider of the catalogue, as `oauth.providers.response` describes it. */
export const provider = v.object({
  name: described(v.string(), 'What `oauth.register` takes as `provider`.'),
  title: described(v.string(), 'How the provider calls itself.'),
  category: described(v.string(), 'Such as `music` or `smart-home`.'),
  status: described(
    v.picklist(['checked', 'unchecked']),
    'Whether its facts were read at the source, or are taken over from another catalogue.',
  ),
  parameters: described(
    v.exactOptional(v.array(v.object({ name: v.string(), title: v.string(), example: v.string() }))),
    'What the user must give as `provider_parameters`: `{name, title, example}`.',
  ),
  methods: described(
    v.array(v.picklist(METHODS)),
    'The [ways to sign in](#ways-to-sign-in) that can work there: `lan` on a LAN, `relay` with a relay.',
  ),
  setup_url: described(v.string(), 'Where a user makes a client of their own.'),
  setup_steps: some(v.array(v.string()), 'What to do there, step by step.'),
  redirect_note: some(v.string(), 'What the provider says about redirect addresses.'),
  default_scopes: some(v.array(v.string()), 'What is asked for where the skill names no scope.'),
  scopes: some(v.array(v.object({ scope: v.string(), allows: v.string() })), 'Scopes known here.'),
  device_scopes: some(v.array(v.string()), 'The only scopes that its device flow grants; missing: all.'),
  pkce: some(v.boolean(), 'Whether PKCE is used.'),
  refreshes: some(v.boolean(), 'Whether it gives refresh tokens.'),
  grant_days: some(v.number(), 'Days after which the user must sign in again.'),
  manage_url: some(v.string(), 'Where a user takes a grant back by hand.'),
  sources: some(
    v.array(v.object({ fact: v.string(), url: v.string(), checked: v.string() })),
    'Where the facts were read, and when.',
  ),
});
