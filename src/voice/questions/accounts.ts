import { fill } from '../../locale/index.ts';
import type { Account } from '../accounts.ts';
import { inNeed } from '../need-announcer.ts';
import { listed } from '../speaker.ts';
import type { Question, QuestionDeps } from './question.ts';

/** "What accounts am I connected to?" */
export function listAccounts({ accounts, speaker }: QuestionDeps): Question {
  return async ({ listener }) => {
    const all = await accounts.all();
    const connected = namesIn(all, 'connected');
    const needing = namesIn(all, 'needs_user').filter((name) => !connected.includes(name));
    await speaker.say(listener, (words) => {
      const list =
        connected.length === 0
          ? words.noAccounts
          : fill(words.accounts, { providers: listed(connected, words) });
      return needing.length === 0 ? list : `${list} ${inNeed(needing)(words)}`;
    });
  };
}

function namesIn(accounts: readonly Account[], wanted: 'connected' | 'needs_user'): readonly string[] {
  return accounts
    .filter(({ connections }) => connections.some(({ state }) => state === wanted))
    .map(({ name }) => name);
}
