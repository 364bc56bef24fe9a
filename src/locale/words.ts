import type { ErrorCode } from '../errors.ts';
import type { ConsoleWords } from './console-words.ts';
import type { MethodWords } from './method-words.ts';
import type { PageWords } from './page-words.ts';

/**
 * Everything a user reads, in one language. `{name}` stands for a detail of the error or a parameter of the page. A
 * missing key is a type error, so every language is complete; `locale.test.ts` holds the rest.
 */
export interface Words {
  /** BCP 47 tag. */
  readonly lang: string;
  /** One sentence per code. */
  readonly errors: Readonly<Record<ErrorCode, string>>;
  /** What to do about it, where that helps. */
  readonly hints: Readonly<Partial<Record<ErrorCode, string>>>;
  /** The ways to sign in. */
  readonly methods: MethodWords;
  /** The pages that a browser shows. */
  readonly pages: PageWords;
  /** The console that a browser opens. */
  readonly console: ConsoleWords;
}
