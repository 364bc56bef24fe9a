import { isJsonObject, type JsonObject } from '../../json.ts';

/** A JSON answer as a quirk would have it: `status` only where it is to be another one. */
export interface Rewritten {
  readonly status?: number;
  readonly fields: JsonObject;
}

/**
 * `response` with its JSON object replaced by what `rewrite` makes of it; as it came, where it is none or where `rewrite`
 * returns undefined. Headers such as `Date` and `Retry-After` stay.
 */
export async function rewriteAnswer(
  response: Response,
  rewrite: (fields: JsonObject, status: number) => Rewritten | undefined,
): Promise<Response> {
  const fields = await peekFields(response);
  const rewritten = fields === undefined ? undefined : rewrite(fields, response.status);
  if (rewritten === undefined) return response;
  await response.body?.cancel();
  return answer(rewritten.fields, rewritten.status ?? response.status, response.headers);
}

/** The JSON object that a response holds, leaving the response unread; undefined where it holds none. */
export async function peekFields(response: Response): Promise<JsonObject | undefined> {
  return parseObject(await response.clone().text());
}

/** An OAuth error (RFC 6749 §5.2). */
export function oauthError(error: string): Rewritten {
  return { status: error === 'invalid_client' ? 401 : 400, fields: { error } };
}

/** A JSON answer with the headers that came, less what described the old body. */
export function answer(fields: JsonObject, status: number, came: Headers): Response {
  const headers = new Headers(came);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) headers.delete(name);
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(fields), { status, headers });
}

/** Scopes with spaces between them, whatever was there before (RFC 6749 §3.3). */
export function spaced(scope: string): string {
  return scope
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .join(' ');
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
