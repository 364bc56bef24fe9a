import type { ConnectionStatus } from '../control/connection-status.ts';
import { audienceWords } from './audience-words.ts';
import { moment } from './moment.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import type { Cell } from './table.ts';

const STATES: Readonly<Record<ConnectionStatus['state'], string>> = {
  connected: 'connected',
  needs_user: 'needs you to sign in',
  needs_credentials: 'needs credentials',
  disconnected: 'not signed in',
};

/** How an app stands, in words and colour. */
export function stateCell({ state }: ConnectionStatus, style: Style): Cell {
  const paints = {
    connected: style.good,
    needs_user: style.bad,
    needs_credentials: style.warn,
    disconnected: style.dim,
  };
  return { text: STATES[state], paint: paints[state] };
}

/** One row of the list of apps. */
export function connectionRow(
  connection: ConnectionStatus,
  style: Style,
  now: number,
): readonly (string | Cell)[] {
  const { munged_id: mungedId, provider_title: provider = '', last_used_at: used } = connection;
  return [
    mungedId,
    provider,
    stateCell(connection, style),
    { text: used === undefined ? '' : `used ${moment(used, now)}`, paint: style.dim },
  ];
}

/** Everything about one app, label by label. */
export function connectionDetails(
  connection: ConnectionStatus,
  style: Style,
  now: number,
): ReadonlyArray<readonly [string, string | Cell]> {
  const { skill_id: skill, app_id: app, provider, provider_title: title, reason, since, scope } = connection;
  const {
    expires_at: expires,
    renews,
    ends_at: ends,
    last_used_at: used,
    next_refresh_at: next,
    shared_with: audience,
  } = connection;
  const at = (time: number | undefined): string | undefined =>
    time === undefined ? undefined : moment(time, now);
  const isConnected = connection.state === 'connected';
  const lines: ReadonlyArray<readonly [string, string | Cell | undefined]> = [
    ['State', stateCell(connection, style)],
    ['Reason', reason],
    ['Since', at(since)],
    ['Shared with', audience === undefined ? undefined : audienceWords(audience)],
    ['Skill', skill],
    ['App', app],
    ['Provider', provider === undefined ? undefined : `${title ?? provider} (${provider})`],
    ['Granted', scope],
    [
      'Access token',
      isConnected ? (expires === undefined ? 'does not expire' : `expires ${at(expires)}`) : undefined,
    ],
    [
      'Renewed',
      isConnected
        ? next === undefined
          ? renews
            ? 'by itself'
            : 'never'
          : `${at(next)}, by itself`
        : undefined,
    ],
    ['Last used', at(used)],
    ['Sign in again', ends === undefined ? undefined : at(ends)],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

/** How people call an app: by what it belongs to. */
export function titleOf({ munged_id: mungedId, provider_title: title }: ConnectionStatus): string {
  return printable(title === undefined ? mungedId : `${title} (${mungedId})`);
}
