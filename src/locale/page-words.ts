import type { ErrorCode } from '../errors.ts';
import type { Method } from '../store/records.ts';
import type { PluralForms } from './plural.ts';

/**
 * The words of the pages. `{app}` is the skill that asks, `{provider}` the name or the host of where the user signs in,
 * `{minutes}` a count with its unit, such as "8 minutes".
 */
export interface PageWords {
  /** Follows the heading in the title of every page. */
  readonly product: string;
  readonly index: {
    readonly heading: string;
    readonly text: string;
    readonly todo: string;
  };
  readonly landing: {
    readonly heading: string;
    readonly text: string;
    readonly skill: string;
    readonly account: string;
    readonly access: string;
    /** In place of a list of scopes, where the app asks for none. */
    readonly defaultAccess: string;
    /** Ends a list of scopes that is cut; `{count}` are left out. */
    readonly moreAccess: PluralForms;
    /** On the one big button, by the way that it starts. */
    readonly buttons: Readonly<Record<Method, string>>;
    /** Stands above the buttons of the other ways. */
    readonly others: string;
    /** Where no way at all is open. */
    readonly noWay: string;
    /** Opens the list of the ways that are not possible. */
    readonly whyNot: string;
    readonly password: string;
    readonly expires: string;
  };
  readonly device: {
    /** Stands above the code. */
    readonly label: string;
    readonly copy: string;
    readonly open: string;
    /** Where the address brings the code along. */
    readonly filledIn: string;
    /** `{address}` is where the code is typed. */
    readonly type: string;
    readonly waiting: string;
    readonly expires: string;
    readonly again: string;
  };
  readonly paste: {
    readonly heading: string;
    readonly signIn: string;
    readonly signInText: string;
    readonly open: string;
    readonly copy: string;
    /** `{start}` is what the address begins with. */
    readonly copyText: string;
    readonly label: string;
    readonly button: string;
    readonly private: string;
    readonly back: string;
    /** For who pastes before anything was opened. */
    readonly openFirst: string;
  };
  readonly setup: {
    readonly heading: string;
    /** Stands over steps that are in English, on a page that is not. */
    readonly inEnglish: string;
    readonly text: string;
    readonly open: string;
  };
  readonly copy: string;
  readonly copied: string;
  readonly leaving: {
    readonly heading: string;
    readonly text: string;
    readonly link: string;
  };
  readonly connected: {
    readonly heading: string;
    readonly text: string;
    readonly close: string;
  };
  readonly failed: {
    /** Where `headings` has none for the code. */
    readonly heading: string;
    readonly headings: Readonly<Partial<Record<ErrorCode, string>>>;
    readonly again: string;
    readonly otherWays: string;
    /** What to do where the link is over. */
    readonly newLink: string;
    /** Stands before the error code. */
    readonly code: string;
    /** Before the name of the sign-in, such as K7Q2-M9XD, by which the log can be searched. */
    readonly attempt: string;
  };
}
