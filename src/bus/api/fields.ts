import * as v from 'valibot';
import { METHODS } from '../../broker/methods/method.ts';
import { METHOD_REASONS, type MethodReason } from '../../broker/methods/reasons.ts';
import { ERROR_KINDS, type ErrorCode } from '../../errors.ts';

// The fields that the messages of docs/bus-api.md are made of. `about` is what that page says of a field.

/** Characters; the longest id in use has 60. */
export const LONGEST_ID = 256;
/** Characters; some providers hand out signed documents as client ids and secrets. */
export const LONGEST_CREDENTIAL = 4096;
/** Characters; what the broker takes for an endpoint. */
export const LONGEST_ENDPOINT = 2048;
/** Characters. */
export const LONGEST_SCOPE = 4096;
/** Characters; authorization codes can be long, and no browser takes a longer address. */
export const LONGEST_ADDRESS = 16_384;

// A lone surrogate has no UTF-8: it could not be written to a file or into an address and read back as the same id.
const ILL_FORMED = /\p{Cs}/u;

/** Whether text has a form in UTF-8. */
export function isWellFormed(value: string): boolean {
  return !ILL_FORMED.test(value);
}

/** Text; a whole number counts as its digits, as in Python's f-strings. */
function text(longest: number) {
  return v.pipe(
    v.union([v.string(), v.pipe(v.number(), v.safeInteger())]),
    v.transform(String),
    v.maxLength(longest),
    v.check(isWellFormed),
  );
}

/** Text that must be there. */
export function required(longest: number, about: string) {
  return v.pipe(text(longest), v.minLength(1), v.description(about));
}

/** Text that may be missing, `null` or empty, which all mean that there is none. */
export function optional(longest: number, about: string) {
  return v.pipe(v.nullish(v.pipe(text(longest), v.transform(emptyAsNull)), null), v.description(about));
}

/** Like {@link required}, but a person typed or pasted it: the white space around it is none of it. */
export function requiredOfUser(longest: number, about: string) {
  return v.pipe(text(longest), v.trim(), v.minLength(1), v.description(about));
}

/** Like {@link optional}, but a person typed or pasted it. */
export function optionalOfUser(longest: number, about: string) {
  return v.pipe(
    v.nullish(v.pipe(text(longest), v.trim(), v.transform(emptyAsNull)), null),
    v.description(about),
  );
}

function emptyAsNull(value: string): string | null {
  return value === '' ? null : value;
}

/** A scope, or a list of them as oauthlib's `list_to_scope` takes it. */
export function optionalScope(about: string) {
  return v.pipe(
    v.nullish(
      v.pipe(
        v.union([v.string(), v.array(v.string())]),
        v.transform((value) => (typeof value === 'string' ? value : value.join(' '))),
        v.maxLength(LONGEST_SCOPE),
        v.check(isWellFormed),
        v.transform(emptyAsNull),
      ),
      null,
    ),
    v.description(about),
  );
}

/** A number of seconds that may be missing; digits as text count as well. */
export function optionalSeconds(about: string) {
  return v.pipe(
    v.nullish(
      v.pipe(
        v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
        v.finite(),
        v.minValue(0),
      ),
      null,
    ),
    v.description(about),
  );
}

/** A switch that is on when missing, judged by Python's truth: `null`, `0` and an empty text are off. */
export function onUnlessFalse(about: string) {
  return v.pipe(
    v.optional(
      v.pipe(
        v.union([v.boolean(), v.null(), v.number(), v.string()]),
        v.transform((value) => Boolean(value)),
      ),
      true,
    ),
    v.description(about),
  );
}

/** Names and texts; numbers and switches count as their text. At most 32, none of them endless. */
export function optionalTexts(about: string) {
  const entry = v.pipe(
    v.union([v.string(), v.number(), v.boolean()]),
    v.transform(String),
    v.maxLength(LONGEST_CREDENTIAL),
  );
  return v.pipe(
    v.nullish(
      v.pipe(
        v.record(v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/)), entry),
        v.check((entries) => Object.keys(entries).length <= 32),
      ),
      {},
    ),
    v.description(about),
  );
}

