import { createHash } from 'node:crypto';
import type { Clock } from '../../src/clock.ts';

export interface SimulatedProviderOptions {
  /** The provider's own clock, which is always right. */
  readonly clock: Pick<Clock, 'now'>;
  /** By which a slow answer waits. */
  readonly timers?: Pick<Clock, 'after'>;
  /** Seconds that an access token lives; undefined: for ever, and the answer says nothing of it. */
  readonly accessTokenSeconds?: number;
  /** A refresh brings a new refresh token; using a spent one ends the grant (RFC 9700 §4.14.2). */
  readonly rotates: boolean;
}

interface Grant {
  readonly id: string;
  refreshToken: string;
  revoked: boolean;
  readonly accessTokens: Map<string, number>;
}

/** What the provider does instead of answering properly. */
export type Trouble =
  | { readonly kind: 'none' }
  | { readonly kind: 'down' }
  | { readonly kind: 'busy'; readonly retryAfter: number }
  | { readonly kind: 'says_invalid_grant' }
  | { readonly kind: 'says_invalid_client' };

/** A token endpoint in memory, for simulated years; `oidc-provider` stands in for the real thing everywhere else. */
export class SimulatedProvider {
  readonly #options: SimulatedProviderOptions;
  readonly #grants = new Map<string, Grant>();
  readonly #spent = new Map<string, Grant>();
  #serial = 0;
  trouble: Trouble = { kind: 'none' };
  /** Milliseconds that an answer takes. */
  slowness = 0;
  requests = 0;
  reuses = 0;

  constructor(options: SimulatedProviderOptions) {
    this.#options = options;
  }

  /** What a user's sign-in brings: the token endpoint's answer. */
  grant(): Record<string, string | number> {
    const id = `grant-${this.#token()}`;
    const grant: Grant = { id, refreshToken: '', revoked: false, accessTokens: new Map() };
    return this.#issue(grant);
  }

  /** Ends a grant, as a user does at the provider's page. */
  revoke(refreshToken: string): void {
    const grant = this.#grants.get(refreshToken);
    if (grant !== undefined) grant.revoked = true;
  }

  /** Whether a resource server would take this access token now. */
  accepts(accessToken: string): boolean {
    const now = this.#options.clock.now();
    for (const grant of this.#grants.values()) {
      const until = grant.accessTokens.get(accessToken);
      if (until !== undefined) return !grant.revoked && now < until;
    }
    return false;
  }

  /** The token endpoint (RFC 6749 §6). */
  readonly fetch: typeof globalThis.fetch = async (_input, init) => {
    const headers = { date: new Date(this.#options.clock.now()).toUTCString() };
    this.requests += 1;
    const { trouble } = this;
    const { timers } = this.#options;
    if (this.slowness > 0) await new Promise<void>((resolve) => void timers?.after(this.slowness, resolve));
    if (trouble.kind === 'says_invalid_client') {
      return Response.json({ error: 'invalid_client' }, { status: 401, headers });
    }
    if (trouble.kind === 'down') throw new TypeError('fetch failed');
    if (trouble.kind === 'busy') {
      return new Response('{}', {
        status: 503,
        headers: { ...headers, 'retry-after': String(trouble.retryAfter) },
      });
    }
    const body = new URLSearchParams(
      typeof init?.body === 'string' || init?.body instanceof URLSearchParams ? init.body : '',
    );
    if (body.has('token')) return this.#revokeAny(body.get('token') ?? '', headers);
    const grant = this.#spend(body.get('refresh_token') ?? '');
    if (grant === undefined || trouble.kind === 'says_invalid_grant') {
      return Response.json({ error: 'invalid_grant' }, { status: 400, headers });
    }
    return Response.json(this.#issue(grant), { headers });
  };

  /** RFC 7009, of either kind of token. */
  #revokeAny(token: string, headers: Record<string, string>): Response {
    for (const [refreshToken, grant] of this.#grants) {
      if (refreshToken === token || grant.accessTokens.has(token)) grant.revoked = true;
    }
    return new Response('', { headers });
  }

  #spend(refreshToken: string): Grant | undefined {
    const reused = this.#spent.get(refreshToken);
    if (reused !== undefined) {
      this.reuses += 1;
      reused.revoked = true;
      return undefined;
    }
    const grant = this.#grants.get(refreshToken);
    if (grant === undefined || grant.revoked || this.trouble.kind === 'says_invalid_grant') return undefined;
    if (this.#options.rotates) {
      this.#spent.set(refreshToken, grant);
      this.#grants.delete(refreshToken);
    }
    return grant;
  }

  #issue(grant: Grant): Record<string, string | number> {
    const { accessTokenSeconds, rotates, clock } = this.#options;
    if (rotates || grant.refreshToken === '') grant.refreshToken = `refresh-${this.#token()}`;
    this.#grants.set(grant.refreshToken, grant);
    const accessToken = `access-${this.#token()}`;
    const until =
      accessTokenSeconds === undefined ? Number.POSITIVE_INFINITY : clock.now() + accessTokenSeconds * 1_000;
    for (const [token, end] of grant.accessTokens) if (end <= clock.now()) grant.accessTokens.delete(token);
    grant.accessTokens.set(accessToken, until);
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      refresh_token: grant.refreshToken,
      ...(accessTokenSeconds === undefined ? {} : { expires_in: accessTokenSeconds }),
    };
  }

  #token(): string {
    this.#serial += 1;
    return createHash('sha256').update(String(this.#serial)).digest('base64url').slice(0, 22);
  }
}
