import * as v from 'valibot';
import { OUTGOING, type OutgoingTopic } from '../../src/bus/api/outgoing.ts';
import { MessageContext } from '../../src/bus/context.ts';
import { Message } from '../../src/bus/message.ts';
import { Subscriptions } from '../../src/bus/subscriptions.ts';
import type { JsonObject } from '../../src/json.ts';
import { eventually } from './eventually.ts';

/** A message bus without a socket, for handlers alone; everything else is tested on the real one. */
export class LoopBus {
  readonly sent: Message[] = [];
  readonly #subscriptions = new Subscriptions();
  readonly #openListeners: (() => void)[] = [];

  on(type: string, handler: (message: Message) => void): () => void {
    return this.#subscriptions.add(type, handler);
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.push(listener);
    return () => {};
  }

  /** Throws for what can't be serialised, as the real one does. */
  emit(message: Message): void {
    JSON.stringify(message.data);
    this.sent.push(message);
  }

  open(): void {
    for (const listener of this.#openListeners) listener();
  }

  /** Brings a message to the handlers, as a client of the bus does. */
  deliver(type: string, data: JsonObject = {}, context = '{}'): void {
    const message = new Message(type, data, MessageContext.parse(context));
    for (const handler of this.#subscriptions.of(type)) void handler(message);
  }

  /** What was sent under a type, oldest first. */
  of(type: string): readonly JsonObject[] {
    return this.sent.filter((message) => message.type === type).map(({ data }) => data);
  }

  /** Delivers a request and waits for the next message of the reply's type. */
  async ask(
    type: string,
    data: JsonObject,
    replyType = `${type}.response`,
    context = '{}',
  ): Promise<JsonObject> {
    const before = this.of(replyType).length;
    this.deliver(type, data, context);
    return eventually(`${replyType} is sent`, () => this.of(replyType)[before]);
  }
}

/**
 * What is wrong with a message by the API's own schemas, one line each: an unknown topic, a field too many, too few or of
 * another type.
 */
export function violations({ type, data }: Message): readonly string[] {
  const message = Object.hasOwn(OUTGOING, topicOf(type)) ? OUTGOING[topicOf(type)] : undefined;
  if (message === undefined) return [`${type}: no such topic`];
  const schemas = [message.data, ...('failure' in message ? [message.failure] : [])].map((schema) =>
    schema.type === 'object' ? v.strictObject(schema.entries) : schema,
  );
  const wrong = schemas.map((schema) => v.safeParse<v.GenericSchema>(schema, data));
  if (wrong.some(({ success }) => success)) return [];
  return wrong.flatMap(({ issues = [] }) =>
    issues.map((issue) => `${type}: ${v.getDotPath(issue)} ${issue.message}`),
  );
}

function topicOf(type: string): OutgoingTopic {
  return (
    type.startsWith('oauth.token.response.') ? 'oauth.token.response.<munged id>' : type
  ) as OutgoingTopic;
}
