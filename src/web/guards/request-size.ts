import { OAuthBrokerError } from '../../errors.ts';
import type { WebMiddleware } from '../env.ts';

/** Characters of the whole URL; providers send codes of up to about 2,000. */
const LONGEST_URL = 8192;
/** Bytes. */
const LARGEST_BODY = 16_384;

/**
 * Refuses what is too long to be meant for us, and every body whose length is not said in advance: no form of a browser
 * is sent that way, and reading one would tie up a connection.
 *
 * @throws OAuthBrokerError `request_too_large`
 */
export const requestSize: WebMiddleware = async (c, next) => {
  const length = Number(c.req.header('content-length') ?? 0);
  const largest = c.req.method === 'POST' ? LARGEST_BODY : 0;
  if (c.req.url.length > LONGEST_URL || length > largest || c.req.header('transfer-encoding') !== undefined) {
    c.header('Connection', 'close');
    throw new OAuthBrokerError('request_too_large');
  }
  await next();
};
