import type { BusClient } from '../bus/client.ts';
import { MessageContext } from '../bus/context.ts';
import { Message } from '../bus/message.ts';
import type { Clock } from '../clock.ts';
import { loadIntents } from '../locale/index.ts';
import { type Log, logFailure } from '../log.ts';
import { INTENT_NAMES, type IntentName, intentSamples } from './intent-samples.ts';
import { SKILL_ID } from './skill-id.ts';

/** Milliseconds from the start of an intent service to the first look whether it is ready, and between further ones. */
const LOOK_PAUSE = 2_000;
const MOST_LOOKS = 30;
/** Milliseconds in which skills that register one after the other are waited for. */
const SETTLE = 3_000;

/** Under which the intent service calls us. */
export function intentTopic(name: IntentName): string {
  return `${SKILL_ID}:${name}.intent`;
}

export interface IntentsDeps {
  readonly bus: Pick<BusClient, 'on' | 'emit' | 'onOpen'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
  /** BCP 47 tags of the languages that the device listens to, as mycroft.conf has them. */
  readonly languages: readonly string[];
  /** What the device's accounts are called. */
  readonly names: () => Promise<readonly string[]>;
}

/**
 * Makes OVOS hand over what users say to us, as `ovos_workshop.intents.IntentServiceInterface` does. The intent service
 * keeps nothing across a restart, so everything is registered again whenever one has become ready.
 */
export class Intents {
  readonly #deps: IntentsDeps;
  readonly #stops: (() => void)[] = [];
  /** What the intent service has been told; undefined while it knows nothing. */
  #registered: string | undefined;
  /** Whether the start of the intent service was seen, and its skills are not loaded yet. */
  #isNoticed = false;
  #cancelLook: (() => void) | undefined;
  #cancelSettle: (() => void) | undefined;

  constructor(deps: IntentsDeps) {
    this.#deps = deps;
    const { bus } = deps;
    this.#stops.push(
      bus.onOpen(() => this.#begin()),
      // The first that a new intent service says.
      bus.on('intent.service.pipelines.reload', () => this.#begin()),
      // An older one is noticed by its skills.
      bus.on('mycroft.skills.initialized', () => {
        if (!this.#isNoticed) this.#begin();
        this.#isNoticed = false;
      }),
      // Also where somebody else has asked.
      bus.on('mycroft.intents.is_ready.response', ({ data }) => {
        if (data['status'] === true) this.#ready();
      }),
    );
  }

  /** The names of the device's accounts may have changed. */
  namesChanged(): void {
    if (this.#registered === undefined || this.#cancelSettle !== undefined) return;
    this.#cancelSettle = this.#deps.clock.after(SETTLE, () => {
      this.#cancelSettle = undefined;
      if (this.#registered !== undefined) this.#register();
    });
  }

  /** Takes everything back. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#cancelLook?.();
    this.#cancelSettle?.();
    if (this.#registered === undefined) return;
    this.#detach();
    this.#registered = undefined;
  }

  #begin(): void {
    this.#isNoticed = true;
    this.#registered = undefined;
    this.#look(MOST_LOOKS);
  }

  /** Asks whether the service is ready; one that is not there does not answer. */
  #look(left: number): void {
    if (this.#registered !== undefined || left === 0) return;
    this.#cancelLook?.();
    this.#deps.bus.emit(
      new Message(
        'mycroft.intents.is_ready',
        {},
        MessageContext.of({ source: SKILL_ID, destination: 'intents' }),
      ),
    );
    this.#cancelLook = this.#deps.clock.after(LOOK_PAUSE, () => {
      this.#cancelLook = undefined;
      this.#look(left - 1);
    });
  }

  #ready(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    if (this.#registered !== undefined) return;
    this.#registered = '';
    this.#register();
  }

  #register(): void {
    this.#registerAll().catch((error: unknown) => {
      this.#registered = undefined;
      logFailure(this.#deps.log, 'The spoken questions could not be registered.', error);
    });
  }

  async #registerAll(): Promise<void> {
    const { languages, names: namesOf, log } = this.#deps;
    const names = await namesOf();
    const what = JSON.stringify(names);
    if (this.#registered === what || this.#registered === undefined) return;
    // Padacioso takes no second registration of a name.
    this.#detach();
    for (const lang of languages) {
      const words = await loadIntents(lang);
      if (words === undefined) continue;
      const samples = intentSamples(words, names);
      for (const name of INTENT_NAMES) {
        this.#emit('padatious:register_intent', {
          name: intentTopic(name),
          samples: [...samples[name]],
          lang,
          file_name: '',
          blacklisted_words: [],
        });
      }
    }
    this.#registered = what;
    log.debug('The spoken questions are registered.', { count: names.length });
  }

  #detach(): void {
    for (const name of INTENT_NAMES) this.#emit('detach_intent', { intent_name: intentTopic(name) });
  }

  #emit(type: string, data: Message['data']): void {
    this.#deps.bus.emit(new Message(type, data, MessageContext.of({ skill_id: SKILL_ID })));
  }
}
