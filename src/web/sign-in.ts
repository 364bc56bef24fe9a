import type { Asker } from '../broker/methods/method.ts';
import type { AuthorizationResponse, Landing, SignedIn, StartedSignIn } from '../broker/types.ts';
import type { Method } from '../store/records.ts';

/** What the pages need of the broker; its `SignIn` has it. Each throws `OAuthBrokerError`. */
export interface WebSignIn {
  /** @param asker who has opened the link; default: a phone */
  landing(linkCode: string, asker?: Asker): Promise<Landing>;
  /** @param method default: as the link was made */
  continue(linkCode: string, browserCookie: string, method?: Method, asker?: Asker): Promise<StartedSignIn>;
  paste(linkCode: string, browserCookie: string, pasted: string): Promise<SignedIn>;
  complete(response: AuthorizationResponse): Promise<SignedIn>;
}
