import type { BusClient } from '../../bus/client.ts';
import { Message } from '../../bus/message.ts';
import { type Log, logFailure } from '../../log.ts';
import { listenerOf } from '../listener.ts';
import { SKILL_ID } from '../skill-id.ts';
import type { Question } from './question.ts';

export interface AnsweringDeps {
  readonly bus: Pick<BusClient, 'on' | 'emit'>;
  readonly log: Log;
  /** BCP 47 tag, for sessions that name none. */
  readonly lang: string;
}

/** More people than that don't ask one device for one thing at once; each answer goes through all accounts. */
const MOST_AT_ONCE = 8;

/** Answers an intent as `ovos_workshop.skills.ovos.OVOSSkill.add_event` does: OVOS is told of the beginning and the end. */
export function answerTo(topic: string, question: Question, { bus, log, lang }: AnsweringDeps): () => void {
  let underWay = 0;
  return bus.on(topic, async (message) => {
    if (underWay >= MOST_AT_ONCE) return;
    underWay += 1;
    const context = message.context.with({ skill_id: SKILL_ID });
    const tell = (type: string): void => bus.emit(new Message(type, { name: topic }, context));
    const { utterance } = message.data;
    tell('mycroft.skill.handler.start');
    try {
      await question({
        message,
        utterance: typeof utterance === 'string' ? utterance : '',
        listener: listenerOf(context, lang),
      });
    } catch (error) {
      logFailure(log, 'A spoken question could not be answered.', error, { topic });
      tell('mycroft.skill.handler.error');
    } finally {
      underWay -= 1;
    }
    tell('mycroft.skill.handler.complete');
    tell('ovos.utterance.handled');
  });
}
