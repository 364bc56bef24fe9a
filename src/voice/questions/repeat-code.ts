import { spelled } from '../spelling.ts';
import { sentence } from '../speaker.ts';
import type { Question, QuestionDeps } from './question.ts';

/** "Repeat the code." */
export function repeatCode({ signIn, names, speaker }: QuestionDeps): Question {
  return async ({ listener }) => {
    const latest = (await signIn.waiting()).findLast(({ device }) => device !== undefined);
    const code = latest?.device?.userCode;
    if (latest === undefined || code === undefined) {
      await speaker.say(
        listener,
        sentence(({ noCode }) => noCode),
      );
      return;
    }
    const provider = await names.of(latest.app);
    await speaker.say(
      listener,
      sentence(({ codeAgain }) => codeAgain, { provider, code: spelled(code) }),
    );
  };
}
