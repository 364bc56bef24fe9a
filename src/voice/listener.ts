import { MessageContext } from '../bus/context.ts';
import { languageOf } from '../bus/handlers/language.ts';
import { isJsonObject } from '../json.ts';

/** OVOS's name for the session of the device itself. */
const DEVICE_SESSION = 'default';

/** Somebody who can hear: the device itself, or a satellite of it. */
export interface Listener {
  /** With it, a message reaches them. */
  readonly context: MessageContext;
  readonly sessionId: string;
  /** BCP 47 tag. */
  readonly lang: string;
}

/**
 * Who is behind a message.
 *
 * @param lang for a session that names no language
 */
export function listenerOf(context: MessageContext, lang: string): Listener {
  return {
    // A skill's messages go on to whoever it talks with (`Message.forward`); what came from a listener is answered.
    context: context.has('skill_id') ? context : context.swapped('source', 'destination'),
    sessionId: sessionIdOf(context),
    lang: languageOf(context, lang),
  };
}

/** Whoever is near the device. */
export function deviceListener(lang: string): Listener {
  return { context: MessageContext.empty, sessionId: DEVICE_SESSION, lang };
}

export function sessionIdOf(context: MessageContext): string {
  const session = context.get('session');
  const id = isJsonObject(session) ? session['session_id'] : undefined;
  return typeof id === 'string' ? id : DEVICE_SESSION;
}

export function isAtDevice(context: MessageContext): boolean {
  return sessionIdOf(context) === DEVICE_SESSION;
}
