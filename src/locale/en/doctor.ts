import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Message bus',
    plugin: 'Python plugin',
    network: 'Network',
    firewall: 'Firewall',
    clock: 'Time',
    store: 'Files',
    apps: 'Apps',
    connections: 'Connections',
    relay: 'Relay',
  },
  levels: { ok: 'ok', warning: 'warning', problem: 'problem' },
  findings: {
    broker_running: 'The broker runs (version {version}, process {pid}).',
    broker_not_running: 'The broker does not run: nobody is signed in, and no token is renewed.',
    broker_outdated: 'The broker that runs is version {running}, but {installed} is installed.',
    check_timed_out: 'This could not be looked at within {seconds} seconds.',
    check_failed: 'This could not be looked at ({reason}).',

    bus_ok: 'The message bus answers at {host}:{port}.',
    bus_encrypted_ok:
      'The message bus answers at {host}:{port}, and its messages are encrypted with our key.',
    bus_unreachable: 'The message bus at {host}:{port} cannot be reached ({reason}).',
    bus_silent: 'The message bus at {host}:{port} takes a message but does not pass it on.',
    bus_other_key: 'Messages on the bus are encrypted with another key than ours.',
    bus_key_missing: 'Messages on the bus are encrypted, but no key is set here.',
    bus_plain_messages:
      'A key is set here, but messages on the bus are not encrypted and are dropped. Set the key for all programs, or allow plain messages.',
    broker_not_on_bus: 'The broker runs but does not answer on the message bus.',
    brokers_several: '{count} brokers answer on the message bus. Only one may run.',

    plugin_absent:
      'The Python plugin is not installed here, and nothing else answers in the place of the broker.',
    plugin_disabled: 'The Python plugin {version} is installed but disabled.',
    plugin_answers:
      'Something else answers as the OAuth service, most likely the Python plugin: two programs fight over every sign-in.',
    plugin_enabled:
      'The Python plugin {version} is installed and not disabled: PHAL will load it beside the broker.',
    plugin_enabled_as_admin: 'The Python plugin {version} is enabled in the admin PHAL.',

    port_ours: 'The broker answers on port {port}.',
    port_free: 'Port {port} is free.',
    port_taken: 'Another program has port {port} ({reason}).',
    port_forbidden: 'This user may not use port {port}: those below 1024 are for root.',
    port_not_ours: 'The broker runs, but on port {port} something else answers, or nothing.',
    port_loopback_only: 'Pages are served at {host} only: a phone cannot open them.',
    lan_reachable: 'Pages are reached at {host}:{port}, the address that phones are sent to.',
    lan_unreachable: 'Nothing answers at {host}:{port}, the address that phones are sent to.',
    lan_address: 'Phones are sent to {host}.',
    lan_address_missing: 'This device has no address in a network: no phone can reach it.',
    lan_address_elsewhere: 'Phones are sent to {host}, which is not an address of this device.',
    lan_addresses_several:
      'Phones are sent to {host}. This device has other addresses ({others}); if phones use one of them, set it.',
    mdns_name: 'Phones find this device by the name {name} as well.',
    mdns_silent: 'Nobody answers for the name {name}. Addresses are used; that is enough.',
    mdns_name_dead: 'Phones are sent to {name}, but nobody answers for that name.',

    firewall_none: 'No firewall stands in front of port {port}.',
    firewall_open: 'The firewall ({tool}) lets phones reach port {port}.',
    firewall_closed_ufw: 'The firewall (ufw) does not let phones reach port {port}.',
    firewall_closed_firewalld: 'The firewall (firewalld, zone {zone}) does not let phones reach port {port}.',
    firewall_closed_nftables:
      'The firewall (nftables, chain {chain}) does not let phones reach port {port}. Put the rule into /etc/nftables.conf as well, or it ends with the next start.',
    firewall_unclear:
      'There are firewall rules, and whether they let phones reach port {port} cannot be told.',
    firewall_unreadable: 'A firewall ({tool}) is on, but only root may look at its rules.',

    clock_ok: 'The clock says {time} UTC, and nothing contradicts it.',
    clock_before_release: 'The clock says {time} UTC, which is before this program was made.',
    clock_differs: 'The clock is {seconds} seconds off, by the time of {host}.',
    provider_unreachable: '{host} cannot be reached: its tokens cannot be renewed now.',

    store_ok: 'The files in {path} are whole, writable and private.',
    database_ok: 'The common store answers at {host}:{port}.',
    database_unreachable: 'The common store at {host}:{port} cannot be reached ({reason}).',
    store_unwritable: '{path} cannot be written.',
    store_unreadable: 'The journal in {path} cannot be read.',
    store_open_to_others: 'Other users may read {path}, which holds secrets.',
    store_damaged: {
      one: 'One line of the journal in {path} cannot be read. The broker mends it at its next start.',
      other: '{count} lines of the journal in {path} cannot be read. The broker mends it at its next start.',
    },
    store_newer: 'The journal in {path} was written by a newer version.',
    store_sealed: 'The journal in {path} is sealed, and its key is not at hand: apps were not looked at.',
    store_held: 'The process {pid} holds the files, but is not the broker that answers.',
    shared_file_open_to_others: 'Other users may read {path}, which holds tokens or client secrets.',
    shared_file_damaged: '{path} is damaged. The broker makes it anew at its next start.',
    disk_nearly_full: 'Only {bytes} bytes are free where {path} is.',
    token_unsaved: 'A token of {app} is in memory only, since it cannot be saved in {path}.',
    foreign_writers: {
      one: 'Other programs wrote the shared token files once lately. If skills refresh tokens by themselves, keep refresh tokens from them.',
      other:
        'Other programs wrote the shared token files {count} times lately. If skills refresh tokens by themselves, keep refresh tokens from them.',
    },

    app_ok: '{app} can sign in at {provider} ({method}).',
    apps_none: 'No skill has registered an app yet.',
    apps_unknown: 'The apps could not be looked at.',
    app_needs_credentials: '{app} needs a client id and secret of {provider}.',
    app_redirect_refused:
      '{provider} refuses every redirect URI that {app} could use, such as {uri} ({reason}).',
    app_loopback_host: '{app} uses {uri}, which {provider} is not known to take.',
    app_redirect_changed:
      'The client of {app} at {provider} is not registered with {uri}: this device has another address now.',

    connection_ok: '{app} is connected to {provider}.',
    connections_none: 'Nothing is connected.',
    connection_needs_user: '{app} needs its user to sign in at {provider} again ({reason}).',
    connection_refused: '{provider} does not accept the client id or secret of {app}.',
    connection_fails: 'The token of {app} could not be renewed at {provider} ({reason}). It is tried again.',
    connection_expired: 'The token of {app} has expired, and {provider} gave nothing to renew it with.',
    connection_ends_soon: {
      one: 'In {days} day {provider} will end the sign-in of {app}.',
      other: 'In {days} days {provider} will end the sign-in of {app}.',
    },

    relay_none: 'No relay is set.',
    relay_ok: 'The relay page at {url} is the one of this version.',
    relay_unreachable: 'The relay page at {url} cannot be loaded ({reason}).',
    relay_other_page: 'At {url} is another page than the relay.',
    relay_outdated: 'The relay page at {url} is the one of another version.',
  },
  fix: 'Do',
  looking: 'Looking …',
  allWell: 'Everything is well.',
  summary: 'Problems: {problems}, warnings: {warnings}.',
};
