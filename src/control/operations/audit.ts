import * as v from 'valibot';
import { OAuthBrokerError } from '../../errors.ts';
import { appName, field, mungedId, seconds, time } from '../fields.ts';
import { findApp } from '../names.ts';
import { call } from '../operation.ts';

const MOST = 1_000;

export const operation = call({
  about: 'Who asked for which token, on every device of the fleet.',
  request: v.strictObject({
    app: field(v.exactOptional(appName), 'Only of this app.'),
    most: field(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST)), 'How many, the newest.'),
  }),
  result: v.strictObject({
    uses: field(
      v.array(
        v.strictObject({
          munged_id: mungedId,
          device: v.string(),
          asker: v.string(),
          outcome: v.picklist(['given', 'refused']),
          at: time,
          count: v.number(),
        }),
      ),
      '`{munged_id, device, asker, outcome, at, count}`, newest first: how often in the minute `at` somebody who called themselves `asker` (nobody has proved it; empty where they gave no name) asked on a device for this token.',
    ),
  }),
  async run({ app: name, most }, { broker, common }) {
    if (common === undefined) throw new OAuthBrokerError('no_common_store');
    const app =
      name === undefined ? undefined : await findApp(name, await broker.apps.all(), broker.providers);
    const uses = await common.uses(app?.mungedId, most);
    return {
      uses: uses.map(({ mungedId: id, at, ...use }) => ({ munged_id: id, ...use, at: seconds(at) })),
    };
  },
});
