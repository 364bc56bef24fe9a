import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Aanmelden met een code',
    lan: 'Aanmelden en meteen terugkomen',
    relay: 'Aanmelden via een doorstuurpagina',
    paste: 'Aanmelden en een adres kopiëren',
    loopback: 'Aanmelden met een browser op het apparaat',
    shell: 'Aanmelden op het scherm van het apparaat',
  },
  reasons: {
    device_flow_best: 'Je typt bij {provider} een korte code, op deze of een andere telefoon of computer.',
    device_flow_missing: '{provider} kent geen aanmelding met een code.',
    device_flow_limited: '{provider} geeft deze toegang niet aan wie zich met een code aanmeldt.',
    same_machine: 'De browser draait op het apparaat zelf.',
    other_machine: 'Dat werkt alleen in een browser op het apparaat zelf.',
    in_the_shell: 'Het scherm van het apparaat toont de pagina van {provider}.',
    no_shell: 'Dat werkt alleen op het scherm van het apparaat zelf.',
    provider_takes_lan: 'Je meldt je aan bij {provider} en komt meteen hier terug.',
    provider_may_take_lan:
      'Je meldt je aan bij {provider} en komt meteen hier terug, als {provider} dat toestaat.',
    provider_refuses_lan: '{provider} stuurt niemand terug naar een adres in een thuisnetwerk.',
    no_lan_address: 'Het apparaat heeft geen adres in je thuisnetwerk.',
    relay_configured: 'Je meldt je aan bij {provider} en komt terug via de doorstuurpagina van dit apparaat.',
    no_relay: 'Voor dit apparaat is geen doorstuurpagina ingesteld.',
    relay_refuses_address:
      'De doorstuurpagina gaat alleen naar privéadressen, en dit apparaat heeft er geen.',
    provider_refuses_https: '{provider} stuurt niemand terug via een pagina op het web.',
    provider_refuses_loopback: '{provider} staat het adres 127.0.0.1 niet toe, dat op deze manier nodig is.',
    client_id_binds_redirect: '{provider} staat alleen het adres van dit apparaat in je thuisnetwerk toe.',
    paste_always_works:
      'Je meldt je aan bij {provider}, kopieert het adres van de pagina die volgt en plakt het hier.',
    paste_last_resort: 'Het werkt, maar er zijn meer stappen nodig dan op de andere manieren.',
  },
};
