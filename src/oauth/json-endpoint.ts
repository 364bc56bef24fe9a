import { isJsonObject, type JsonObject } from '../json.ts';
import { readBody, refusal, transportError } from './token-response.ts';
import type { OAuthContext } from './types.ts';

/** The members of a JSON object; undefined for any other text. */
export function parseFields(body: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(body.replace(/^\uFEFF/, ''));
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The fetch that oauth4webapi is given for an endpoint that answers in JSON. What it resolves to is a good answer, with
 * the `status` that its RFC demands, whatever 2xx the server chose.
 *
 * @param tidy makes an answer's fields what the RFC says they are
 * @returns a fetch that throws OAuthBrokerError as `refusal` and `transportError` say; nothing of the answer's body but
 *   its `error` is in it
 */
export function jsonFetch(
  context: OAuthContext,
  provider: string,
  status: 200 | 201,
  tidy: (fields: JsonObject) => JsonObject = (fields) => fields,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await context.fetch(url, init).catch((thrown: unknown) => {
      throw transportError(provider, thrown);
    });
    const fields = parseFields(await readBody(provider, response));
    const error = fields?.['error'];
    const hasError = typeof error === 'string' && error !== '';
    if (fields === undefined || hasError || !response.ok) {
      throw refusal(provider, response, hasError ? error : undefined, context.clock);
    }
    return Response.json(tidy(fields), { status });
  };
}
