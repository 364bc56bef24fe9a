import type { Asker, MethodChoice } from '../../broker/methods/method.ts';
import type { Landing } from '../../broker/types.ts';
import type { Clock } from '../../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import type { RandomBytes } from '../../random.ts';
import { isBrowserOfDevice } from '../console/at-device.ts';
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

/** Who has opened a link: a browser on the device itself has a way of its own. */
export function askerOf(c: WebContext): Asker {
  return isBrowserOfDevice(c) ? 'browser' : 'phone';
}

/** Whether the best way is that of a browser on the device, which comes back to its loopback address. */
export function comesBackHere({ methods: [best] }: Landing): boolean {
  return best?.offered === true && best.method === 'loopback';
}

// The others end at the address on the LAN, where the cookie of the loopback address is not known.
function staysOnDevice({ method }: MethodChoice): boolean {
  return method !== 'lan' && method !== 'relay';
}

/** @throws OAuthBrokerError `link_unknown`, `too_many_requests` */
export async function look(c: WebContext, deps: LinkDeps): Promise<Landing> {
  const landing = await counted(c, deps, (code) => deps.signIn.landing(code, askerOf(c)));
  return comesBackHere(landing) ? { ...landing, methods: landing.methods.filter(staysOnDevice) } : landing;
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
