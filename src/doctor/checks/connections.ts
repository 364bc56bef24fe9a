import type { AppReport, Checkup } from '../../control/operations/checkup.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

const DAY = 86_400;
/** Seconds; as long before the end as the broker reminds of it. */
const SOON = 14 * DAY;

export const connections: Check = {
  group: 'connections',
  look: async ({ checkup, clock }) => judgeConnections(checkup, clock.now() / 1_000),
};

/** @param now seconds since the Unix epoch */
export function judgeConnections(checkup: Checkup | undefined, now: number): readonly Finding[] {
  const found = (checkup?.apps ?? []).flatMap((app) => judgeConnection(app, checkup?.failing ?? [], now));
  return found.length > 0 || checkup === undefined ? found : [finding('connections_none')];
}

function judgeConnection(
  { status, provider_host: host, needs_credentials: needsCredentials }: AppReport,
  failing: Checkup['failing'],
  now: number,
): readonly Finding[] {
  const place = { app: status.munged_id, provider: status.provider_title ?? host };
  const reason = status.reason ?? '';
  if (status.state === 'needs_user') return [finding('connection_needs_user', { ...place, reason })];
  // Missing ones are a finding of the app.
  if (status.state === 'needs_credentials')
    return needsCredentials ? [] : [finding('connection_refused', place)];
  if (status.state === 'disconnected') return [];
  const { expires_at: expiresAt, ends_at: endsAt } = status;
  if (!status.renews && expiresAt !== undefined && expiresAt < now)
    return [finding('connection_expired', place)];
  const failure = failing.find(({ munged_id: id }) => id === status.munged_id);
  if (failure !== undefined) return [finding('connection_fails', { ...place, reason: failure.code })];
  return endsAt !== undefined && endsAt - now < SOON
    ? [finding('connection_ends_soon', { ...place, days: Math.max(0, Math.floor((endsAt - now) / DAY)) })]
    : [finding('connection_ok', place)];
}
