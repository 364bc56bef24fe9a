import { reply } from '../api/messages.ts';
import { givenIds, refOf } from './app-ref.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function cancel({ broker, order }: Tools): RequestHandler<'oauth.cancel'> {
  return {
    async answer({ message, data }) {
      const cancelled = await order.use(refOf(data), () => broker.signIn.cancel(refOf(data)));
      const ids = { skill_id: data.skill_id, app_id: data.app_id };
      return [reply(message, 'oauth.cancel.response', { ...ids, cancelled })];
    },
    refuse: (message, failure) =>
      reply(message, 'oauth.cancel.response', { ...givenIds(message.data), ...failure }),
  };
}
