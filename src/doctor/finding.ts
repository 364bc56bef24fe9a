import { defined } from '../defined.ts';

/** In the order in which they are shown. */
export const GROUPS = [
  'broker',
  'bus',
  'plugin',
  'network',
  'firewall',
  'clock',
  'store',
  'apps',
  'connections',
  'relay',
] as const;

export type Group = (typeof GROUPS)[number];

/** `problem`: something does not work. `warning`: it may not, or will not for long. */
export type Level = 'ok' | 'warning' | 'problem';

interface FindingKind {
  readonly group: Group;
  readonly level: Level;
  /** The command or the lines of mycroft.conf that mend it, with `{name}` for a detail. */
  readonly fix?: string;
}

const IN_CONFIG = (json: string): string => `mycroft.conf: {"PHAL": {"ovos-PHAL-plugin-oauth": ${json}}}`;
const ALLOW_NFT = 'sudo nft insert rule {family} {table} {chain} ip saddr {network} tcp dport {port} accept';

/** Everything that the doctor can find, by its stable code. The sentences are in `locale/en/doctor.ts`. */
export const FINDINGS = {
  broker_running: { group: 'broker', level: 'ok' },
  broker_not_running: {
    group: 'broker',
    level: 'warning',
    fix: 'systemctl --user start ovos-oauth',
  },
  broker_outdated: { group: 'broker', level: 'warning', fix: 'systemctl --user restart ovos-oauth' },
  check_timed_out: { group: 'broker', level: 'warning', fix: 'ovos-oauth doctor' },
  check_failed: { group: 'broker', level: 'warning', fix: 'ovos-oauth doctor --json' },

  bus_ok: { group: 'bus', level: 'ok' },
  bus_encrypted_ok: { group: 'bus', level: 'ok' },
  bus_unreachable: { group: 'bus', level: 'problem', fix: 'systemctl --user restart ovos-messagebus' },
  bus_silent: { group: 'bus', level: 'problem', fix: 'systemctl --user restart ovos-messagebus' },
  bus_other_key: {
    group: 'bus',
    level: 'problem',
    fix: 'mycroft.conf: {"websocket": {"secret_key": "the same for all"}}',
  },
  bus_key_missing: {
    group: 'bus',
    level: 'problem',
    fix: 'mycroft.conf: {"websocket": {"secret_key": "that of the others"}}',
  },
  bus_plain_messages: {
    group: 'bus',
    level: 'problem',
    fix: 'mycroft.conf: {"websocket": {"allow_unencrypted": true}}',
  },
  broker_not_on_bus: { group: 'bus', level: 'problem', fix: 'systemctl --user restart ovos-oauth' },
  brokers_several: { group: 'bus', level: 'problem', fix: 'pgrep -af "ovos-oauth.* serve"' },

  plugin_absent: { group: 'plugin', level: 'ok' },
  plugin_disabled: { group: 'plugin', level: 'ok' },
  plugin_answers: {
    group: 'plugin',
    level: 'problem',
    fix: `${IN_CONFIG('{"enabled": false}')}, then: systemctl --user restart ovos-phal`,
  },
  plugin_enabled: { group: 'plugin', level: 'warning', fix: IN_CONFIG('{"enabled": false}') },
  plugin_enabled_as_admin: {
    group: 'plugin',
    level: 'warning',
    fix: 'mycroft.conf: {"PHAL": {"admin": {"ovos-PHAL-plugin-oauth": {"enabled": false}}}}',
  },

  port_ours: { group: 'network', level: 'ok' },
  port_free: { group: 'network', level: 'ok' },
  port_taken: { group: 'network', level: 'problem', fix: "sudo ss -ltnp 'sport = :{port}'" },
  port_forbidden: { group: 'network', level: 'problem', fix: IN_CONFIG('{"port": 36536}') },
  port_not_ours: { group: 'network', level: 'problem', fix: "sudo ss -ltnp 'sport = :{port}'" },
  port_loopback_only: { group: 'network', level: 'warning', fix: IN_CONFIG('{"host": "::"}') },
  lan_reachable: { group: 'network', level: 'ok' },
  lan_unreachable: { group: 'network', level: 'problem', fix: 'curl -sv http://{host}:{port}/' },
  lan_address: { group: 'network', level: 'ok' },
  lan_address_missing: { group: 'network', level: 'problem', fix: 'nmcli device status' },
  lan_address_elsewhere: { group: 'network', level: 'problem', fix: IN_CONFIG('{"lan_host": null}') },
  lan_addresses_several: { group: 'network', level: 'warning', fix: IN_CONFIG('{"lan_host": "{other}"}') },
  mdns_name: { group: 'network', level: 'ok' },
  mdns_silent: { group: 'network', level: 'ok', fix: 'sudo apt install avahi-daemon' },
  mdns_name_dead: { group: 'network', level: 'problem', fix: 'sudo systemctl restart avahi-daemon' },

  firewall_none: { group: 'firewall', level: 'ok' },
  firewall_open: { group: 'firewall', level: 'ok' },
  firewall_closed_ufw: {
    group: 'firewall',
    level: 'problem',
    fix: 'sudo ufw allow proto tcp from {network} to any port {port}',
  },
  firewall_closed_firewalld: {
    group: 'firewall',
    level: 'problem',
    fix: 'sudo firewall-cmd --permanent --zone={zone} --add-port={port}/tcp && sudo firewall-cmd --reload',
  },
  firewall_closed_nftables: { group: 'firewall', level: 'problem', fix: ALLOW_NFT },
  firewall_unclear: { group: 'firewall', level: 'warning', fix: 'sudo nft list ruleset' },
  firewall_unreadable: { group: 'firewall', level: 'warning', fix: 'sudo {command}' },

  clock_ok: { group: 'clock', level: 'ok' },
  clock_before_release: { group: 'clock', level: 'problem', fix: 'sudo timedatectl set-ntp true' },
  clock_differs: { group: 'clock', level: 'problem', fix: 'sudo timedatectl set-ntp true' },
  provider_unreachable: { group: 'clock', level: 'warning', fix: 'curl -sv {address}' },

  store_ok: { group: 'store', level: 'ok' },
  database_ok: { group: 'store', level: 'ok' },
  database_unreachable: { group: 'store', level: 'problem', fix: 'pg_isready -h {host} -p {port}' },
  store_unwritable: { group: 'store', level: 'problem', fix: 'sudo chown -R {user}: {path}' },
  store_unreadable: { group: 'store', level: 'problem', fix: 'sudo chown -R {user}: {path}' },
  store_open_to_others: { group: 'store', level: 'problem', fix: 'chmod {mode} {path}' },
  store_damaged: { group: 'store', level: 'warning', fix: 'ovos-oauth serve' },
  store_newer: { group: 'store', level: 'problem', fix: 'npm install -g ovos-oauth@latest' },
  store_sealed: { group: 'store', level: 'warning', fix: 'ovos-oauth serve' },
  store_held: { group: 'store', level: 'problem', fix: 'ps -fp {pid}' },
  shared_file_open_to_others: { group: 'store', level: 'warning', fix: 'chmod {mode} {path}' },
  shared_file_damaged: { group: 'store', level: 'warning', fix: 'ovos-oauth serve' },
  disk_nearly_full: { group: 'store', level: 'problem', fix: 'df -h {path}' },
  token_unsaved: { group: 'store', level: 'problem', fix: 'df -h {path}' },
  foreign_writers: { group: 'store', level: 'warning', fix: IN_CONFIG('{"shared_files": "access_only"}') },

  app_ok: { group: 'apps', level: 'ok' },
  apps_none: { group: 'apps', level: 'ok' },
  apps_unknown: { group: 'apps', level: 'warning', fix: 'ovos-oauth serve' },
  app_needs_credentials: { group: 'apps', level: 'warning', fix: 'ovos-oauth credentials set {app}' },
  app_redirect_refused: {
    group: 'apps',
    level: 'problem',
    fix: IN_CONFIG('{"redirect": {"relay_url": "https://…"}}'),
  },
  app_loopback_host: {
    group: 'apps',
    level: 'warning',
    fix: IN_CONFIG('{"redirect": {"loopback_host": "127.0.0.1"}}'),
  },
  app_redirect_changed: { group: 'apps', level: 'warning', fix: 'ovos-oauth connect {app}' },

  connection_ok: { group: 'connections', level: 'ok' },
  connections_none: { group: 'connections', level: 'ok' },
  connection_needs_user: { group: 'connections', level: 'problem', fix: 'ovos-oauth connect {app}' },
  connection_refused: { group: 'connections', level: 'problem', fix: 'ovos-oauth credentials set {app}' },
  connection_fails: { group: 'connections', level: 'warning', fix: 'ovos-oauth refresh {app}' },
  connection_expired: { group: 'connections', level: 'problem', fix: 'ovos-oauth connect {app}' },
  connection_ends_soon: { group: 'connections', level: 'warning', fix: 'ovos-oauth connect {app}' },

  relay_none: { group: 'relay', level: 'ok' },
  relay_ok: { group: 'relay', level: 'ok' },
  relay_unreachable: { group: 'relay', level: 'problem', fix: 'curl -sv {url}' },
  relay_other_page: { group: 'relay', level: 'problem', fix: 'curl -s {url}' },
  relay_outdated: {
    group: 'relay',
    level: 'warning',
    fix: 'cp "$(npm root -g)/ovos-oauth/relay/index.html" /where/it/is/served/from/',
  },
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingCode = keyof typeof FINDINGS;

export type Details = Readonly<Record<string, string | number>>;

/** Something that was looked at, and what came of it. */
export interface Finding {
  readonly code: FindingCode;
  readonly group: Group;
  readonly level: Level;
  /** What the sentence and the fix name. Never a secret. */
  readonly details: Details;
  readonly fix?: string;
}

export function finding(code: FindingCode, details: Details = {}): Finding {
  const { group, level, fix }: FindingKind = FINDINGS[code];
  return { code, group, level, details, ...defined({ fix: fix === undefined ? fix : filled(fix, details) }) };
}

// A detail is put into a command: nothing in it may become another one.
const SAFE = /^[\w.:/@%+,=~[\]-]+$/;

/** Puts details into a command, quoted for the shell where that takes quotes. */
function filled(fix: string, details: Details): string {
  return fix.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = details[name];
    if (value === undefined) return place;
    const text = String(value);
    return SAFE.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
  });
}
