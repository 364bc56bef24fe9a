import * as v from 'valibot';
import { field, seconds, time } from '../fields.ts';
import { call } from '../operation.ts';

export const operation = call({
  about: 'The browsers in which the console is open from the LAN.',
  request: v.strictObject({}),
  result: v.strictObject({
    sessions: field(
      v.array(
        v.strictObject({
          id: field(v.string(), 'By which it can be ended.'),
          started_at: field(time, 'When it was opened.'),
          last_seen_at: field(time, 'When it was last used.'),
          address: field(v.string(), 'Address of the browser.'),
          agent: field(v.string(), 'How the browser calls itself.'),
        }),
      ),
      'The last seen first.',
    ),
  }),
  async run(_request, { consoleKeys }) {
    return {
      sessions: consoleKeys.sessions().map(({ id, startedAt, lastSeenAt, address, agent }) => ({
        id,
        started_at: seconds(startedAt),
        last_seen_at: seconds(lastSeenAt),
        address,
        agent,
      })),
    };
  },
});
