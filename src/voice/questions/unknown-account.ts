import { type Sentence, sentence } from '../speaker.ts';
import type { Heard } from './question.ts';

const LONGEST_NAME = 40;

/** For who speaks of an account that is none here; with the name, where OVOS has made it out. */
export function unknownAccount({ message }: Heard): Sentence {
  const { provider } = message.data;
  return typeof provider === 'string' && provider.length <= LONGEST_NAME
    ? sentence(({ notHere }) => notHere, { provider })
    : sentence(({ which }) => which);
}
