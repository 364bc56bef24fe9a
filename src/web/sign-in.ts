import type { AuthorizationResponse, Landing, SignedIn, StartedSignIn } from '../broker/types.ts';

/** What the pages need of the broker; its `SignIn` has it. Each throws `OAuthBrokerError`. */
export interface WebSignIn {
  landing(linkCode: string): Promise<Landing>;
  continue(linkCode: string, browserCookie: string): Promise<StartedSignIn>;
  complete(response: AuthorizationResponse): Promise<SignedIn>;
}
