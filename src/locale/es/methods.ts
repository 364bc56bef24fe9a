import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Iniciar sesión con un código',
    lan: 'Iniciar sesión y volver directamente',
    relay: 'Iniciar sesión a través de una página de enlace',
    paste: 'Iniciar sesión y copiar una dirección',
    loopback: 'Iniciar sesión con un navegador del dispositivo',
    shell: 'Iniciar sesión en la pantalla del dispositivo',
  },
  reasons: {
    device_flow_best:
      'Escribes un código corto en {provider}, en este o en cualquier otro teléfono u ordenador.',
    device_flow_missing: '{provider} no ofrece el inicio de sesión con un código.',
    device_flow_limited: '{provider} no da este acceso a quien inicia sesión con un código.',
    same_machine: 'El navegador funciona en el propio dispositivo.',
    other_machine: 'Eso solo funciona en un navegador del propio dispositivo.',
    in_the_shell: 'La pantalla del dispositivo muestra la página de {provider}.',
    no_shell: 'Eso solo funciona en la pantalla del propio dispositivo.',
    provider_takes_lan: 'Inicias sesión en {provider} y vuelves aquí directamente.',
    provider_may_take_lan:
      'Inicias sesión en {provider} y vuelves aquí directamente, si {provider} lo permite.',
    provider_refuses_lan: '{provider} no devuelve a nadie a una dirección de una red doméstica.',
    no_lan_address: 'El dispositivo no tiene ninguna dirección en tu red doméstica.',
    relay_configured:
      'Inicias sesión en {provider} y vuelves a través de la página de enlace de este dispositivo.',
    no_relay: 'Este dispositivo no tiene configurada ninguna página de enlace.',
    relay_refuses_address:
      'La página de enlace solo lleva a direcciones privadas, y este dispositivo no tiene ninguna.',
    provider_refuses_https: '{provider} no devuelve a nadie a través de una página web.',
    provider_refuses_loopback: '{provider} no permite la dirección 127.0.0.1, que hace falta de esta manera.',
    client_id_binds_redirect: '{provider} solo permite la dirección de este dispositivo en tu red doméstica.',
    paste_always_works:
      'Inicias sesión en {provider}, copias la dirección de la página que aparece después y la pegas aquí.',
    paste_last_resort: 'Funciona, pero requiere más pasos que las demás maneras.',
  },
};
