import type { Change } from '../store/port.ts';
import type { Connection } from '../store/records.ts';
import { type Holdings, idsOf } from './contents.ts';

/**
 * What the device that everything was moved away from commits: it keeps its apps, keeps the tokens aside, and sends no
 * request with them any longer: no refresh, no other try of a refused token, no revocation.
 *
 * @param at milliseconds since the Unix epoch
 */
export function leaveBehind(holdings: Holdings, at: number): readonly Change[] {
  const changes: Change[] = [];
  for (const mungedId of idsOf(holdings)) {
    const tokenSet = holdings.tokens.get(mungedId);
    const connection = holdings.connections.get(mungedId);
    if (tokenSet !== undefined) {
      changes.push(
        { op: 'quarantine_token', token: { mungedId, tokenSet, reason: 'moved', at } },
        { op: 'delete_token', mungedId },
      );
    }
    if (tokenSet !== undefined || connection?.revival !== undefined || connection?.revocation !== undefined) {
      const { grantedAt, redirectUri } = connection ?? {};
      const moved: Connection = {
        mungedId,
        state: 'disconnected',
        // A sign-in that was ended here is over and not elsewhere; only its revocation goes on there.
        ...(connection?.revocation === undefined ? { reason: 'moved' } : {}),
        since: at,
        ...(grantedAt === undefined ? {} : { grantedAt }),
        ...(redirectUri === undefined ? {} : { redirectUri }),
      };
      changes.push({ op: 'put_connection', connection: moved });
    }
  }
  return changes;
}
