import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type BusClient, Message, MessageContext } from '../bus/index.ts';
import type { JsonObject } from '../json.ts';
import { AccessTokenError } from './access-token-error.ts';

/** Milliseconds: the broker may have to ask the provider, which may take its 15 seconds. */
const TIMEOUT = 20_000;

export interface AccessTokenRequest {
  readonly skillId: string;
  readonly appId: string;
  /** Seconds for which the token must stay valid at least; default 30. */
  readonly minValidSeconds?: number;
  /** Scopes that it must carry, separated by spaces. */
  readonly scope?: string;
  /** Milliseconds to wait for the broker; default 20,000. */
  readonly timeout?: number;
}

export interface AccessToken {
  readonly accessToken: string;
  /** RFC 6749 §7.1, mostly `Bearer`. */
  readonly tokenType: string;
  /** Milliseconds since the Unix epoch; absent where it does not expire. */
  readonly expiresAt?: number;
  readonly scope?: string;
}

const answerSchema = v.variant('status', [
  v.object({
    status: v.literal('ok'),
    access_token: v.string(),
    token_type: v.string(),
    expires_at: v.exactOptional(v.number()),
    scope: v.exactOptional(v.string()),
  }),
  v.object({
    status: v.literal('error'),
    // What a newer broker may add calls for patience, too.
    error_code: v.fallback(
      v.picklist(['needs_user', 'needs_credentials', 'transient', 'unknown_app', 'invalid_request']),
      'transient',
    ),
    error: v.string(),
    reason: v.exactOptional(v.string()),
    hint: v.exactOptional(v.string()),
    retry_after: v.exactOptional(v.number()),
  }),
]);

/**
 * A valid access token from the broker (`oauth.token.get`): at once, or renewed first. Ask each time before you call the
 * provider; don't keep it.
 *
 * @param bus started
 * @throws AccessTokenError
 */
export async function getAccessToken(
  bus: Pick<BusClient, 'on' | 'emit'>,
  request: AccessTokenRequest,
): Promise<AccessToken> {
  const { skillId, appId, minValidSeconds, scope, timeout = TIMEOUT } = request;
  const wish = {
    skill_id: skillId,
    app_id: appId,
    ...(minValidSeconds === undefined ? {} : { min_valid_seconds: minValidSeconds }),
    ...(scope === undefined ? {} : { scope }),
  };
  const answer = v.safeParse(answerSchema, await ask(bus, wish, timeout));
  if (!answer.success) {
    throw new AccessTokenError('transient', 'The sign-in service did not answer.', { reason: 'no_answer' });
  }
  if (answer.output.status === 'error') throw errorOf(answer.output);
  const {
    access_token: accessToken,
    token_type: tokenType,
    expires_at: seconds,
    scope: granted,
  } = answer.output;
  return {
    accessToken,
    tokenType,
    ...(seconds === undefined ? {} : { expiresAt: seconds * 1_000 }),
    ...(granted === undefined ? {} : { scope: granted }),
  };
}

/** The answer to this very request: on the bus everybody hears everybody's answers. */
async function ask(
  bus: Pick<BusClient, 'on' | 'emit'>,
  wish: JsonObject,
  timeout: number,
): Promise<JsonObject | undefined> {
  const requestId = randomUUID();
  let unsubscribe = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeout);
      unsubscribe = bus.on('oauth.token.get.response', ({ context, data }) => {
        if (context.get('request_id') === requestId) resolve(data);
      });
      bus.emit(new Message('oauth.token.get', wish, MessageContext.of({ request_id: requestId })));
    });
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}

function errorOf(answer: Extract<v.InferOutput<typeof answerSchema>, { status: 'error' }>): AccessTokenError {
  const { error_code: code, error, reason, hint, retry_after: retryAfter } = answer;
  return new AccessTokenError(code, error, {
    ...(reason === undefined ? {} : { reason }),
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}
