import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Accedere con un codice',
    lan: 'Accedere e tornare subito',
    relay: 'Accedere tramite una pagina di inoltro',
    paste: 'Accedere e copiare un indirizzo',
    loopback: 'Accedere con un browser sul dispositivo',
    shell: 'Accedere sullo schermo del dispositivo',
  },
  reasons: {
    device_flow_best:
      'Digiti un breve codice presso {provider}, su questo o su qualsiasi altro telefono o computer.',
    device_flow_missing: '{provider} non offre l’accesso con un codice.',
    device_flow_limited: '{provider} non dà questo permesso a chi accede con un codice.',
    same_machine: 'Il browser è sul dispositivo stesso.',
    other_machine: 'Funziona solo in un browser sul dispositivo stesso.',
    in_the_shell: 'Lo schermo del dispositivo mostra la pagina di {provider}.',
    no_shell: 'Funziona solo sullo schermo del dispositivo stesso.',
    provider_takes_lan: 'Accedi presso {provider} e torni subito qui.',
    provider_may_take_lan: 'Accedi presso {provider} e torni subito qui, se {provider} lo permette.',
    provider_refuses_lan: '{provider} non rimanda nessuno a un indirizzo in una rete domestica.',
    no_lan_address: 'Il dispositivo non ha un indirizzo nella tua rete domestica.',
    relay_configured: 'Accedi presso {provider} e torni tramite la pagina di inoltro di questo dispositivo.',
    no_relay: 'Per questo dispositivo non è impostata nessuna pagina di inoltro.',
    relay_refuses_address:
      'La pagina di inoltro porta solo a indirizzi privati, e questo dispositivo non ne ha.',
    provider_refuses_https: '{provider} non rimanda nessuno tramite una pagina sul web.',
    provider_refuses_loopback: '{provider} non permette l’indirizzo 127.0.0.1, che serve in questo modo.',
    client_id_binds_redirect:
      '{provider} permette solo l’indirizzo di questo dispositivo nella tua rete domestica.',
    paste_always_works: 'Accedi presso {provider}, copi l’indirizzo della pagina che segue e lo incolli qui.',
    paste_last_resort: 'Funziona, ma richiede più passaggi degli altri modi.',
  },
};
