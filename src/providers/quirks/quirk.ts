/** What a quirk may need besides the request itself. */
export interface QuirkContext {
  /** The redirect URI of the sign-in, as it stood in the authorization request. */
  readonly redirectUri?: string;
  /** What the user gave for the provider's `parameters` (`Provider.parameters`), by their names. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * How a provider deviates from the protocol. Each part bends one place back into standard shape; those that are absent
 * leave it as it is.
 */
export interface Quirk {
  /** Changes the authorization request in place, after all standard parameters are set. */
  authorizationRequest?(params: URLSearchParams, context: QuirkContext): void;
  /** Wraps what sends requests: a standard request goes in, a standard answer comes out, and the provider sees its own. */
  fetch?(inner: typeof globalThis.fetch, context: QuirkContext): typeof globalThis.fetch;
  /**
   * Which token endpoint the code is to be spent at, from what came with it. The caller remembers it: later refreshes
   * go there too. Never an address that the provider does not publish: anybody can write the query of a callback.
   */
  tokenEndpoint?(configured: string, callback: URLSearchParams): string;
  /** The scopes that the callback says were granted, with spaces between them, where the token's answer does not say. */
  grantedScope?(callback: URLSearchParams): string | undefined;
}
