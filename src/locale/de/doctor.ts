import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Nachrichtenbus',
    plugin: 'Python-Plugin',
    network: 'Netzwerk',
    firewall: 'Firewall',
    clock: 'Uhrzeit',
    store: 'Dateien',
    apps: 'Apps',
    connections: 'Verbindungen',
    relay: 'Relay',
  },
  levels: { ok: 'ok', warning: 'Warnung', problem: 'Problem' },
  findings: {
    broker_running: 'Der Broker läuft (Version {version}, Prozess {pid}).',
    broker_not_running: 'Der Broker läuft nicht: Niemand wird angemeldet, und kein Token wird erneuert.',
    broker_outdated: 'Der laufende Broker hat die Version {running}, installiert ist aber {installed}.',
    check_timed_out: 'Das ließ sich nicht innerhalb von {seconds} Sekunden prüfen.',
    check_failed: 'Das ließ sich nicht prüfen ({reason}).',

    bus_ok: 'Der Nachrichtenbus antwortet unter {host}:{port}.',
    bus_encrypted_ok:
      'Der Nachrichtenbus antwortet unter {host}:{port}, und seine Nachrichten sind mit unserem Schlüssel verschlüsselt.',
    bus_unreachable: 'Der Nachrichtenbus unter {host}:{port} ist nicht erreichbar ({reason}).',
    bus_silent: 'Der Nachrichtenbus unter {host}:{port} nimmt eine Nachricht an, gibt sie aber nicht weiter.',
    bus_other_key: 'Die Nachrichten auf dem Bus sind mit einem anderen Schlüssel als unserem verschlüsselt.',
    bus_key_missing: 'Die Nachrichten auf dem Bus sind verschlüsselt, aber hier ist kein Schlüssel gesetzt.',
    bus_plain_messages:
      'Hier ist ein Schlüssel gesetzt, aber die Nachrichten auf dem Bus sind unverschlüsselt und werden verworfen. Setze den Schlüssel für alle Programme, oder erlaube unverschlüsselte Nachrichten.',
    broker_not_on_bus: 'Der Broker läuft, antwortet aber nicht auf dem Nachrichtenbus.',
    brokers_several: 'Auf dem Nachrichtenbus antworten {count} Broker. Nur einer darf laufen.',

    plugin_absent:
      'Das Python-Plugin ist hier nicht installiert, und nichts anderes antwortet anstelle des Brokers.',
    plugin_disabled: 'Das Python-Plugin {version} ist installiert, aber abgeschaltet.',
    plugin_answers:
      'Etwas anderes antwortet als OAuth-Dienst, höchstwahrscheinlich das Python-Plugin: Zwei Programme streiten sich um jede Anmeldung.',
    plugin_enabled:
      'Das Python-Plugin {version} ist installiert und nicht abgeschaltet: PHAL wird es neben dem Broker laden.',
    plugin_enabled_as_admin: 'Das Python-Plugin {version} ist im Admin-PHAL eingeschaltet.',

    port_ours: 'Der Broker antwortet auf Port {port}.',
    port_free: 'Der Port {port} ist frei.',
    port_taken: 'Ein anderes Programm hat den Port {port} ({reason}).',
    port_forbidden:
      'Dieser Benutzer darf den Port {port} nicht verwenden: Die unter 1024 sind root vorbehalten.',
    port_not_ours: 'Der Broker läuft, aber auf Port {port} antwortet etwas anderes oder nichts.',
    port_loopback_only: 'Die Seiten gibt es nur unter {host}: Ein Handy kann sie nicht öffnen.',
    lan_reachable:
      'Die Seiten sind unter {host}:{port} erreichbar, der Adresse, an die Handys geschickt werden.',
    lan_unreachable: 'Unter {host}:{port}, der Adresse, an die Handys geschickt werden, antwortet nichts.',
    lan_address: 'Handys werden an {host} geschickt.',
    lan_address_missing: 'Dieses Gerät hat keine Adresse in einem Netzwerk: Kein Handy kann es erreichen.',
    lan_address_elsewhere: 'Handys werden an {host} geschickt, und das ist keine Adresse dieses Geräts.',
    lan_addresses_several:
      'Handys werden an {host} geschickt. Dieses Gerät hat noch andere Adressen ({others}); wenn Handys eine davon verwenden, stelle sie ein.',
    mdns_name: 'Handys finden dieses Gerät auch unter dem Namen {name}.',
    mdns_silent: 'Für den Namen {name} antwortet niemand. Es werden Adressen verwendet; das genügt.',
    mdns_name_dead: 'Handys werden an {name} geschickt, aber für diesen Namen antwortet niemand.',

    firewall_none: 'Vor dem Port {port} steht keine Firewall.',
    firewall_open: 'Die Firewall ({tool}) lässt Handys zum Port {port} durch.',
    firewall_closed_ufw: 'Die Firewall (ufw) lässt Handys nicht zum Port {port} durch.',
    firewall_closed_firewalld:
      'Die Firewall (firewalld, Zone {zone}) lässt Handys nicht zum Port {port} durch.',
    firewall_closed_nftables:
      'Die Firewall (nftables, Kette {chain}) lässt Handys nicht zum Port {port} durch. Trage die Regel auch in /etc/nftables.conf ein, sonst gilt sie nur bis zum nächsten Start.',
    firewall_unclear:
      'Es gibt Firewall-Regeln, und ob sie Handys zum Port {port} durchlassen, lässt sich nicht sagen.',
    firewall_unreadable: 'Eine Firewall ({tool}) ist an, aber nur root darf ihre Regeln ansehen.',

    clock_ok: 'Die Uhr zeigt {time} UTC, und nichts spricht dagegen.',
    clock_before_release: 'Die Uhr zeigt {time} UTC; da gab es dieses Programm noch gar nicht.',
    clock_differs: 'Die Uhr geht um {seconds} Sekunden falsch, gemessen an der Zeit von {host}.',
    provider_unreachable: '{host} ist nicht erreichbar: Tokens von dort lassen sich jetzt nicht erneuern.',

    store_ok: 'Die Dateien in {path} sind heil, beschreibbar und privat.',
    database_ok: 'Der gemeinsame Speicher antwortet unter {host}:{port}.',
    database_unreachable: 'Der gemeinsame Speicher unter {host}:{port} ist nicht erreichbar ({reason}).',
    store_unwritable: '{path} lässt sich nicht schreiben.',
    store_unreadable: 'Das Journal in {path} ist nicht lesbar.',
    store_open_to_others: 'Andere Benutzer dürfen {path} lesen, und darin sind Geheimnisse.',
    store_damaged: {
      one: 'Eine Zeile des Journals in {path} ist nicht lesbar. Der Broker bringt das beim nächsten Start in Ordnung.',
      other:
        '{count} Zeilen des Journals in {path} sind nicht lesbar. Der Broker bringt das beim nächsten Start in Ordnung.',
    },
    store_newer: 'Das Journal in {path} stammt von einer neueren Version.',
    store_sealed:
      'Das Journal in {path} ist versiegelt, und sein Schlüssel ist nicht zur Hand: Die Apps wurden nicht geprüft.',
    store_held: 'Der Prozess {pid} hält die Dateien, ist aber nicht der Broker, der antwortet.',
    shared_file_open_to_others:
      'Andere Benutzer dürfen {path} lesen, und darin sind Tokens oder Client-Secrets.',
    shared_file_damaged: '{path} ist beschädigt. Der Broker legt die Datei beim nächsten Start neu an.',
    disk_nearly_full: 'Dort, wo {path} liegt, sind nur noch {bytes} Byte frei.',
    token_unsaved:
      'Ein Token von {app} ist nur im Arbeitsspeicher, weil es sich in {path} nicht speichern lässt.',
    foreign_writers: {
      one: 'Andere Programme haben in letzter Zeit einmal in die gemeinsamen Token-Dateien geschrieben. Wenn Skills Tokens selbst erneuern, enthalte ihnen die Refresh-Tokens vor.',
      other:
        'Andere Programme haben in letzter Zeit {count}-mal in die gemeinsamen Token-Dateien geschrieben. Wenn Skills Tokens selbst erneuern, enthalte ihnen die Refresh-Tokens vor.',
    },

    app_ok: '{app} kann sich bei {provider} anmelden ({method}).',
    apps_none: 'Noch kein Skill hat eine App registriert.',
    apps_unknown: 'Die Apps ließen sich nicht prüfen.',
    app_needs_credentials: '{app} braucht eine Client-ID und ein Client-Secret von {provider}.',
    app_redirect_refused:
      '{provider} lehnt jede Weiterleitungsadresse ab, die {app} verwenden könnte, zum Beispiel {uri} ({reason}).',
    app_loopback_host: '{app} verwendet {uri}; dass {provider} das annimmt, ist nicht bekannt.',
    app_redirect_changed:
      'Der Client von {app} bei {provider} ist nicht mit {uri} registriert: Dieses Gerät hat jetzt eine andere Adresse.',

    connection_ok: '{app} ist mit {provider} verbunden.',
    connections_none: 'Nichts ist verbunden.',
    connection_needs_user: 'Für {app} musst du dich neu bei {provider} anmelden ({reason}).',
    connection_refused: '{provider} akzeptiert die Client-ID oder das Client-Secret von {app} nicht.',
    connection_fails:
      'Das Token von {app} konnte bei {provider} nicht erneuert werden ({reason}). Es wird noch einmal versucht.',
    connection_expired:
      'Das Token von {app} ist abgelaufen, und {provider} hat nichts mitgegeben, womit es sich erneuern ließe.',
    connection_ends_soon: {
      one: 'In {days} Tag beendet {provider} die Anmeldung von {app}.',
      other: 'In {days} Tagen beendet {provider} die Anmeldung von {app}.',
    },

    relay_none: 'Kein Relay ist eingestellt.',
    relay_ok: 'Die Relay-Seite unter {url} ist die dieser Version.',
    relay_unreachable: 'Die Relay-Seite unter {url} lässt sich nicht laden ({reason}).',
    relay_other_page: 'Unter {url} ist eine andere Seite als das Relay.',
    relay_outdated: 'Die Relay-Seite unter {url} ist die einer anderen Version.',
  },
  fix: 'Abhilfe',
  looking: 'Sehe nach …',
  allWell: 'Alles ist in Ordnung.',
  summary: 'Probleme: {problems}, Warnungen: {warnings}.',
};
