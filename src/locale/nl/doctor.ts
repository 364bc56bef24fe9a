import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Berichtenbus',
    plugin: 'Python-plug-in',
    network: 'Netwerk',
    firewall: 'Firewall',
    clock: 'Tijd',
    store: 'Bestanden',
    apps: 'Apps',
    connections: 'Koppelingen',
    relay: 'Doorstuurpagina',
  },
  levels: { ok: 'goed', warning: 'waarschuwing', problem: 'probleem' },
  findings: {
    broker_running: 'De broker draait (versie {version}, proces {pid}).',
    broker_not_running: 'De broker draait niet: niemand wordt aangemeld en geen enkel token wordt vernieuwd.',
    broker_outdated: 'De broker die draait is versie {running}, maar {installed} is geïnstalleerd.',
    check_timed_out: 'Dit kon niet binnen {seconds} seconden worden nagekeken.',
    check_failed: 'Dit kon niet worden nagekeken ({reason}).',

    bus_ok: 'De berichtenbus antwoordt op {host}:{port}.',
    bus_encrypted_ok:
      'De berichtenbus antwoordt op {host}:{port}, en de berichten zijn met onze sleutel versleuteld.',
    bus_unreachable: 'De berichtenbus op {host}:{port} is niet bereikbaar ({reason}).',
    bus_silent: 'De berichtenbus op {host}:{port} neemt een bericht aan maar geeft het niet door.',
    bus_other_key: 'De berichten op de bus zijn met een andere sleutel dan de onze versleuteld.',
    bus_key_missing: 'De berichten op de bus zijn versleuteld, maar hier is geen sleutel ingesteld.',
    bus_plain_messages:
      'Hier is een sleutel ingesteld, maar de berichten op de bus zijn onversleuteld en worden weggegooid. Stel de sleutel voor alle programma’s in, of sta onversleutelde berichten toe.',
    broker_not_on_bus: 'De broker draait maar antwoordt niet op de berichtenbus.',
    brokers_several: 'Op de berichtenbus antwoorden {count} brokers. Er mag er maar één draaien.',

    plugin_absent:
      'De Python-plug-in is hier niet geïnstalleerd, en niets anders antwoordt in de plaats van de broker.',
    plugin_disabled: 'De Python-plug-in {version} is geïnstalleerd maar uitgeschakeld.',
    plugin_answers:
      'Iets anders antwoordt als OAuth-dienst, waarschijnlijk de Python-plug-in: twee programma’s vechten om elke aanmelding.',
    plugin_enabled:
      'De Python-plug-in {version} is geïnstalleerd en niet uitgeschakeld: PHAL zal die naast de broker laden.',
    plugin_enabled_as_admin: 'De Python-plug-in {version} is ingeschakeld in de admin-PHAL.',

    port_ours: 'De broker antwoordt op poort {port}.',
    port_free: 'Poort {port} is vrij.',
    port_taken: 'Een ander programma heeft poort {port} ({reason}).',
    port_forbidden: 'Deze gebruiker mag poort {port} niet gebruiken: die onder 1024 zijn voor root.',
    port_not_ours: 'De broker draait, maar op poort {port} antwoordt iets anders, of niets.',
    port_loopback_only: 'De pagina’s zijn er alleen op {host}: een telefoon kan ze niet openen.',
    lan_reachable:
      'De pagina’s zijn bereikbaar op {host}:{port}, het adres waar telefoons heen worden gestuurd.',
    lan_unreachable: 'Niets antwoordt op {host}:{port}, het adres waar telefoons heen worden gestuurd.',
    lan_address: 'Telefoons worden naar {host} gestuurd.',
    lan_address_missing: 'Dit apparaat heeft geen adres in een netwerk: geen telefoon kan het bereiken.',
    lan_address_elsewhere: 'Telefoons worden naar {host} gestuurd, en dat is geen adres van dit apparaat.',
    lan_addresses_several:
      'Telefoons worden naar {host} gestuurd. Dit apparaat heeft nog andere adressen ({others}); stel een daarvan in als telefoons dat gebruiken.',
    mdns_name: 'Telefoons vinden dit apparaat ook onder de naam {name}.',
    mdns_silent: 'Niemand antwoordt op de naam {name}. Er worden adressen gebruikt; dat volstaat.',
    mdns_name_dead: 'Telefoons worden naar {name} gestuurd, maar niemand antwoordt op die naam.',

    firewall_none: 'Voor poort {port} staat geen firewall.',
    firewall_open: 'De firewall ({tool}) laat telefoons door naar poort {port}.',
    firewall_closed_ufw: 'De firewall (ufw) laat telefoons niet door naar poort {port}.',
    firewall_closed_firewalld:
      'De firewall (firewalld, zone {zone}) laat telefoons niet door naar poort {port}.',
    firewall_closed_nftables:
      'De firewall (nftables, keten {chain}) laat telefoons niet door naar poort {port}. Zet de regel ook in /etc/nftables.conf, anders is die na de volgende start weg.',
    firewall_unclear:
      'Er zijn firewallregels, en of die telefoons doorlaten naar poort {port} valt niet te zeggen.',
    firewall_unreadable: 'Een firewall ({tool}) staat aan, maar alleen root mag de regels bekijken.',

    clock_ok: 'De klok geeft {time} UTC aan, en niets spreekt dat tegen.',
    clock_before_release: 'De klok zegt {time} UTC, en toen was dit programma nog niet gemaakt.',
    clock_differs: 'De klok wijkt {seconds} seconden af van de tijd van {host}.',
    provider_unreachable: '{host} is niet bereikbaar: tokens daarvan kunnen nu niet worden vernieuwd.',

    store_ok: 'De bestanden in {path} zijn heel, beschrijfbaar en privé.',
    database_ok: 'De gemeenschappelijke opslag antwoordt op {host}:{port}.',
    database_unreachable: 'De gemeenschappelijke opslag op {host}:{port} is niet bereikbaar ({reason}).',
    store_unwritable: 'In {path} kan niet worden geschreven.',
    store_unreadable: 'Het journaal in {path} kan niet worden gelezen.',
    store_open_to_others: 'Andere gebruikers mogen {path} lezen, en daarin staan geheimen.',
    store_damaged: {
      one: 'Eén regel van het journaal in {path} kan niet worden gelezen. De broker herstelt dat bij de volgende start.',
      other:
        '{count} regels van het journaal in {path} kunnen niet worden gelezen. De broker herstelt dat bij de volgende start.',
    },
    store_newer: 'Het journaal in {path} is door een nieuwere versie geschreven.',
    store_sealed:
      'Het journaal in {path} is verzegeld en de sleutel is niet bij de hand: de apps zijn niet nagekeken.',
    store_held: 'Proces {pid} houdt de bestanden vast, maar is niet de broker die antwoordt.',
    shared_file_open_to_others:
      'Andere gebruikers mogen {path} lezen, en daarin staan tokens of client-secrets.',
    shared_file_damaged: '{path} is beschadigd. De broker maakt het bij de volgende start opnieuw.',
    disk_nearly_full: 'Waar {path} staat, zijn nog maar {bytes} bytes vrij.',
    token_unsaved:
      'Een token van {app} zit alleen in het geheugen, omdat het niet in {path} kan worden opgeslagen.',
    foreign_writers: {
      one: 'Andere programma’s hebben de gedeelde tokenbestanden de laatste tijd één keer geschreven. Als skills zelf tokens vernieuwen, onthoud ze dan de refresh-tokens.',
      other:
        'Andere programma’s hebben de gedeelde tokenbestanden de laatste tijd {count} keer geschreven. Als skills zelf tokens vernieuwen, onthoud ze dan de refresh-tokens.',
    },

    app_ok: '{app} kan zich bij {provider} aanmelden ({method}).',
    apps_none: 'Nog geen enkele skill heeft een app geregistreerd.',
    apps_unknown: 'De apps konden niet worden nagekeken.',
    app_needs_credentials: '{app} heeft een client-id en een secret van {provider} nodig.',
    app_redirect_refused:
      '{provider} weigert elk omleidingsadres dat {app} zou kunnen gebruiken, bijvoorbeeld {uri} ({reason}).',
    app_loopback_host: '{app} gebruikt {uri}, en het is niet bekend of {provider} dat accepteert.',
    app_redirect_changed:
      'De client van {app} bij {provider} is niet met {uri} geregistreerd: dit apparaat heeft nu een ander adres.',

    connection_ok: '{app} is aan {provider} gekoppeld.',
    connections_none: 'Er is niets gekoppeld.',
    connection_needs_user: 'Voor {app} moet je je opnieuw bij {provider} aanmelden ({reason}).',
    connection_refused: '{provider} accepteert de client-id of het secret van {app} niet.',
    connection_fails:
      'Het token van {app} kon bij {provider} niet worden vernieuwd ({reason}). Het wordt opnieuw geprobeerd.',
    connection_expired:
      'Het token van {app} is verlopen, en {provider} heeft niets gegeven om het te vernieuwen.',
    connection_ends_soon: {
      one: 'Over {days} dag beëindigt {provider} de aanmelding van {app}.',
      other: 'Over {days} dagen beëindigt {provider} de aanmelding van {app}.',
    },

    relay_none: 'Er is geen doorstuurpagina ingesteld.',
    relay_ok: 'De doorstuurpagina op {url} is die van deze versie.',
    relay_unreachable: 'De doorstuurpagina op {url} kan niet worden geladen ({reason}).',
    relay_other_page: 'Op {url} staat een andere pagina dan de doorstuurpagina.',
    relay_outdated: 'De doorstuurpagina op {url} is die van een andere versie.',
  },
  fix: 'Oplossing',
  looking: 'Bezig met nakijken…',
  allWell: 'Alles is in orde.',
  summary: 'Problemen: {problems}, waarschuwingen: {warnings}.',
};
