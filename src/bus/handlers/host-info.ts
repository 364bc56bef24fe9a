import { reply } from '../api/messages.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function hostInfo({ lanHost, port }: Tools): RequestHandler<'oauth.get.app.host.info'> {
  return {
    async answer({ message }) {
      return [reply(message, 'oauth.app.host.info.response', { host: await lanHost(), port: port() })];
    },
    refuse: (message, failure) => reply(message, 'oauth.app.host.info.response', failure),
  };
}
