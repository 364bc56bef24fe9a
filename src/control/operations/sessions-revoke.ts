import * as v from 'valibot';
import { field, text } from '../fields.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'Shuts the console in one browser.',
  request: v.strictObject({ id: field(text, 'The session.') }),
  result: v.strictObject({ revoked: field(v.boolean(), 'Whether there was one.') }),
  async run({ id }, { consoleKeys }) {
    return { revoked: consoleKeys.revoke(id) };
  },
});
