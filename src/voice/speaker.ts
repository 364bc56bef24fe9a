import type { BusClient } from '../bus/client.ts';
import { Message } from '../bus/message.ts';
import { fill, languageFor, loadVoice, type VoiceWords } from '../locale/index.ts';
import type { Listener } from './listener.ts';
import { SKILL_ID } from './skill-id.ts';

/** A sentence in whichever language the listener has. */
export type Sentence = (words: VoiceWords) => string;

export interface SpeakOptions {
  /** Whether the device listens for an answer at once. */
  readonly expectsAnswer?: boolean;
}

/** Says sentences as `ovos_workshop.skills.ovos.OVOSSkill.speak` does. */
export class Speaker {
  readonly #bus: Pick<BusClient, 'emit'>;

  constructor(bus: Pick<BusClient, 'emit'>) {
    this.#bus = bus;
  }

  async say(
    listener: Listener,
    sentence: Sentence,
    { expectsAnswer = false }: SpeakOptions = {},
  ): Promise<void> {
    const words = await loadVoice(listener.lang);
    const data = {
      utterance: sentence(words),
      expect_response: expectsAnswer,
      meta: { skill: SKILL_ID },
      lang: spokenTag(listener.lang, words),
    };
    this.#bus.emit(new Message('speak', data, listener.context.with({ skill_id: SKILL_ID })));
  }
}

/** A sentence with these values in its places. */
export function sentence(
  choose: (words: VoiceWords) => string,
  values: Readonly<Record<string, string>> = {},
): Sentence {
  return (words) => fill(choose(words), values);
}

/** Names as the language lists them: "A, B and C". */
export function listed(names: readonly string[], { lang }: VoiceWords): string {
  return new Intl.ListFormat(lang).format(names);
}

/** The tag that a voice is chosen by: the listener's own, unless its language is none of ours or has no region. */
function spokenTag(lang: string, words: VoiceWords): string {
  if (languageFor(lang) !== languageFor(words.lang)) return words.lang;
  try {
    const locale = new Intl.Locale(lang.replaceAll('_', '-'));
    return locale.region === undefined ? words.lang : locale.toString();
  } catch {
    return words.lang;
  }
}
