import type { Broker } from '../broker/index.ts';
import type { EventHub } from '../broker/event-hub.ts';
import type { BusClient } from '../bus/client.ts';
import type { HandlerDeps } from '../bus/handlers/deps.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { AccountNames } from './account-names.ts';
import { Accounts } from './accounts.ts';
import { Conversation } from './conversation.ts';
import { INTENT_NAMES } from './intent-samples.ts';
import { Intents, intentTopic } from './intents.ts';
import { NeedAnnouncer } from './need-announcer.ts';
import { answerTo } from './questions/answering.ts';
import { listAccounts } from './questions/accounts.ts';
import { connect } from './questions/connect.ts';
import { disconnect } from './questions/disconnect.ts';
import { repeatCode } from './questions/repeat-code.ts';
import { SignInAnnouncer } from './sign-in-announcer.ts';
import { SkillSpeech } from './skill-speech.ts';
import { Speaker } from './speaker.ts';
import { SpeechLimits } from './speech-limits.ts';

export interface VoiceDeps extends Pick<HandlerDeps, 'qr' | 'lanHost' | 'port'> {
  readonly bus: Pick<BusClient, 'on' | 'emit' | 'onOpen'>;
  readonly broker: Pick<Broker, 'apps' | 'connections' | 'signIn' | 'tokens' | 'providers' | 'eventLog'>;
  readonly events: Pick<EventHub, 'subscribe'>;
  readonly clock: Clock;
  readonly log: Log;
  /** BCP 47 tags of the languages that the device listens to, the one it speaks first. */
  readonly languages: readonly [string, ...string[]];
}

export interface Voice {
  /** Takes back what was registered with OVOS and says nothing more. */
  stop(): void;
}

/** Lets the broker speak and be spoken to (docs/voice.md). To be called before the bus starts. */
export function attachVoice(deps: VoiceDeps): Voice {
  const { bus, broker, events, clock, languages } = deps;
  const [lang] = languages;
  const speaker = new Speaker(bus);
  const limits = new SpeechLimits(clock);
  const skills = new SkillSpeech(bus, clock);
  const names = new AccountNames(broker.providers);
  const accounts = new Accounts({ ...broker, names });
  const conversation = new Conversation(bus, clock);
  const shared = { ...deps, speaker, limits, skills, names, lang };
  const announcer = new SignInAnnouncer(shared);
  const needs = new NeedAnnouncer({ ...shared, isAsking: () => conversation.isAwaiting });
  const intents = new Intents({
    ...deps,
    names: async () => (await accounts.all()).map(({ name }) => name),
  });

  const questionDeps = { ...shared, ...broker, accounts, announcer, conversation };
  const questions = {
    accounts: listAccounts(questionDeps),
    connect: connect(questionDeps),
    disconnect: disconnect(questionDeps),
    code: repeatCode(questionDeps),
  };
  for (const name of INTENT_NAMES) answerTo(intentTopic(name), questions[name], shared);

  const unsubscribes = [
    events.subscribe(announcer.events),
    events.subscribe(needs.events),
    broker.eventLog.subscribe(({ kind }) => {
      if (kind === 'registered') intents.namesChanged();
    }),
  ];
  return {
    stop() {
      for (const unsubscribe of unsubscribes) unsubscribe();
      needs.stop();
      conversation.stop();
      intents.stop();
    },
  };
}
