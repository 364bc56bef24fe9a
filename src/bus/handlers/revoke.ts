import { reply } from '../api/messages.ts';
import { givenIds, refOf } from './app-ref.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function revoke({ broker, order }: Tools): RequestHandler<'oauth.revoke'> {
  return {
    async answer({ message, data }) {
      const { outcome, manageUrl } = await order.use(refOf(data), () => broker.tokens.revoke(refOf(data)));
      const ids = { skill_id: data.skill_id, app_id: data.app_id };
      return [
        reply(message, 'oauth.revoke.response', {
          ...ids,
          result: outcome,
          ...(manageUrl === undefined ? {} : { manage_url: manageUrl }),
        }),
      ];
    },
    refuse: (message, failure) =>
      reply(message, 'oauth.revoke.response', { ...givenIds(message.data), result: 'error', ...failure }),
  };
}
