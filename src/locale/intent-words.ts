/**
 * What users say to the broker, as OVOS's intent engines read it: `(a|b)` is either, `[a]` may be left out. A `{provider}`
 * stands in every sentence about one account.
 */
export interface IntentWords {
  readonly accounts: readonly string[];
  /** Spoken of the providers that the device's skills use; each name is put in. */
  readonly connect: readonly string[];
  /** So plainly about an account that any name may follow. */
  readonly connectAny: readonly string[];
  readonly disconnect: readonly string[];
  readonly disconnectAny: readonly string[];
  readonly repeatCode: readonly string[];
  /** Words that make an answer a yes, or a no, which counts for more. */
  readonly yes: readonly string[];
  readonly no: readonly string[];
}
