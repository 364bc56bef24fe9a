import type { AskerContext } from '../../store/records.ts';
import { MessageContext } from '../context.ts';
import type { Message } from '../message.ts';

/** Characters; sessions take a few thousand, and every sign-in keeps one of these on the disk. */
const LONGEST_ASKER = 64 * 1024;

/** Who asks, to be kept with a sign-in; nobody where the context is too long to be kept. */
export function askerOf({ context }: Message): { asker?: AskerContext } {
  const asker = context.toJson();
  return asker.length > LONGEST_ASKER ? {} : { asker };
}

/** The context that was kept by {@link askerOf}; an empty one where nobody asked or it can't be read any more. */
export function contextOf(asker: AskerContext | undefined): MessageContext {
  try {
    return asker === undefined ? MessageContext.empty : MessageContext.parse(asker);
  } catch {
    return MessageContext.empty;
  }
}
