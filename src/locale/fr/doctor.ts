import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Bus de messages',
    plugin: 'Plugin Python',
    network: 'Réseau',
    firewall: 'Pare-feu',
    clock: 'Heure',
    store: 'Fichiers',
    apps: 'Applications',
    connections: 'Connexions',
    relay: 'Relais',
  },
  levels: { ok: 'ok', warning: 'avertissement', problem: 'problème' },
  findings: {
    broker_running: 'Le broker tourne (version {version}, processus {pid}).',
    broker_not_running: 'Le broker ne tourne pas : personne n’est connecté et aucun jeton n’est renouvelé.',
    broker_outdated: 'Le broker qui tourne est en version {running}, mais {installed} est installée.',
    check_timed_out: 'Cela n’a pas pu être examiné en {seconds} secondes.',
    check_failed: 'Cela n’a pas pu être examiné ({reason}).',

    bus_ok: 'Le bus de messages répond à {host}:{port}.',
    bus_encrypted_ok:
      'Le bus de messages répond à {host}:{port}, et ses messages sont chiffrés avec notre clé.',
    bus_unreachable: 'Le bus de messages à {host}:{port} est injoignable ({reason}).',
    bus_silent: 'Le bus de messages à {host}:{port} accepte un message mais ne le transmet pas.',
    bus_other_key: 'Les messages sur le bus sont chiffrés avec une autre clé que la nôtre.',
    bus_key_missing: 'Les messages sur le bus sont chiffrés, mais aucune clé n’est définie ici.',
    bus_plain_messages:
      'Une clé est définie ici, mais les messages sur le bus ne sont pas chiffrés et sont rejetés. Définis la clé pour tous les programmes, ou autorise les messages non chiffrés.',
    broker_not_on_bus: 'Le broker tourne mais ne répond pas sur le bus de messages.',
    brokers_several: '{count} brokers répondent sur le bus de messages. Un seul doit tourner.',

    plugin_absent: 'Le plugin Python n’est pas installé ici, et rien d’autre ne répond à la place du broker.',
    plugin_disabled: 'Le plugin Python {version} est installé mais désactivé.',
    plugin_answers:
      'Autre chose répond comme service OAuth, très probablement le plugin Python : deux programmes se disputent chaque connexion.',
    plugin_enabled:
      'Le plugin Python {version} est installé et n’est pas désactivé : PHAL le chargera à côté du broker.',
    plugin_enabled_as_admin: 'Le plugin Python {version} est activé dans le PHAL d’administration.',

    port_ours: 'Le broker répond sur le port {port}.',
    port_free: 'Le port {port} est libre.',
    port_taken: 'Un autre programme occupe le port {port} ({reason}).',
    port_forbidden:
      'Cet utilisateur ne peut pas utiliser le port {port} : ceux sous 1024 sont réservés à root.',
    port_not_ours: 'Le broker tourne, mais sur le port {port} autre chose répond, ou rien.',
    port_loopback_only: 'Les pages ne sont servies qu’à {host} : un téléphone ne peut pas les ouvrir.',
    lan_reachable: 'Les pages sont joignables à {host}:{port}, l’adresse donnée aux téléphones.',
    lan_unreachable: 'Rien ne répond à {host}:{port}, l’adresse donnée aux téléphones.',
    lan_address: 'Les téléphones sont envoyés vers {host}.',
    lan_address_missing: 'Cet appareil n’a d’adresse dans aucun réseau : aucun téléphone ne peut le joindre.',
    lan_address_elsewhere:
      'Les téléphones sont envoyés vers {host}, qui n’est pas une adresse de cet appareil.',
    lan_addresses_several:
      'Les téléphones sont envoyés vers {host}. Cet appareil a d’autres adresses ({others}) ; si les téléphones en utilisent une, règle-la.',
    mdns_name: 'Les téléphones trouvent aussi cet appareil sous le nom {name}.',
    mdns_silent: 'Personne ne répond au nom {name}. Des adresses sont utilisées ; cela suffit.',
    mdns_name_dead: 'Les téléphones sont envoyés vers {name}, mais personne ne répond à ce nom.',

    firewall_none: 'Aucun pare-feu ne protège le port {port}.',
    firewall_open: 'Le pare-feu ({tool}) laisse les téléphones atteindre le port {port}.',
    firewall_closed_ufw: 'Le pare-feu (ufw) ne laisse pas les téléphones atteindre le port {port}.',
    firewall_closed_firewalld:
      'Le pare-feu (firewalld, zone {zone}) ne laisse pas les téléphones atteindre le port {port}.',
    firewall_closed_nftables:
      'Le pare-feu (nftables, chaîne {chain}) ne laisse pas les téléphones atteindre le port {port}. Mets aussi la règle dans /etc/nftables.conf, sinon elle disparaît au prochain démarrage.',
    firewall_unclear:
      'Il y a des règles de pare-feu, et impossible de dire si elles laissent les téléphones atteindre le port {port}.',
    firewall_unreadable: 'Un pare-feu ({tool}) est actif, mais seul root peut voir ses règles.',

    clock_ok: 'L’horloge indique {time} UTC, et rien ne la contredit.',
    clock_before_release: 'L’horloge indique {time} UTC, avant que ce programme ait été fait.',
    clock_differs: 'L’horloge a {seconds} secondes d’écart avec l’heure de {host}.',
    provider_unreachable: '{host} est injoignable : ses jetons ne peuvent pas être renouvelés maintenant.',

    store_ok: 'Les fichiers dans {path} sont intacts, modifiables et privés.',
    database_ok: 'Le stockage commun répond à l’adresse {host}:{port}.',
    database_unreachable: 'Le stockage commun à l’adresse {host}:{port} est injoignable ({reason}).',
    store_unwritable: 'Impossible d’écrire dans {path}.',
    store_unreadable: 'Le journal dans {path} ne peut pas être lu.',
    store_open_to_others: 'D’autres utilisateurs peuvent lire {path}, qui contient des secrets.',
    store_damaged: {
      one: 'Une ligne du journal dans {path} ne peut pas être lue. Le broker le répare à son prochain démarrage.',
      other:
        '{count} lignes du journal dans {path} ne peuvent pas être lues. Le broker le répare à son prochain démarrage.',
    },
    store_newer: 'Le journal dans {path} a été écrit par une version plus récente.',
    store_sealed:
      'Le journal dans {path} est scellé et sa clé n’est pas à portée : les applications n’ont pas été examinées.',
    store_held: 'Le processus {pid} tient les fichiers, mais ce n’est pas le broker qui répond.',
    shared_file_open_to_others:
      'D’autres utilisateurs peuvent lire {path}, qui contient des jetons ou des secrets client.',
    shared_file_damaged: '{path} est abîmé. Le broker le recrée à son prochain démarrage.',
    disk_nearly_full: 'Il ne reste que {bytes} octets libres là où se trouve {path}.',
    token_unsaved: 'Un jeton de {app} n’est qu’en mémoire, car il ne peut pas être enregistré dans {path}.',
    foreign_writers: {
      one: 'D’autres programmes ont écrit une fois dernièrement dans les fichiers de jetons partagés. Si des skills renouvellent elles-mêmes des jetons, ne leur donne pas les jetons de renouvellement.',
      other:
        'D’autres programmes ont écrit {count} fois dernièrement dans les fichiers de jetons partagés. Si des skills renouvellent elles-mêmes des jetons, ne leur donne pas les jetons de renouvellement.',
    },

    app_ok: '{app} peut se connecter chez {provider} ({method}).',
    apps_none: 'Aucune skill n’a encore enregistré d’application.',
    apps_unknown: 'Les applications n’ont pas pu être examinées.',
    app_needs_credentials: '{app} a besoin d’un identifiant client et d’un secret de {provider}.',
    app_redirect_refused:
      '{provider} refuse toute adresse de redirection que {app} pourrait utiliser, par exemple {uri} ({reason}).',
    app_loopback_host: '{app} utilise {uri}, et on ne sait pas si {provider} l’accepte.',
    app_redirect_changed:
      'Le client de {app} chez {provider} n’est pas enregistré avec {uri} : cet appareil a maintenant une autre adresse.',

    connection_ok: '{app} a une connexion chez {provider}.',
    connections_none: 'Rien n’est connecté.',
    connection_needs_user: 'Pour {app}, tu dois te reconnecter chez {provider} ({reason}).',
    connection_refused: '{provider} n’accepte pas l’identifiant client ou le secret de {app}.',
    connection_fails:
      'Le jeton de {app} n’a pas pu être renouvelé chez {provider} ({reason}). Un nouvel essai suivra.',
    connection_expired: 'Le jeton de {app} a expiré, et {provider} n’a rien donné pour le renouveler.',
    connection_ends_soon: {
      one: 'Dans {days} jour, {provider} mettra fin à la connexion de {app}.',
      other: 'Dans {days} jours, {provider} mettra fin à la connexion de {app}.',
    },

    relay_none: 'Aucun relais n’est configuré.',
    relay_ok: 'La page relais à {url} est celle de cette version.',
    relay_unreachable: 'La page relais à {url} ne peut pas être chargée ({reason}).',
    relay_other_page: 'À {url} se trouve une autre page que le relais.',
    relay_outdated: 'La page relais à {url} est celle d’une autre version.',
  },
  fix: 'Solution',
  looking: 'Examen en cours…',
  allWell: 'Tout va bien.',
  summary: 'Problèmes : {problems}, avertissements : {warnings}.',
};
