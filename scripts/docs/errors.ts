import { ERROR_KINDS, type ErrorCode, type ErrorKind } from '../../src/errors.ts';
import { words as en } from '../../src/locale/en/index.ts';
import { GENERATED, table } from './markdown.ts';

const KINDS: Readonly<Record<ErrorKind, string>> = {
  request: 'The request was wrong; sent again, it will fail again.',
  config: 'Whoever registered the app or installed the service must mend its settings.',
  needs_user: 'Only the user can help, by signing in again.',
  transient: 'It is worth trying again later.',
};

/** docs/errors.md. */
export function errorsPage(): string {
  return `${GENERATED}
# Error codes

Everything that can go wrong, on the bus (\`error_code\`), on the pages and on the command line. Codes are stable:
compare them, not the sentences, which are in the user's language and may change. \`{app}\`, \`{provider}\` and the like
stand for what the sentence names.

${Object.entries(KINDS).map(section).join('\n')}`;
}

function section([kind, about]: [string, string]): string {
  const codes = Object.keys(ERROR_KINDS)
    .filter(isCode)
    .filter((code) => ERROR_KINDS[code] === kind);
  return `## \`${kind}\`

${about}

${table(
  ['Code', 'Sentence', 'Hint'],
  codes.map((code) => [`\`${code}\``, en.errors[code], en.hints[code] ?? '']),
)}`;
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, code);
}
