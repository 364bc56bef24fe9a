import type { SignIn } from '../../broker/sign-in.ts';
import type { Tokens } from '../../broker/tokens.ts';
import type { BusClient } from '../../bus/client.ts';
import type { HandlerDeps } from '../../bus/handlers/deps.ts';
import type { Message } from '../../bus/message.ts';
import type { Clock } from '../../clock.ts';
import type { AccountNames } from '../account-names.ts';
import type { Accounts } from '../accounts.ts';
import type { Conversation } from '../conversation.ts';
import type { Listener } from '../listener.ts';
import type { SignInAnnouncer } from '../sign-in-announcer.ts';
import type { Speaker } from '../speaker.ts';

/** What the answers to spoken questions are made with. */
export interface QuestionDeps extends Pick<HandlerDeps, 'qr' | 'lanHost' | 'port'> {
  readonly bus: Pick<BusClient, 'emit'>;
  readonly signIn: Pick<SignIn, 'invite' | 'waiting'>;
  readonly tokens: Pick<Tokens, 'revoke'>;
  readonly accounts: Accounts;
  readonly names: AccountNames;
  readonly announcer: SignInAnnouncer;
  readonly conversation: Conversation;
  readonly speaker: Speaker;
  readonly clock: Pick<Clock, 'now'>;
}

/** What somebody has said, and who. */
export interface Heard {
  readonly message: Message;
  readonly utterance: string;
  readonly listener: Listener;
}

/** Answers one kind of question aloud; resolves when that is done. */
export type Question = (heard: Heard) => Promise<void>;
