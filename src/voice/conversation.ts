import type { BusClient } from '../bus/client.ts';
import type { MessageContext } from '../bus/context.ts';
import { Message } from '../bus/message.ts';
import type { Clock } from '../clock.ts';
import { isJsonObject } from '../json.ts';
import { SKILL_ID } from './skill-id.ts';
import { sessionIdOf } from './listener.ts';

/** Milliseconds, as `get_response_timeout` of ovos-workshop. */
const PATIENCE = 20_000;

/** Answers that are awaited at once; satellites are few. */
const MOST_AWAITED = 16;

export interface Answer {
  readonly utterance: string;
  /** To go on with. */
  readonly context: MessageContext;
}

interface Awaited {
  readonly settle: (answer: Message | undefined) => void;
}

/**
 * Waits for what somebody answers, as `ovos_workshop.skills.ovos.OVOSSkill.get_response` does: ovos-core is told to hand
 * the next utterance of the session to us, and that this is over.
 */
export class Conversation {
  readonly #bus: Pick<BusClient, 'on' | 'emit'>;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #awaited = new Map<string, Awaited>();

  constructor(bus: Pick<BusClient, 'on' | 'emit'>, clock: Pick<Clock, 'after'>) {
    this.#bus = bus;
    this.#clock = clock;
    bus.on(`${SKILL_ID}.converse.get_response`, (message) => {
      this.#awaited.get(sessionIdOf(message.context))?.settle(message);
    });
    // Unanswered, each of these holds up every utterance for half a second while OVOS takes us for active.
    bus.on(`${SKILL_ID}.converse.ping`, (message) => this.#pong(message, 'skill.converse.pong', false));
    bus.on(`${SKILL_ID}.stop.ping`, (message) => {
      this.#pong(message, 'skill.stop.pong', this.#awaited.has(sessionIdOf(message.context)));
    });
    bus.on(`${SKILL_ID}.stop`, (message) => {
      const result = this.#end(sessionIdOf(message.context));
      bus.emit(message.reply(`${SKILL_ID}.stop.response`, { skill_id: SKILL_ID, result }));
    });
    bus.on('mycroft.stop', () => {
      for (const sessionId of this.#awaited.keys()) this.#end(sessionId);
    });
  }

  get isAwaiting(): boolean {
    return this.#awaited.size > 0;
  }

  /**
   * Asks and waits.
   *
   * @param context of the utterance that the question answers
   * @param ask says the question; is given the context to say it with
   * @returns undefined where no answer came within 20 s, or the user said stop
   */
  async question(
    context: MessageContext,
    ask: (context: MessageContext) => Promise<void>,
  ): Promise<Answer | undefined> {
    const sessionId = sessionIdOf(context);
    this.#end(sessionId);
    if (this.#awaited.size >= MOST_AWAITED) return undefined;
    const answer = new Promise<Message | undefined>((resolve) => {
      const cancelTimer = this.#clock.after(PATIENCE, () => settle(undefined));
      const settle = (message: Message | undefined): void => {
        cancelTimer();
        this.#awaited.delete(sessionId);
        resolve(message);
      };
      this.#awaited.set(sessionId, { settle });
    });
    const asking = inState(context, 'response');
    this.#bus.emit(new Message('skill.converse.get_response.enable', { skill_id: SKILL_ID }, asking));
    await ask(asking);
    const answered = await answer;
    const over = inState(answered?.context ?? context, 'intent');
    this.#bus.emit(new Message('skill.converse.get_response.disable', { skill_id: SKILL_ID }, over));
    const utterances = answered?.data['utterances'];
    const utterance: unknown = Array.isArray(utterances) ? utterances[0] : undefined;
    return typeof utterance === 'string' ? { utterance, context: over } : undefined;
  }

  stop(): void {
    for (const awaited of this.#awaited.values()) awaited.settle(undefined);
  }

  #end(sessionId: string): boolean {
    const awaited = this.#awaited.get(sessionId);
    awaited?.settle(undefined);
    return awaited !== undefined;
  }

  #pong(ping: Message, topic: string, canHandle: boolean): void {
    this.#bus.emit(ping.reply(topic, { skill_id: SKILL_ID, can_handle: canHandle }, { skill_id: SKILL_ID }));
  }
}

/**
 * The context with a session in which our next utterance is an answer (`response`) or not (`intent`), as
 * `ovos_bus_client.session.Session.enable_response_mode` does: a satellite carries its session with it.
 */
function inState(context: MessageContext, state: 'response' | 'intent'): MessageContext {
  const session = context.get('session');
  if (!isJsonObject(session)) return context.with({ skill_id: SKILL_ID });
  const states = session['utterance_states'];
  const utteranceStates = { ...(isJsonObject(states) ? states : {}), [SKILL_ID]: state };
  return context.with({ skill_id: SKILL_ID, session: { ...session, utterance_states: utteranceStates } });
}
