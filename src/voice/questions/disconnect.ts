import { refOf } from '../../broker/munged-id.ts';
import type { ConnectionView } from '../../broker/types.ts';
import type { RevocationOutcome } from '../../broker/revoker.ts';
import { asBrokerError } from '../../errors.ts';
import { loadIntents } from '../../locale/index.ts';
import { failure } from '../sign-in-sentences.ts';
import { sentence } from '../speaker.ts';
import { isYes } from '../yes-or-no.ts';
import type { Question, QuestionDeps } from './question.ts';
import { unknownAccount } from './unknown-account.ts';

/** "Disconnect Spotify." Asks back: a sign-in that is ended by mistake has to be done again by hand. */
export function disconnect(deps: QuestionDeps): Question {
  const { accounts, speaker, conversation } = deps;
  return async (heard) => {
    const account = await accounts.heard(heard.utterance);
    if (account === undefined) {
      await speaker.say(heard.listener, unknownAccount(heard));
      return;
    }
    const provider = account.name;
    const connected = account.connections.filter(({ state }) => state === 'connected');
    if (connected.length === 0) {
      await speaker.say(
        heard.listener,
        sentence((words) => words.notConnected, { provider }),
      );
      return;
    }
    const { context, lang } = heard.listener;
    const answer = await conversation.question(context, (asking) =>
      speaker.say(
        { ...heard.listener, context: asking },
        sentence((words) => words.confirmDisconnect, { provider }),
        {
          expectsAnswer: true,
        },
      ),
    );
    // Who says nothing wants nothing.
    if (answer === undefined) return;
    const listener = { ...heard.listener, context: answer.context };
    const words = (await loadIntents(lang)) ?? (await loadIntents('en'));
    if (words === undefined || !isYes(answer.utterance, words)) {
      await speaker.say(
        listener,
        sentence(({ staysConnected }) => staysConnected, { provider }),
      );
      return;
    }
    try {
      const outcomes = await Promise.all(connected.map((view) => end(deps, view)));
      const isKnownThere = !outcomes.includes('local_only');
      await speaker.say(
        listener,
        sentence((spoken) => (isKnownThere ? spoken.disconnected : spoken.disconnectedHere), { provider }),
      );
    } catch (thrown) {
      await speaker.say(listener, failure(provider, asBrokerError(thrown).code));
    }
  };
}

async function end({ tokens }: QuestionDeps, { app }: ConnectionView): Promise<RevocationOutcome> {
  return (await tokens.revoke(refOf(app))).outcome;
}
