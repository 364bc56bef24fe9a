import type { AuthorizationResponse, Landing, SignedIn, StartedSignIn } from '../broker/types.ts';
import type { Method } from '../store/records.ts';

/** What the pages need of the broker; its `SignIn` has it. Each throws `OAuthBrokerError`. */
export interface WebSignIn {
  landing(linkCode: string): Promise<Landing>;
  /** @param method default: as the link was made */
  continue(linkCode: string, browserCookie: string, method?: Method): Promise<StartedSignIn>;
  paste(linkCode: string, browserCookie: string, pasted: string): Promise<SignedIn>;
  complete(response: AuthorizationResponse): Promise<SignedIn>;
}