/** A way to sign in that may be missing. */
export function optionalMethod(about: string) {
  return v.pipe(v.nullish(v.picklist(METHODS), null), v.description(about));
}

/** A switch that may be missing, which then says nothing. */
export function maybe(about: string) {
  return v.pipe(v.nullish(v.boolean(), null), v.description(about));
}

/** A switch that is off when missing. */
export function offUnlessTrue(about: string) {
  return v.pipe(v.nullish(v.boolean(), false), v.description(about));
}

/** The two ids by which every request names an app. */
export const appIds = {
  skill_id: required(LONGEST_ID, 'The skill that the app belongs to.'),
  app_id: required(LONGEST_ID, 'The app of that skill; a skill can have several.'),
};

/** The ids again, as they stand in what is sent. */
export const sentAppIds = {
  skill_id: described(v.string(), 'As in the request.'),
  app_id: described(v.string(), 'As in the request.'),
};

/** The ids in the answer to a request that may have lacked them. */
export const givenAppIds = {
  skill_id: described(v.exactOptional(v.string()), 'As in the request, if it was there.'),
  app_id: described(v.exactOptional(v.string()), 'As in the request, if it was there.'),
};

const codes = Object.keys(ERROR_KINDS).filter((code): code is ErrorCode => Object.hasOwn(ERROR_KINDS, code));

/** What every answer carries when what was asked could not be done. */
export const failureFields = {
  error: described(v.string(), "What went wrong, a sentence in the user's language."),
  error_code: described(
    v.picklist(codes),
    'The same for programs: one of the codes of [errors.md](errors.md).',
  ),
  hint: described(
    v.exactOptional(v.string()),
    "What to do about it, in the user's language, where that is known.",
  ),
  retry_after: described(
    v.exactOptional(v.number()),
    'Seconds after which it is worth trying again, where that is known.',
  ),
};

/** By which a sign-in is found in the log. */
export const attemptId = described(
  v.string(),
  'Name of the sign-in, such as `K7Q2-M9XD`: the log has it, and the page that says what went wrong.',
);

/** The same for a sign-in whose method was chosen. */
export const signInFailureFields = {
  ...failureFields,
  reason: described(
    v.exactOptional(v.picklist(METHOD_REASONS)),
    'With `method_not_possible`: why not, one of the reasons below.',
  ),
};

/** The ways to sign in, as an answer lists them. */
export const methods = described(
  v.array(
    v.object({
      method: v.picklist(METHODS),
      offered: v.boolean(),
      reason: v.picklist(METHOD_REASONS),
    }),
  ),
  'Every [way to sign in](#ways-to-sign-in), best first, then those that are not open, each with its reason: `{method, offered, reason}`.',
);

/** What the user types at the provider (RFC 8628 §3.2). */
export const deviceCodes = {
  user_code: described(
    v.exactOptional(v.string()),
    'By the method `device`: the code that the user types there.',
  ),
  verification_uri: described(v.exactOptional(v.string()), 'Likewise: the page on which it is typed.'),
  verification_uri_complete: described(
    v.exactOptional(v.string()),
    'Likewise: that page with the code filled in, where the provider has one. Show the code all the same (RFC 8628 §3.3.1).',
  ),
};

export interface Failure {
  readonly error: string;
  readonly error_code: ErrorCode;
  readonly hint?: string;
  /** Seconds. */
  readonly retry_after?: number;
  readonly reason?: MethodReason;
  readonly attempt_id?: string;
}

/** A schema with what docs/bus-api.md says of it. */
export function described<const T extends v.GenericSchema>(schema: T, about: string) {
  return v.pipe(schema, v.description(about));
}
