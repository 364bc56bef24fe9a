import type { DoctorWords } from '../doctor-words.ts';

export const doctor: DoctorWords = {
  groups: {
    broker: 'Broker',
    bus: 'Bus de mensajes',
    plugin: 'Plugin de Python',
    network: 'Red',
    firewall: 'Cortafuegos',
    clock: 'Hora',
    store: 'Archivos',
    apps: 'Aplicaciones',
    connections: 'Conexiones',
    relay: 'Página de enlace',
  },
  levels: { ok: 'bien', warning: 'aviso', problem: 'problema' },
  findings: {
    broker_running: 'El broker está en marcha (versión {version}, proceso {pid}).',
    broker_not_running: 'El broker no está en marcha: nadie inicia sesión y ningún token se renueva.',
    broker_outdated: 'El broker en marcha es la versión {running}, pero está instalada la {installed}.',
    check_timed_out: 'Esto no se pudo comprobar en {seconds} segundos.',
    check_failed: 'Esto no se pudo comprobar ({reason}).',

    bus_ok: 'El bus de mensajes responde en {host}:{port}.',
    bus_encrypted_ok:
      'El bus de mensajes responde en {host}:{port} y sus mensajes están cifrados con nuestra clave.',
    bus_unreachable: 'No se puede contactar con el bus de mensajes en {host}:{port} ({reason}).',
    bus_silent: 'El bus de mensajes en {host}:{port} acepta un mensaje, pero no lo reparte.',
    bus_other_key: 'Los mensajes del bus están cifrados con una clave distinta de la nuestra.',
    bus_key_missing: 'Los mensajes del bus están cifrados, pero aquí no hay ninguna clave definida.',
    bus_plain_messages:
      'Aquí hay una clave definida, pero los mensajes del bus no están cifrados y se descartan. Define la clave para todos los programas o permite mensajes sin cifrar.',
    broker_not_on_bus: 'El broker está en marcha, pero no responde en el bus de mensajes.',
    brokers_several: 'En el bus de mensajes responden {count} brokers. Solo puede funcionar uno.',

    plugin_absent: 'El plugin de Python no está instalado aquí y nadie más responde en lugar del broker.',
    plugin_disabled: 'El plugin de Python {version} está instalado, pero desactivado.',
    plugin_answers:
      'Otra cosa responde como servicio OAuth, probablemente el plugin de Python: dos programas se disputan cada inicio de sesión.',
    plugin_enabled:
      'El plugin de Python {version} está instalado y no está desactivado: PHAL lo cargará junto al broker.',
    plugin_enabled_as_admin: 'El plugin de Python {version} está activado en el PHAL de administración.',

    port_ours: 'El broker responde en el puerto {port}.',
    port_free: 'El puerto {port} está libre.',
    port_taken: 'Otro programa tiene el puerto {port} ({reason}).',
    port_forbidden: 'Este usuario no puede usar el puerto {port}: los inferiores a 1024 son para root.',
    port_not_ours: 'El broker está en marcha, pero en el puerto {port} responde otra cosa o nadie.',
    port_loopback_only: 'Las páginas solo están en {host}: un teléfono no puede abrirlas.',
    lan_reachable: 'Las páginas se abren en {host}:{port}, la dirección a la que se envían los teléfonos.',
    lan_unreachable: 'Nadie responde en {host}:{port}, la dirección a la que se envían los teléfonos.',
    lan_address: 'Los teléfonos se envían a {host}.',
    lan_address_missing: 'Este dispositivo no tiene dirección en ninguna red: ningún teléfono puede llegar.',
    lan_address_elsewhere: 'Los teléfonos se envían a {host}, que no es una dirección de este dispositivo.',
    lan_addresses_several:
      'Los teléfonos se envían a {host}. Este dispositivo tiene otras direcciones ({others}); si los teléfonos usan una de ellas, configúrala.',
    mdns_name: 'Los teléfonos también encuentran este dispositivo con el nombre {name}.',
    mdns_silent: 'Nadie responde al nombre {name}. Se usan direcciones; con eso basta.',
    mdns_name_dead: 'Los teléfonos se envían a {name}, pero nadie responde a ese nombre.',

    firewall_none: 'No hay ningún cortafuegos delante del puerto {port}.',
    firewall_open: 'El cortafuegos ({tool}) deja que los teléfonos lleguen al puerto {port}.',
    firewall_closed_ufw: 'El cortafuegos (ufw) no deja que los teléfonos lleguen al puerto {port}.',
    firewall_closed_firewalld:
      'El cortafuegos (firewalld, zona {zone}) no deja que los teléfonos lleguen al puerto {port}.',
    firewall_closed_nftables:
      'El cortafuegos (nftables, cadena {chain}) no deja que los teléfonos lleguen al puerto {port}. Pon la regla también en /etc/nftables.conf o se perderá en el próximo inicio.',
    firewall_unclear:
      'Hay reglas de cortafuegos y no se puede saber si dejan que los teléfonos lleguen al puerto {port}.',
    firewall_unreadable: 'Hay un cortafuegos activo ({tool}), pero solo root puede ver sus reglas.',

    clock_ok: 'El reloj marca {time} UTC, y nada lo contradice.',
    clock_before_release: 'El reloj marca {time} UTC, antes de que se hiciera este programa.',
    clock_differs: 'El reloj se desvía {seconds} segundos de la hora de {host}.',
    provider_unreachable: 'No se puede contactar con {host}: ahora no se pueden renovar sus tokens.',

    store_ok: 'Los archivos de {path} están íntegros, se pueden escribir y son privados.',
    database_ok: 'El almacén común responde en {host}:{port}.',
    database_unreachable: 'No se puede acceder al almacén común en {host}:{port} ({reason}).',
    store_unwritable: 'No se puede escribir en {path}.',
    store_unreadable: 'No se puede leer el diario de {path}.',
    store_open_to_others: 'Otros usuarios pueden leer {path}, que contiene secretos.',
    store_damaged: {
      one: 'No se puede leer una línea del diario de {path}. El broker lo arregla en su próximo inicio.',
      other:
        'No se pueden leer {count} líneas del diario de {path}. El broker lo arregla en su próximo inicio.',
    },
    store_newer: 'El diario de {path} lo escribió una versión más nueva.',
    store_sealed:
      'El diario de {path} está sellado y su clave no está a mano: no se comprobaron las aplicaciones.',
    store_held: 'El proceso {pid} retiene los archivos, pero no es el broker que responde.',
    shared_file_open_to_others:
      'Otros usuarios pueden leer {path}, que contiene tokens o secretos de cliente.',
    shared_file_damaged: '{path} está dañado. El broker lo rehace en su próximo inicio.',
    disk_nearly_full: 'Donde está {path} solo quedan {bytes} bytes libres.',
    token_unsaved: 'Un token de {app} está solo en la memoria, porque no se puede guardar en {path}.',
    foreign_writers: {
      one: 'Otros programas han escrito una vez últimamente en los archivos de tokens compartidos. Si las skills renuevan tokens por su cuenta, no les des los tokens de renovación.',
      other:
        'Otros programas han escrito {count} veces últimamente en los archivos de tokens compartidos. Si las skills renuevan tokens por su cuenta, no les des los tokens de renovación.',
    },

    app_ok: '{app} puede iniciar sesión en {provider} ({method}).',
    apps_none: 'Ninguna skill ha registrado todavía una aplicación.',
    apps_unknown: 'No se pudieron comprobar las aplicaciones.',
    app_needs_credentials: '{app} necesita un ID de cliente y un secreto de {provider}.',
    app_redirect_refused:
      '{provider} rechaza todas las direcciones de redirección que {app} podría usar, por ejemplo {uri} ({reason}).',
    app_loopback_host: '{app} usa {uri}, y no se sabe si {provider} la acepta.',
    app_redirect_changed:
      'El cliente de {app} en {provider} no está registrado con {uri}: este dispositivo tiene ahora otra dirección.',

    connection_ok: '{app} está conectada con {provider}.',
    connections_none: 'No hay nada conectado.',
    connection_needs_user: '{app} necesita que vuelvas a iniciar sesión en {provider} ({reason}).',
    connection_refused: '{provider} no acepta el ID de cliente o el secreto de {app}.',
    connection_fails: 'No se pudo renovar el token de {app} en {provider} ({reason}). Se vuelve a intentar.',
    connection_expired: 'El token de {app} ha caducado y {provider} no dio nada con que renovarlo.',
    connection_ends_soon: {
      one: 'Dentro de {days} día {provider} terminará la sesión de {app}.',
      other: 'Dentro de {days} días {provider} terminará la sesión de {app}.',
    },

    relay_none: 'No hay ninguna página de enlace configurada.',
    relay_ok: 'La página de enlace de {url} es la de esta versión.',
    relay_unreachable: 'No se puede cargar la página de enlace de {url} ({reason}).',
    relay_other_page: 'En {url} hay una página que no es la de enlace.',
    relay_outdated: 'La página de enlace de {url} es la de otra versión.',
  },
  fix: 'Solución',
  looking: 'Comprobando…',
  allWell: 'Todo está bien.',
  summary: 'Problemas: {problems}, avisos: {warnings}.',
};
