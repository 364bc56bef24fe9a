import type { Clock } from '../../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import { loadErrorWords } from '../../locale/index.ts';
import { type Log, logFailure } from '../../log.ts';
import type { Failure } from '../api/fields.ts';
import { type Incoming, type IncomingTopic, readData } from '../api/incoming.ts';
import type { BusClient } from '../client.ts';
import type { Message } from '../message.ts';
import { givenMungedId } from './app-ref.ts';
import { failureOf } from './failure.ts';
import { languageOf } from './language.ts';
import { FloodControl } from './flood-control.ts';

/** Milliseconds that whatever is under way is given at the end. */
const GRACE = 1_000;

export interface RequestHandler<T extends IncomingTopic> {
  /** Does what is asked; what it resolves to is sent. */
  answer(request: Request<T>): Promise<readonly Message[]>;
  /** The reply that says why not; `message.data` may be anything. */
  refuse(message: Message, failure: Failure): Message;
}

/** A message that is to be answered. */
export interface Request<T extends IncomingTopic> {
  readonly message: Message;
  readonly data: Incoming<T>;
  /** An error in the language of whoever asks. */
  readonly explain: (error: OAuthBrokerError) => Failure;
}

export interface RequestsDeps {
  readonly bus: Pick<BusClient, 'on' | 'emit'>;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly log: Log;
  /** BCP 47 tag, for requests whose session names no language. */
  readonly lang: string;
}

/** Answers every request exactly once, whatever happens. */
export class Requests {
  readonly #deps: RequestsDeps;
  /** What to call for each request that has no answer yet. */
  readonly #unanswered = new Set<(error: OAuthBrokerError) => void>();
  readonly #floodControl: FloodControl;
  #lastAnswered: () => void = () => {};
  #refusals = 0;
  #isStopping = false;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
    this.#floodControl = new FloodControl(deps.clock);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  serve<T extends IncomingTopic>(topic: T, handler: RequestHandler<T>): void {
    this.#deps.bus.on(topic, (message) => this.#take(topic, handler, message));
  }

  /**
   * Gives the requests under way a second and says `shutting_down` to the rest, as to every one that comes from now on.
   * When this resolves, none is without an answer.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#unanswered.size > 0) {
      await new Promise<void>((resolve) => {
        this.#lastAnswered = resolve;
        this.#deps.clock.after(GRACE, resolve);
      });
    }
    for (const refuse of this.#unanswered) refuse(new OAuthBrokerError('shutting_down'));
  }

  #take<T extends IncomingTopic>(topic: T, handler: RequestHandler<T>, message: Message): void {
    const { bus, log, lang } = this.#deps;
    const explain = (error: OAuthBrokerError): Failure =>
      failureOf(error, languageOf(message.context, lang), givenMungedId(message.data) ?? '');
    let done = (): void => {};
    const refuse = (thrown: unknown): void => {
      if (!this.#unanswered.delete(refuse)) return;
      done();
      const error = asBrokerError(thrown);
      if (error.code === 'too_many_requests') this.#noteRefusal(topic);
      // Who sends nonsense is told so; it is not worth a line each time.
      else if (error.kind !== 'request')
        logFailure(log, 'A request could not be answered as wished.', error, { topic });
      bus.emit(handler.refuse(message, explain(error)));
      this.#settled();
    };
    const send = (messages: readonly Message[]): void => {
      if (!this.#unanswered.has(refuse)) return;
      for (const one of messages) bus.emit(one);
      this.#unanswered.delete(refuse);
      done();
      this.#settled();
    };
    this.#unanswered.add(refuse);
    if (this.#isStopping) {
      refuse(new OAuthBrokerError('shutting_down'));
      return;
    }
    try {
      done = this.#floodControl.admit(topic, message);
    } catch (error) {
      refuse(error);
      return;
    }
    this.#answer(topic, handler, message, explain).then(send).catch(refuse);
  }

  #noteRefusal(topic: IncomingTopic): void {
    this.#refusals += 1;
    const count = this.#refusals;
    // The first, second, fourth, eighth …: a flood of requests must not become a flood of lines.
    if ((count & (count - 1)) === 0)
      this.#deps.log.warn('Somebody on the bus asks too often.', { topic, count });
  }

  async #answer<T extends IncomingTopic>(
    topic: T,
    handler: RequestHandler<T>,
    message: Message,
    explain: Request<T>['explain'],
  ): Promise<readonly Message[]> {
    // A refusal is worded at once, whenever it comes.
    await loadErrorWords(languageOf(message.context, this.#deps.lang));
    return handler.answer({ message, data: readData(topic, message.data), explain });
  }

  #settled(): void {
    if (this.#unanswered.size === 0) this.#lastAnswered();
  }
}
