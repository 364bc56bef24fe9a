import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Mit einem Code anmelden',
    lan: 'Anmelden und gleich zurückkommen',
    relay: 'Über eine Relay-Seite anmelden',
    paste: 'Anmelden und eine Adresse kopieren',
    loopback: 'Mit einem Browser auf dem Gerät anmelden',
    shell: 'Auf dem Bildschirm des Geräts anmelden',
  },
  reasons: {
    device_flow_best:
      'Du gibst bei {provider} einen kurzen Code ein, auf diesem oder einem anderen Handy oder Computer.',
    device_flow_missing: '{provider} kennt keine Anmeldung mit einem Code.',
    device_flow_limited: '{provider} gibt diesen Zugriff nicht, wenn man sich mit einem Code anmeldet.',
    same_machine: 'Der Browser läuft auf dem Gerät selbst.',
    other_machine: 'Das geht nur in einem Browser auf dem Gerät selbst.',
    in_the_shell: 'Der Bildschirm des Geräts zeigt die Seite von {provider}.',
    no_shell: 'Das geht nur auf dem Bildschirm des Geräts selbst.',
    provider_takes_lan: 'Du meldest dich bei {provider} an und kommst gleich hierher zurück.',
    provider_may_take_lan:
      'Du meldest dich bei {provider} an und kommst gleich hierher zurück, sofern {provider} das erlaubt.',
    provider_refuses_lan: '{provider} schickt niemanden an eine Adresse in einem Heimnetz zurück.',
    no_lan_address: 'Das Gerät hat keine Adresse in deinem Heimnetz.',
    relay_configured:
      'Du meldest dich bei {provider} an und kommst über die Relay-Seite dieses Geräts zurück.',
    no_relay: 'Für dieses Gerät ist keine Relay-Seite eingerichtet.',
    relay_refuses_address:
      'Die Relay-Seite leitet nur an private Adressen weiter, und dieses Gerät hat keine.',
    provider_refuses_https: '{provider} schickt niemanden über eine Seite im Web zurück.',
    provider_refuses_loopback: '{provider} erlaubt die Adresse 127.0.0.1 nicht, die dieser Weg braucht.',
    client_id_binds_redirect: '{provider} erlaubt nur die Adresse dieses Geräts in deinem Heimnetz.',
    paste_always_works:
      'Du meldest dich bei {provider} an, kopierst die Adresse der Seite, die dann kommt, und fügst sie hier ein.',
    paste_last_resort: 'Es funktioniert, braucht aber mehr Schritte als die anderen Wege.',
  },
};
