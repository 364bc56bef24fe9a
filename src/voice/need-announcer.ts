import type { BusClient } from '../bus/client.ts';
import type { BrokerEvents, ConnectionView } from '../broker/types.ts';
import type { Clock } from '../clock.ts';
import { fill, pluralForm, type VoiceWords } from '../locale/index.ts';
import { type Log, logFailure } from '../log.ts';
import type { App, MungedId } from '../store/records.ts';
import type { AccountNames } from './account-names.ts';
import { deviceListener } from './listener.ts';
import { onPresence } from './presence.ts';
import type { SkillSpeech } from './skill-speech.ts';
import { listed, type Sentence, sentence, type Speaker } from './speaker.ts';
import type { SpeechLimits } from './speech-limits.ts';

const DAY = 86_400_000;

/** Milliseconds from the end of an answer to what we add to it. */
const AFTER_ANSWER = 2_000;
/** A skill that has spoken in the last milliseconds has told its user by itself. */
const SKILL_TELLS = 15_000;
/** Milliseconds within which an app's need is not told again, whatever happens to it. */
const NEED_PAUSE = DAY / 2;

type Need =
  | { readonly kind: 'needsUser' | 'needsSetup'; readonly app: App }
  | { readonly kind: 'endsSoon'; readonly app: App; readonly endsAt: number };

export interface NeedAnnouncerDeps {
  readonly bus: Pick<BusClient, 'on'>;
  readonly speaker: Speaker;
  readonly limits: SpeechLimits;
  readonly skills: SkillSpeech;
  readonly names: AccountNames;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** True while an answer to a question of ours is awaited. */
  readonly isAsking: () => boolean;
  /** The device's, a BCP 47 tag. */
  readonly lang: string;
  readonly log: Log;
}

/**
 * Tells that an account needs the user, once, and never into an empty or sleeping room: it waits until somebody has
 * spoken with the device and had their answer.
 */
export class NeedAnnouncer {
  readonly #deps: NeedAnnouncerDeps;
  readonly #needs = new Map<MungedId, Need>();
  readonly #stopListening: () => void;
  #cancel: (() => void) | undefined;

  constructor(deps: NeedAnnouncerDeps) {
    this.#deps = deps;
    this.#stopListening = onPresence(deps.bus, () => this.#somebodyIsHere());
  }

  readonly events: Partial<BrokerEvents> = {
    statusChanged: ({ connection, reminder }) => {
      const need = needOf(connection, reminder);
      if (need === undefined) this.#needs.delete(connection.app.mungedId);
      else this.#needs.set(connection.app.mungedId, need);
    },
  };

  stop(): void {
    this.#stopListening();
    this.#cancel?.();
  }

  #somebodyIsHere(): void {
    if (this.#needs.size === 0) return;
    this.#cancel?.();
    this.#cancel = this.#deps.clock.after(AFTER_ANSWER, () => {
      this.#cancel = undefined;
      this.#tell().catch((error: unknown) => {
        logFailure(this.#deps.log, 'The user could not be told of an account.', error);
      });
    });
  }

  async #tell(): Promise<void> {
    const { speaker, lang, isAsking } = this.#deps;
    if (isAsking()) return;
    const told = this.#take();
    if (told.length > 0) await speaker.say(deviceListener(lang), await this.#sentenceOf(told));
  }

  /** What is told now, in one sentence: all that need a sign-in, else one other need. */
  #take(): readonly Need[] {
    const { limits, skills } = this.#deps;
    for (const { app } of this.#needs.values()) {
      if (skills.hasSpoken(app.skillId, SKILL_TELLS)) this.#needs.delete(app.mungedId);
    }
    const needs = [...this.#needs.values()];
    const signIns = needs.filter(({ kind }) => kind === 'needsUser');
    const next = signIns.length > 0 ? signIns : needs.slice(0, 1);
    const keyOf = ({ kind, app }: Need): string => `${kind} ${app.mungedId}`;
    const fresh = limits.takeFresh(next.map(keyOf), NEED_PAUSE);
    const told = next.filter((need) => fresh.includes(keyOf(need)));
    for (const { app } of told) this.#needs.delete(app.mungedId);
    return told;
  }

  async #sentenceOf(needs: readonly Need[]): Promise<Sentence> {
    const { names, clock } = this.#deps;
    const providers = await Promise.all(needs.map(({ app }) => names.of(app)));
    const unique = [...new Set(providers)];
    const [need] = needs;
    const [provider = ''] = unique;
    if (unique.length > 1) return inNeed(unique);
    if (need?.kind !== 'endsSoon') return sentence((words) => words[need?.kind ?? 'needsUser'], { provider });
    const left = need.endsAt - clock.now();
    return (words) => fill(words.endsSoon, { provider, when: timeAhead(left, words) });
  }
}

function needOf({ app, state, reason, endsAt }: ConnectionView, isReminder: boolean): Need | undefined {
  if (isReminder && endsAt !== undefined) return { kind: 'endsSoon', app, endsAt };
  // Whoever moved a sign-in to another device knows.
  if (state === 'needs_user' && reason !== 'moved') return { kind: 'needsUser', app };
  return state === 'needs_credentials' && reason === 'invalid_client'
    ? { kind: 'needsSetup', app }
    : undefined;
}

/** "Spotify and Google need you to sign in again." */
export function inNeed(providers: readonly string[]): Sentence {
  return (words) =>
    fill(pluralForm(words.lang, words.accountsInNeed, providers.length), {
      providers: listed(providers, words),
    });
}

/** A time to come, such as "in 2 weeks" or "in 9 days"; `milliseconds` until then. */
function timeAhead(milliseconds: number, { lang }: VoiceWords): string {
  const days = Math.max(1, Math.round(milliseconds / DAY));
  const format = new Intl.RelativeTimeFormat(lang);
  return days % 7 === 0 ? format.format(days / 7, 'week') : format.format(days, 'day');
}
