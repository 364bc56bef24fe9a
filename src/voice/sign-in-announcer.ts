import { contextOf } from '../bus/handlers/asker.ts';
import type { BrokerEvents, Invitation } from '../broker/types.ts';
import type { Clock } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import { type Log, logFailure } from '../log.ts';
import type { App, Attempt, MungedId } from '../store/records.ts';
import type { AccountNames } from './account-names.ts';
import { type Listener, listenerOf } from './listener.ts';
import { failure, instruction } from './sign-in-sentences.ts';
import { SKILL_ID } from './skill-id.ts';
import type { SkillSpeech } from './skill-speech.ts';
import { type Sentence, sentence, type Speaker } from './speaker.ts';
import type { SpeechLimits } from './speech-limits.ts';

/** Milliseconds in which a skill that asks for a sign-in can say itself what the user is to do. */
const BEFORE_ASKING = 3_000;
const AFTER_ASKING = 2_000;

/** Milliseconds in which one app's sentence is not repeated: a skill may ask for code after code. */
const INSTRUCTION_PAUSE = 30_000;
const RESULT_PAUSE = 30_000;
/** The provider's answer may be a little later than its code's end. */
const GRACE = 60_000;

/** Ends that a person has brought about and knows, or that belong to somebody else's try. */
const SILENT: ReadonlySet<ErrorCode> = new Set(['attempt_cancelled', 'attempt_expired', 'shutting_down']);

export interface AnnouncerDeps {
  readonly speaker: Speaker;
  readonly limits: SpeechLimits;
  readonly skills: SkillSpeech;
  readonly names: AccountNames;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
  /** BCP 47 tag, for sessions that name none. */
  readonly lang: string;
  readonly log: Log;
}

/** Somebody who was told how to sign in and is to hear what came of it. */
interface Waiting {
  readonly listener: Listener;
  /** Monotonic milliseconds. */
  readonly until: number;
}

/**
 * Tells who asked for a sign-in by voice or at a screen what to do and what came of it. Sign-ins by a browser, from the
 * console and the command line are silent: their page or terminal says it.
 */
export class SignInAnnouncer {
  readonly #deps: AnnouncerDeps;
  readonly #waiting = new Map<MungedId, Waiting>();

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
  }

  readonly events: Partial<BrokerEvents> = {
    signInStarted: ({ app, attempt }) => this.#guard(app, this.#started(app, attempt)),
    tokenReceived: ({ app }) => this.#guard(app, this.#connected(app)),
    signInFailed: ({ app, error: { code } }) => this.#guard(app, this.#failed(app, code)),
  };

  /** Tells `listener` what to do, and later what came of it. */
  async instruct(
    app: App,
    attempt: Pick<Invitation, 'device' | 'expiresAt'>,
    listener: Listener,
  ): Promise<void> {
    const { clock, names, speaker } = this.#deps;
    const left = attempt.expiresAt - clock.now();
    this.#waiting.set(app.mungedId, { listener, until: clock.monotonic() + left + GRACE });
    await speaker.say(listener, instruction(await names.of(app), attempt.device));
  }

  async #started(app: App, attempt: Attempt): Promise<void> {
    const { asker, linkCode, device } = attempt;
    // A plain address goes to a browser that is open already.
    if (asker === undefined || (linkCode === undefined && device === undefined)) return;
    const context = contextOf(asker);
    // Our own answer to a spoken question says it.
    if (context.get('skill_id') === SKILL_ID) return;
    const { limits, skills, clock, lang } = this.#deps;
    await new Promise<void>((resolve) => void clock.after(AFTER_ASKING, resolve));
    if (skills.hasSpoken(app.skillId, BEFORE_ASKING + AFTER_ASKING)) return;
    if (!limits.take(`instruction ${app.mungedId}`, INSTRUCTION_PAUSE)) return;
    await this.instruct(app, attempt, listenerOf(context, lang));
  }

  async #connected(app: App): Promise<void> {
    const waiting = this.#stillWaiting(app);
    this.#waiting.delete(app.mungedId);
    if (waiting === undefined) return;
    await this.#say(app, waiting, 'connected', (provider) =>
      sentence(({ connected }) => connected, { provider }),
    );
  }

  async #failed(app: App, code: ErrorCode): Promise<void> {
    const waiting = this.#stillWaiting(app);
    if (waiting === undefined || SILENT.has(code)) return;
    await this.#say(app, waiting, `failed ${code}`, (provider) => failure(provider, code));
  }

  #stillWaiting({ mungedId }: App): Waiting | undefined {
    const waiting = this.#waiting.get(mungedId);
    if (waiting === undefined || this.#deps.clock.monotonic() <= waiting.until) return waiting;
    this.#waiting.delete(mungedId);
    return undefined;
  }

  async #say(
    app: App,
    { listener }: Waiting,
    what: string,
    of: (provider: string) => Sentence,
  ): Promise<void> {
    const { limits, names, speaker } = this.#deps;
    if (!limits.takeFollowing(`${what} ${app.mungedId}`, RESULT_PAUSE)) return;
    await speaker.say(listener, of(await names.of(app)));
  }

  #guard({ mungedId }: App, saying: Promise<void>): void {
    saying.catch((error: unknown) => {
      logFailure(this.#deps.log, 'A sign-in could not be spoken about.', error, { mungedId });
    });
  }
}
