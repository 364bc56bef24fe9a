import * as v from 'valibot';
import { METHODS } from '../broker/methods/method.ts';
import { field, optional, text } from '../control/fields.ts';

// What commands print with --json where no operation of the broker says it already. Read by the tests and by
// `npm run docs`; the commands themselves do not need it.

const setting = v.strictObject({
  name: v.string(),
  value: v.exactOptional(v.unknown()),
  hidden: v.exactOptional(v.literal(true)),
  origin: v.exactOptional(v.string()),
});

const summary = {
  name: field(v.string(), 'What `connect` takes.'),
  title: field(v.string(), 'How the provider calls itself.'),
  category: field(v.string(), 'Such as `music` or `smart-home`.'),
  status: field(v.picklist(['checked', 'unchecked']), 'Whether its facts were read at the source.'),
  parameters: optional(
    v.array(v.strictObject({ name: v.string(), title: v.string(), example: v.string() })),
    'What `--set` must give: `{name, title, example}`.',
  ),
  methods: field(v.array(v.picklist(METHODS)), 'The ways to sign in that can work there.'),
  setup_url: field(v.string(), 'Where a user makes a client of their own.'),
};

const details = v.strictObject({
  ...summary,
  setup_steps: v.array(v.string()),
  redirect_note: v.exactOptional(v.string()),
  default_scopes: v.array(v.string()),
  scopes: v.array(v.strictObject({ scope: v.string(), allows: v.string() })),
  device_scopes: v.exactOptional(v.array(v.string())),
  pkce: v.boolean(),
  refreshes: v.boolean(),
  grant_days: v.exactOptional(v.number()),
  manage_url: v.exactOptional(v.string()),
  sources: v.array(v.strictObject({ fact: v.string(), url: v.string(), checked: v.string() })),
});

export const JSON_SHAPES = {
  providers: v.strictObject({
    providers: field(
      v.array(v.strictObject(summary)),
      'One for each: `{name, title, category, status, parameters?, methods, setup_url}`.',
    ),
  }),
  provider: v.strictObject({
    provider: field(details, 'As in `oauth.providers` of the [bus API](bus-api.md), for one provider.'),
  }),
  config: v.strictObject({
    settings: field(
      v.array(setting),
      '`{name, value?, hidden?, origin?}`; `hidden` in the place of the value of a secret, `origin` is the file that sets it, missing for a default.',
    ),
    paths: field(v.record(text, v.string()), 'The folders.'),
  }),
  export: v.strictObject({
    path: field(v.string(), 'The archive.'),
    kind: field(v.picklist(['move', 'copy']), 'Whether this device has stopped using what is in it.'),
    apps: field(v.number(), 'How many apps are in it.'),
    sign_ins: field(v.number(), 'How many sign-ins are in it.'),
  }),
  import: v.strictObject({
    path: field(v.string(), 'The archive.'),
    apps: field(v.number(), 'How many apps were in it.'),
    sign_ins: field(v.array(v.string()), 'Munged ids of the sign-ins that were taken in.'),
    kept: field(v.array(v.string()), 'Those that this device has as new or newer.'),
  }),
  'store migrate': v.strictObject({
    to: field(v.picklist(['postgres', 'files']), 'Where to.'),
    dry_run: field(v.boolean(), 'Whether nothing was moved.'),
    apps: field(v.number(), 'How many apps were moved.'),
    sign_ins: field(v.number(), 'How many sign-ins were moved.'),
    kept: field(v.array(v.string()), 'Munged ids of those that the other store has as new or newer.'),
  }),
  doctor: v.strictObject({
    findings: field(
      v.array(
        v.looseObject({ code: v.string(), group: v.string(), level: v.string(), sentence: v.string() }),
      ),
      '`{code, group, level, sentence, details, fix?}`; the codes are in [doctor.md](doctor.md).',
    ),
    problems: field(v.number(), 'How many keep the broker from its work.'),
    warnings: field(v.number(), 'How many are worth a look.'),
  }),
  service: v.strictObject({
    scope: field(v.picklist(['user', 'system']), 'Whose service.'),
    path: field(v.string(), 'The unit.'),
    unit: field(
      v.picklist(['missing', 'foreign', 'installed', 'outdated']),
      'Whether this command has written it.',
    ),
    enabled: optional(v.string(), "systemd's word; missing where it does not run here."),
    active: optional(v.string(), 'Likewise.'),
    status: optional(v.string(), 'What the broker says of itself.'),
  }),
  'service install': v.strictObject({
    scope: field(v.picklist(['user', 'system']), 'Whose service.'),
    path: field(v.string(), 'The unit.'),
    written: field(v.boolean(), 'Whether the unit was written; false where it was as it has to be.'),
    started: field(v.boolean(), 'Whether the service was started.'),
  }),
  'service remove': v.strictObject({
    scope: field(v.picklist(['user', 'system']), 'Whose service.'),
    path: field(v.string(), 'The unit.'),
    removed: field(v.boolean(), 'Whether there was one to remove.'),
  }),
  failure: v.strictObject({
    error: field(v.string(), "What went wrong, a sentence in the user's language."),
    error_code: field(
      v.string(),
      'The same for programs: one of the codes of [errors.md](errors.md); of `service` also `no_systemd`, `needs_root`, `user_needed`, `user_unknown`, `foreign_unit`, `systemctl_failed`.',
    ),
    hint: optional(v.string(), 'What to do about it, where that is known.'),
  }),
} as const;
