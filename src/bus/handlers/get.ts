import { reply } from '../api/messages.ts';
import { refOf } from './app-ref.ts';
import { askerOf } from './asker.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';
import { attemptFields } from './sign-in-fields.ts';

export function get({ broker, order }: Tools): RequestHandler<'oauth.get'> {
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const { authorizationUrl, attempt } = await order.use(ref, () =>
        broker.signIn.start(ref, { method: 'loopback', ...askerOf(message) }),
      );
      return [reply(message, 'oauth.url', { url: authorizationUrl, ...attemptFields(attempt) })];
    },
    refuse: (message, failure) => reply(message, 'oauth.url', failure),
  };
}
