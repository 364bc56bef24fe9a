import { reply } from '../api/messages.ts';
import { refOf } from './app-ref.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function refresh({ broker, order }: Tools): RequestHandler<'oauth.refresh'> {
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const { app, tokenSet } = await order.use(ref, () => broker.tokens.refresh(ref));
      return [
        reply(message, 'oauth.refresh.response', { result: 'Ok', client_id: app.clientId, token: tokenSet }),
      ];
    },
    refuse: (message, failure) => reply(message, 'oauth.refresh.response', { result: 'Error', ...failure }),
  };
}
