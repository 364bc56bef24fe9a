import { isJsonObject, type JsonValue } from '../../json.ts';
import type { MessageContext } from '../context.ts';

/** The session that was read last: clients send the same one with every message, and reading it takes 10 µs. */
let last: { readonly session: string; readonly lang: string | undefined } = { session: '', lang: undefined };

/** The language of a message's session, a BCP 47 tag; `fallback` where it names none. */
export function languageOf(context: MessageContext, fallback: string): string {
  const session = context.raw('session') ?? '';
  if (session !== last.session) last = { session, lang: langIn(context.get('session')) };
  return last.lang ?? fallback;
}

function langIn(session: JsonValue | undefined): string | undefined {
  const lang = isJsonObject(session) ? session['lang'] : undefined;
  return typeof lang === 'string' ? lang : undefined;
}
