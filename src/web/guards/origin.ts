import { OAuthBrokerError } from '../../errors.ts';
import type { WebMiddleware } from '../env.ts';

/**
 * Lets a request change something only if it comes from our own pages, or from no page at all. Plain http on a LAN
 * carries no `Sec-Fetch-Site`, so `Origin` decides there; it is `null` from a sandboxed frame, and that is refused.
 *
 * @throws OAuthBrokerError `invalid_request`
 */
export const originGuard: WebMiddleware = async (c, next) => {
  if (c.req.method === 'POST') {
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const isForeign =
      (site !== undefined && site !== 'same-origin' && site !== 'none') ||
      (origin !== undefined && hostOfOrigin(origin) !== (c.req.header('host') ?? new URL(c.req.url).host));
    if (isForeign) throw new OAuthBrokerError('invalid_request', { field: 'Origin' });
  }
  await next();
};

// The scheme is left out: behind a proxy that speaks TLS the page's is https and ours is not.
function hostOfOrigin(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
