import type { JsonObject } from '../json.ts';
import { MessageContext } from './context.ts';

/** A message of the OVOS bus; the derived ones follow `ovos_bus_client.message.Message` to the letter. */
export class Message {
  readonly type: string;
  readonly data: JsonObject;
  readonly context: MessageContext;

  constructor(type: string, data: JsonObject = {}, context: MessageContext = MessageContext.empty) {
    this.type = type;
    this.data = data;
    this.context = context;
  }

  /** A message with the same context. */
  forward(type: string, data: JsonObject = {}): Message {
    return new Message(type, data, this.context);
  }

  /**
   * An answer: the context with `context` merged into it, `data.destination` (if there) taking the place of its
   * `destination`, and then `source` and `destination` swapped if both are there.
   */
  reply(type: string, data: JsonObject = {}, context: JsonObject = {}): Message {
    let answered = this.context;
    if (Object.keys(context).length > 0) answered = answered.with(context);
    const { destination } = data;
    if (destination !== undefined) answered = answered.with({ destination });
    return new Message(type, data, answered.swapped('source', 'destination'));
  }

  /** A {@link reply} of this message's type with `.response` added. */
  response(data: JsonObject = {}, context: JsonObject = {}): Message {
    return this.reply(`${this.type}.response`, data, context);
  }
}
