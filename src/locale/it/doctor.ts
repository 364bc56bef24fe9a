import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Bus dei messaggi',
    plugin: 'Plugin Python',
    network: 'Rete',
    firewall: 'Firewall',
    clock: 'Ora',
    store: 'File',
    apps: 'App',
    connections: 'Collegamenti',
    relay: 'Pagina di inoltro',
  },
  levels: { ok: 'ok', warning: 'avviso', problem: 'problema' },
  findings: {
    broker_running: 'Il broker è in esecuzione (versione {version}, processo {pid}).',
    broker_not_running: 'Il broker non è in esecuzione: nessuno può accedere e nessun token viene rinnovato.',
    broker_outdated: 'Il broker in esecuzione è la versione {running}, ma è installata la {installed}.',
    check_timed_out: 'Non si è potuto controllare entro {seconds} secondi.',
    check_failed: 'Non si è potuto controllare ({reason}).',

    bus_ok: 'Il bus dei messaggi risponde su {host}:{port}.',
    bus_encrypted_ok:
      'Il bus dei messaggi risponde su {host}:{port}, e i suoi messaggi sono cifrati con la nostra chiave.',
    bus_unreachable: 'Il bus dei messaggi su {host}:{port} non è raggiungibile ({reason}).',
    bus_silent: 'Il bus dei messaggi su {host}:{port} accetta un messaggio ma non lo inoltra.',
    bus_other_key: 'I messaggi sul bus sono cifrati con una chiave diversa dalla nostra.',
    bus_key_missing: 'I messaggi sul bus sono cifrati, ma qui non è impostata nessuna chiave.',
    bus_plain_messages:
      'Qui è impostata una chiave, ma i messaggi sul bus non sono cifrati e vengono scartati. Imposta la chiave per tutti i programmi, oppure permetti i messaggi non cifrati.',
    broker_not_on_bus: 'Il broker è in esecuzione ma non risponde sul bus dei messaggi.',
    brokers_several: 'Sul bus dei messaggi rispondono {count} broker. Ne può girare uno solo.',

    plugin_absent: 'Il plugin Python qui non è installato, e nient’altro risponde al posto del broker.',
    plugin_disabled: 'Il plugin Python {version} è installato ma disattivato.',
    plugin_answers:
      'Qualcos’altro risponde come servizio OAuth, molto probabilmente il plugin Python: due programmi si contendono ogni accesso.',
    plugin_enabled:
      'Il plugin Python {version} è installato e non è disattivato: PHAL lo caricherà accanto al broker.',
    plugin_enabled_as_admin: 'Il plugin Python {version} è attivo nel PHAL di amministrazione.',

    port_ours: 'Il broker risponde sulla porta {port}.',
    port_free: 'La porta {port} è libera.',
    port_taken: 'Un altro programma occupa la porta {port} ({reason}).',
    port_forbidden: 'Questo utente non può usare la porta {port}: quelle sotto 1024 sono riservate a root.',
    port_not_ours: 'Il broker è in esecuzione, ma sulla porta {port} risponde altro, o nulla.',
    port_loopback_only: 'Le pagine sono servite solo su {host}: un telefono non può aprirle.',
    lan_reachable: 'Le pagine si raggiungono su {host}:{port}, l’indirizzo a cui sono mandati i telefoni.',
    lan_unreachable: 'Nulla risponde su {host}:{port}, l’indirizzo a cui sono mandati i telefoni.',
    lan_address: 'I telefoni sono mandati a {host}.',
    lan_address_missing:
      'Questo dispositivo non ha un indirizzo in nessuna rete: nessun telefono può raggiungerlo.',
    lan_address_elsewhere: 'I telefoni sono mandati a {host}, che non è un indirizzo di questo dispositivo.',
    lan_addresses_several:
      'I telefoni sono mandati a {host}. Questo dispositivo ha altri indirizzi ({others}); se i telefoni ne usano uno, impostalo.',
    mdns_name: 'I telefoni trovano questo dispositivo anche con il nome {name}.',
    mdns_silent: 'Nessuno risponde al nome {name}. Si usano gli indirizzi; basta così.',
    mdns_name_dead: 'I telefoni sono mandati a {name}, ma nessuno risponde a quel nome.',

    firewall_none: 'Davanti alla porta {port} non c’è nessun firewall.',
    firewall_open: 'Il firewall ({tool}) lascia arrivare i telefoni alla porta {port}.',
    firewall_closed_ufw: 'Il firewall (ufw) non lascia arrivare i telefoni alla porta {port}.',
    firewall_closed_firewalld:
      'Il firewall (firewalld, zona {zone}) non lascia arrivare i telefoni alla porta {port}.',
    firewall_closed_nftables:
      'Il firewall (nftables, catena {chain}) non lascia arrivare i telefoni alla porta {port}. Metti la regola anche in /etc/nftables.conf, altrimenti finisce al prossimo avvio.',
    firewall_unclear:
      'Ci sono regole del firewall, e non si può dire se lasciano arrivare i telefoni alla porta {port}.',
    firewall_unreadable: 'Un firewall ({tool}) è attivo, ma solo root può vederne le regole.',

    clock_ok: 'L’orologio segna {time} UTC, e niente lo smentisce.',
    clock_before_release: 'L’orologio segna {time} UTC, prima che questo programma fosse fatto.',
    clock_differs: 'L’orologio è sfasato di {seconds} secondi rispetto all’ora di {host}.',
    provider_unreachable: '{host} non è raggiungibile: ora i suoi token non si possono rinnovare.',

    store_ok: 'I file in {path} sono integri, scrivibili e privati.',
    database_ok: 'L’archivio comune risponde su {host}:{port}.',
    database_unreachable: 'L’archivio comune su {host}:{port} non è raggiungibile ({reason}).',
    store_unwritable: 'In {path} non si può scrivere.',
    store_unreadable: 'Il registro in {path} non si può leggere.',
    store_open_to_others: 'Altri utenti possono leggere {path}, che contiene segreti.',
    store_damaged: {
      one: 'Una riga del registro in {path} non si può leggere. Il broker lo ripara al prossimo avvio.',
      other:
        '{count} righe del registro in {path} non si possono leggere. Il broker lo ripara al prossimo avvio.',
    },
    store_newer: 'Il registro in {path} è stato scritto da una versione più recente.',
    store_sealed:
      'Il registro in {path} è sigillato e la sua chiave non è a portata di mano: le app non sono state controllate.',
    store_held: 'Il processo {pid} tiene i file, ma non è il broker che risponde.',
    shared_file_open_to_others:
      'Altri utenti possono leggere {path}, che contiene token o segreti dei client.',
    shared_file_damaged: '{path} è danneggiato. Il broker lo ricrea al prossimo avvio.',
    disk_nearly_full: 'Dove si trova {path} sono liberi solo {bytes} byte.',
    token_unsaved: 'Un token di {app} è solo in memoria, perché non si può salvare in {path}.',
    foreign_writers: {
      one: 'Di recente altri programmi hanno scritto una volta nei file dei token condivisi. Se le skill rinnovano i token da sole, non dare loro i token di rinnovo.',
      other:
        'Di recente altri programmi hanno scritto {count} volte nei file dei token condivisi. Se le skill rinnovano i token da sole, non dare loro i token di rinnovo.',
    },

    app_ok: '{app} può accedere a {provider} ({method}).',
    apps_none: 'Nessuna skill ha ancora registrato un’app.',
    apps_unknown: 'Non si sono potute controllare le app.',
    app_needs_credentials: '{app} ha bisogno di un ID client e di un segreto di {provider}.',
    app_redirect_refused:
      '{provider} rifiuta ogni indirizzo di reindirizzamento che {app} potrebbe usare, per esempio {uri} ({reason}).',
    app_loopback_host: '{app} usa {uri}, e non si sa se {provider} lo accetta.',
    app_redirect_changed:
      'Il client di {app} presso {provider} non è registrato con {uri}: ora questo dispositivo ha un altro indirizzo.',

    connection_ok: '{app} è in collegamento con {provider}.',
    connections_none: 'Nulla è collegato.',
    connection_needs_user: 'Per {app} devi accedere di nuovo a {provider} ({reason}).',
    connection_refused: '{provider} non accetta l’ID client o il segreto di {app}.',
    connection_fails: 'Il token di {app} non si è potuto rinnovare presso {provider} ({reason}). Si riprova.',
    connection_expired: 'Il token di {app} è scaduto, e {provider} non ha dato nulla per rinnovarlo.',
    connection_ends_soon: {
      one: 'Tra {days} giorno {provider} chiuderà l’accesso di {app}.',
      other: 'Tra {days} giorni {provider} chiuderà l’accesso di {app}.',
    },

    relay_none: 'Non è impostata nessuna pagina di inoltro.',
    relay_ok: 'La pagina di inoltro su {url} è quella di questa versione.',
    relay_unreachable: 'La pagina di inoltro su {url} non si può caricare ({reason}).',
    relay_other_page: 'Su {url} c’è una pagina diversa da quella di inoltro.',
    relay_outdated: 'La pagina di inoltro su {url} è quella di un’altra versione.',
  },
  fix: 'Rimedio',
  looking: 'Controllo in corso…',
  allWell: 'È tutto a posto.',
  summary: 'Problemi: {problems}, avvisi: {warnings}.',
};
