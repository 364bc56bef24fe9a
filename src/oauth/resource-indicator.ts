import { OAuthBrokerError } from '../errors.ts';
import type { Client } from './types.ts';

const LONGEST_RESOURCE = 2048;

/**
 * Checks a resource indicator, the API that an app wants its tokens for: an absolute URI without a fragment
 * (RFC 8707 §2). It is returned as it was written; servers compare it with what they know.
 *
 * @throws OAuthBrokerError `invalid_request` with `details.field`
 */
export function parseResource(field: string, resource: string): string {
  const isAbsolute = /^[a-z][a-z\d+.-]*:[^\s#\p{Cc}]+$/iu.test(resource);
  if (resource.length > LONGEST_RESOURCE || !isAbsolute) {
    throw new OAuthBrokerError('invalid_request', { field });
  }
  return resource;
}

/** The `resource` of every authorization and token request of a client that names one (RFC 8707 §2). */
export function resourceParameter({ resource }: Client): { readonly resource?: string } {
  return resource === undefined ? {} : { resource };
}
