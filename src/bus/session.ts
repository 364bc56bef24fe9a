import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** OVOS's name for the session of the device itself, which ovos-core keeps. */
const DEFAULT_SESSION_ID = 'default';
// Every message of ours carries it, and any client of the bus can send an update.
const LONGEST_SESSION = 16 * 1024;

/**
 * The members of `ovos_bus_client.session.Session` that this client passes on, with what a Python receiver can take
 * (another type would throw in its `Session.deserialize`). These are the user's preferences. The state of a conversation
 * (`active_skills`, `utterance_states`, `context`, `is_speaking`, `is_recording`) is ovos-core's alone: a copy in our
 * messages would only be an old one.
 */
const PREFERENCES: Readonly<Record<string, (value: JsonValue | undefined) => boolean>> = {
  lang: isText,
  site_id: isText,
  persona_id: isText,
  system_unit: isText,
  time_format: isText,
  date_format: isText,
  location: isJsonObject,
  pipeline: isTextList,
  blacklisted_skills: isTextList,
  blacklisted_intents: isTextList,
};

function isText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextList(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/**
 * The session of messages that start something: JSON text. Members that are missing, receivers take from their own
 * configuration.
 * @param lang as mycroft.conf has it; goes out as `ovos_utils.lang.standardize_lang_tag` writes it
 */
export function initialSession(lang: string | undefined): string {
  return JSON.stringify({ session_id: DEFAULT_SESSION_ID, lang: lang && standardLang(lang) });
}

function standardLang(lang: string): string {
  try {
    return new Intl.Locale(lang.replaceAll('_', '-')).toString();
  } catch {
    return lang;
  }
}

/**
 * The session after `ovos.session.update_default`, as JSON text; undefined when the update is none or too long.
 * @param data the message's data, `{session_data}`
 */
export function updatedSession(data: JsonObject): string | undefined {
  const sent = data['session_data'];
  if (!isJsonObject(sent)) return undefined;
  const kept = Object.entries(PREFERENCES).flatMap(([name, isValid]) => {
    const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
    return isValid(value) ? [[name, value]] : [];
  });
  const session = JSON.stringify({ session_id: DEFAULT_SESSION_ID, ...Object.fromEntries(kept) });
  return session.length <= LONGEST_SESSION ? session : undefined;
}
