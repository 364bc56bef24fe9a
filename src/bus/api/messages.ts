import type { MungedId } from '../../store/records.ts';
import { MessageContext } from '../context.ts';
import { Message } from '../message.ts';
import type { Outgoing, OUTGOING, OutgoingTopic, Way } from './outgoing.ts';

// Makes messages of the API, so that topic, way and data can only be what docs/bus-api.md says.

type Going<W extends Way> = {
  [T in OutgoingTopic]: (typeof OUTGOING)[T]['way'] extends W ? T : never;
}[OutgoingTopic];

type TokenTopic = 'oauth.token.response.<munged id>';
type Reply = Exclude<Going<'reply'>, TokenTopic>;

export function reply<T extends Reply>(to: Message, topic: T, data: Outgoing[T]): Message {
  return to.reply(topic, data);
}

export function forward<T extends Going<'forward'>>(to: Message, topic: T, data: Outgoing[T]): Message {
  return to.forward(topic, data);
}

/** @param asker the context of whoever caused it, if it is known */
export function event<T extends Going<'event'>>(
  topic: T,
  data: Outgoing[T],
  asker = MessageContext.empty,
): Message {
  return new Message(topic, data, asker.swapped('source', 'destination'));
}

/** @param asker the context of whoever started the sign-in, if it is known */
export function tokenResponse(
  mungedId: MungedId,
  tokenSet: Outgoing[TokenTopic],
  asker = MessageContext.empty,
): Message {
  // Not `Message.reply`: that takes a `destination` in the data for one on the bus, and a provider may send such a field.
  const context = asker.swapped('source', 'destination');
  return new Message(`oauth.token.response.${mungedId}`, tokenSet, context);
}
