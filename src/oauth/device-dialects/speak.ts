import type { JsonObject } from '../../json.ts';
import { parseFields } from '../json-endpoint.ts';
import { readBody } from '../token-response.ts';
import type { OAuthContext } from '../types.ts';
import type { DeviceDialect, Parameters } from './dialect.ts';

/** One request and its answer in a provider's dialect. */
export interface Turn {
  readonly bodyType: DeviceDialect['bodyType'] | undefined;
  readonly parameters: (standard: Parameters) => Parameters;
  readonly reply: (status: number, fields: JsonObject) => JsonObject;
}

/** A fetch that takes requests and gives answers as RFC 8628 has them, and speaks a dialect with the provider. */
export function speak(context: OAuthContext, turn: Turn): OAuthContext {
  return {
    ...context,
    fetch: async (input, init) => {
      const standard = Object.fromEntries(new URLSearchParams(textOf(init?.body)));
      const parameters = turn.parameters(standard);
      const headers = new Headers(init?.headers);
      const isJson = turn.bodyType === 'json';
      if (isJson) headers.set('content-type', 'application/json');
      const response = await context.fetch(input, {
        ...init,
        headers: Object.fromEntries(headers),
        body: isJson ? JSON.stringify(parameters) : new URLSearchParams(parameters),
      });
      const provider = new URL(input instanceof Request ? input.url : input).host;
      return standardReply(provider, response, turn.reply);
    },
  };
}

function textOf(body: unknown): string {
  return body instanceof URLSearchParams ? body.toString() : '';
}

async function standardReply(provider: string, response: Response, reply: Turn['reply']): Promise<Response> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) return response;
  const body = await readBody(provider, response);
  const fields = parseFields(body) ?? formFields(headers, body);
  const standard = reply(status, fields ?? {});
  const isReadable = fields !== undefined || typeof standard['error'] === 'string';
  const text = isReadable ? JSON.stringify(standard) : body;
  return new Response(text === '' ? null : text, { status, headers });
}

function formFields(headers: Headers, body: string): JsonObject | undefined {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers.get('content-type') ?? '');
  return isForm ? Object.fromEntries(new URLSearchParams(body)) : undefined;
}
