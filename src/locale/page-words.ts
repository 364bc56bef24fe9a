import type { ErrorCode } from '../errors.ts';

/** The words of the pages. `{app}` is the skill that asks, `{provider}` the host that the user signs in at. */
export interface PageWords {
  /** Follows the heading in the title of every page. */
  readonly product: string;
  /** Stands for `{provider}` where an error does not name it; begins a sentence. */
  readonly someProvider: string;
  readonly index: {
    readonly heading: string;
    readonly text: string;
    readonly todo: string;
  };
  readonly landing: {
    readonly heading: string;
    readonly text: string;
    readonly skill: string;
    readonly access: string;
    /** In place of a list of scopes, where the app asks for none. */
    readonly defaultAccess: string;
    /** Ends a list of scopes that is cut; `{count}` are left out. */
    readonly moreAccess: string;
    readonly button: string;
    readonly password: string;
    /** `{minutes}` is a count with its unit, such as "8 minutes". */
    readonly expires: string;
  };
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
    /** Stands before the error code. */
    readonly code: string;
  };
}
