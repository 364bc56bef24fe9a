import { REMINDER_AHEAD } from '../../broker/grant-life.ts';
import { refOf } from '../../broker/munged-id.ts';
import type { ConnectionView } from '../../broker/types.ts';
import { askerOf } from '../../bus/handlers/asker.ts';
import { drawInvitation } from '../../bus/handlers/qr.ts';
import { deviceFields } from '../../bus/handlers/sign-in-fields.ts';
import { Message } from '../../bus/message.ts';
import { asBrokerError } from '../../errors.ts';
import { failure } from '../sign-in-sentences.ts';
import { SKILL_ID } from '../skill-id.ts';
import { sentence } from '../speaker.ts';
import type { Heard, Question, QuestionDeps } from './question.ts';
import { unknownAccount } from './unknown-account.ts';

/** "Connect Spotify." */
export function connect(deps: QuestionDeps): Question {
  const { accounts, speaker, clock } = deps;
  return async (heard) => {
    const account = await accounts.heard(heard.utterance);
    const { listener } = heard;
    if (account === undefined) {
      await speaker.say(listener, unknownAccount(heard));
      return;
    }
    const provider = account.name;
    const open = account.connections.filter((view) => isOpen(view, clock.now()));
    const [view] = open.sort((one, other) => urgency(one) - urgency(other));
    if (view === undefined)
      await speaker.say(
        listener,
        sentence((words) => words.alreadyConnected, { provider }),
      );
    else if (view.state === 'needs_credentials')
      await speaker.say(
        listener,
        sentence((words) => words.noCredentials, { provider }),
      );
    else await invite(deps, heard, view, provider);
  };
}

/** Whether there is something to connect: also what will end soon, ahead of time. */
function isOpen({ state, endsAt }: ConnectionView, now: number): boolean {
  return state !== 'connected' || (endsAt !== undefined && endsAt - now <= REMINDER_AHEAD);
}

const URGENCY = { needs_user: 0, disconnected: 1, connected: 2, needs_credentials: 3 } as const;

function urgency({ state }: ConnectionView): number {
  return URGENCY[state];
}

async function invite(
  deps: QuestionDeps,
  { message, listener }: Heard,
  { app }: ConnectionView,
  provider: string,
): Promise<void> {
  const ref = refOf(app);
  const context = message.context.with({ skill_id: SKILL_ID });
  try {
    const invitation = await deps.signIn.invite(ref, askerOf(new Message(message.type, {}, context)));
    const { path } = await drawInvitation(deps, invitation);
    const shown = { skill_id: ref.skillId, app_id: ref.appId, qr: path, ...deviceFields(invitation.device) };
    deps.bus.emit(new Message('ovos.shell.oauth.display.qr.code', shown, context));
    await deps.announcer.instruct(app, invitation, listener);
  } catch (thrown) {
    await deps.speaker.say(listener, failure(provider, asBrokerError(thrown).code));
  }
}
