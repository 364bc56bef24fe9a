import { ERROR_KINDS, type ErrorCode, type ErrorKind } from '../../errors.ts';
import type { Failure } from '../api/fields.ts';
import { reply } from '../api/messages.ts';
import { givenIds, refOf } from './app-ref.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function getToken({ broker, order }: Tools): RequestHandler<'oauth.token.get'> {
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const asker = message.context.get('skill_id');
      const wish = {
        asker: typeof asker === 'string' ? asker : data.skill_id,
        ...(data.min_valid_seconds === null ? {} : { minValidSeconds: data.min_valid_seconds }),
        ...(data.scope === null ? {} : { scope: data.scope }),
      };
      const { tokenSet } = await order.use(ref, () => broker.tokens.get(ref, wish));
      return [
        reply(message, 'oauth.token.get.response', {
          status: 'ok',
          skill_id: data.skill_id,
          app_id: data.app_id,
          access_token: tokenSet.access_token,
          // RFC 6749 §5.1 requires it; providers that leave it out mean this one.
          token_type: tokenSet.token_type ?? 'Bearer',
          ...(tokenSet.expires_at === undefined ? {} : { expires_at: tokenSet.expires_at }),
          ...(tokenSet.scope === undefined ? {} : { scope: tokenSet.scope }),
        }),
      ];
    },
    refuse: (message, { error_code: reason, ...failure }: Failure) =>
      reply(message, 'oauth.token.get.response', {
        status: 'error',
        ...givenIds(message.data),
        ...failure,
        error_code: whatItTakes(reason),
        reason,
      }),
  };
}

/** A skill need not know every code: it asks the user, asks for credentials, waits, or mends its request. */
function whatItTakes(
  code: ErrorCode,
): 'unknown_app' | 'needs_credentials' | 'needs_user' | 'transient' | 'invalid_request' {
  return code === 'unknown_app' ? code : WHAT_IT_TAKES[ERROR_KINDS[code]];
}

const WHAT_IT_TAKES = {
  needs_user: 'needs_user',
  transient: 'transient',
  config: 'needs_credentials',
  request: 'invalid_request',
} as const satisfies Record<ErrorKind, string>;
