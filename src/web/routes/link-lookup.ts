import type { Landing } from '../../broker/types.ts';
import type { Clock } from '../../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import type { RandomBytes } from '../../random.ts';
import type { WebContext } from '../env.ts';
import type { LinkGuessing } from '../guards/link-guessing.ts';
import { readLinkCode } from '../read-link-code.ts';
import type { Progress } from '../progress.ts';
import type { WebSignIn } from '../sign-in.ts';

export interface LinkDeps {
  readonly signIn: WebSignIn;
  readonly guessing: LinkGuessing;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** @throws OAuthBrokerError `link_unknown`, `too_many_requests` */
export async function look(c: WebContext, deps: LinkDeps): Promise<Landing> {
  return counted(c, deps, (code) => deps.signIn.landing(code));
}

/**
 * Runs `ask` with the code of the path; an unknown one is counted as a guess.
 *
 * @throws OAuthBrokerError `link_unknown`, `too_many_requests`, and what `ask` throws
 */
export async function counted<T>(
  c: WebContext,
  deps: LinkDeps,
  ask: (code: string) => Promise<T>,
): Promise<T> {
  const address = c.env?.remoteAddress;
  deps.guessing.refuseGuesser(address);
  try {
    const code = readLinkCode(c.req.param('code') ?? '');
    if (code === undefined) throw new OAuthBrokerError('link_unknown');
    return await ask(code);
  } catch (error) {
    if (asBrokerError(error).code === 'link_unknown') deps.guessing.missed(address);
    throw error;
  }
}
