import { OAuthBrokerError } from '../errors.ts';
import type { WebContext } from './env.ts';

/**
 * The fields of a form, as a browser sends them where nothing else is said.
 *
 * @throws OAuthBrokerError `invalid_request` where the client hangs up in the middle of it
 */
export async function formOf(c: WebContext): Promise<URLSearchParams> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '');
  if (!isForm) return new URLSearchParams();
  const text = await c.req.text().catch((cause: unknown) => {
    throw new OAuthBrokerError('invalid_request', { field: 'body' }, { cause });
  });
  return new URLSearchParams(text);
}
