import type { Landing } from '../../broker/types.ts';
import type { Followed } from './layout.ts';

/** Names what a page of a link shows: once the name is another one, the page is out of date. */
export function viewOf({ state, failure, device, deviceFailure }: Landing): string {
  return [state, failure?.code, device?.userCode, deviceFailure?.code]
    .filter((part) => part !== undefined)
    .join(' ');
}

/**
 * Where a page of a link hears of news.
 *
 * @param home where it is found again, if it came as the answer to a form
 */
export function followed(landing: Landing, home?: string): Followed {
  const link = `/s/${landing.linkCode}`;
  const view = viewOf(landing);
  return {
    events: `${link}/events`,
    status: `${link}/status`,
    view,
    ...(home === undefined ? {} : { home }),
  };
}
