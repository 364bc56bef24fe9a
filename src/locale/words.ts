import type { ErrorCode } from '../errors.ts';
import type { ConsoleWords } from './console-words.ts';
import type { MethodWords } from './method-words.ts';
import type { PageWords } from './page-words.ts';

/** What is said of errors, in one language. `{name}` stands for a detail of the error. */
export interface ErrorWords {
  /** BCP 47 tag. */
  readonly lang: string;
  /** Stands for `{provider}` where an error does not name it; begins a sentence. */
  readonly someProvider: string;
  /** One sentence per code. */
  readonly errors: Readonly<Record<ErrorCode, string>>;
  /** What to do about it, where that helps. */
  readonly hints: Readonly<Partial<Record<ErrorCode, string>>>;
}

/**
 * Everything a user reads on a page, in one language. A missing key is a type error, so every language is complete;
 * `locale.test.ts` holds the rest.
 */
export interface Words extends ErrorWords {
  /** The ways to sign in. */
  readonly methods: MethodWords;
  /** The pages that a browser shows. */
  readonly pages: PageWords;
  /** The console that a browser opens. */
  readonly console: ConsoleWords;
}
