import * as v from 'valibot';
import { field, seconds, time } from '../fields.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Makes a link that opens the console in one browser, once.',
  request: v.strictObject({}),
  result: v.strictObject({
    url: field(v.string(), 'The link.'),
    expires_at: field(time, 'When it stops working.'),
  }),
  async run(_request, { consoleKeys }) {
    const { url, expiresAt } = await consoleKeys.invite();
    return { url, expires_at: seconds(expiresAt) };
  },
});
