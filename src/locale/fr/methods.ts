import type { MethodWords } from '../method-words.ts';

export const methods: MethodWords = {
  names: {
    device: 'Se connecter avec un code',
    lan: 'Se connecter et revenir directement',
    relay: 'Se connecter par une page relais',
    paste: 'Se connecter et copier une adresse',
    loopback: 'Se connecter avec un navigateur de l’appareil',
    shell: 'Se connecter sur l’écran de l’appareil',
  },
  reasons: {
    device_flow_best:
      'Tu saisis un code court chez {provider}, sur ce téléphone ou ordinateur ou sur n’importe quel autre.',
    device_flow_missing: '{provider} ne propose pas de connexion avec un code.',
    device_flow_limited: '{provider} ne donne pas cet accès à qui se connecte avec un code.',
    same_machine: 'Le navigateur tourne sur l’appareil lui-même.',
    other_machine: 'Cela ne marche que dans un navigateur de l’appareil lui-même.',
    in_the_shell: 'L’écran de l’appareil affiche la page de {provider}.',
    no_shell: 'Cela ne marche que sur l’écran de l’appareil lui-même.',
    provider_takes_lan: 'Tu te connectes chez {provider} et reviens directement ici.',
    provider_may_take_lan:
      'Tu te connectes chez {provider} et reviens directement ici, si {provider} le permet.',
    provider_refuses_lan: '{provider} ne renvoie personne vers une adresse d’un réseau domestique.',
    no_lan_address: 'L’appareil n’a pas d’adresse dans ton réseau domestique.',
    relay_configured: 'Tu te connectes chez {provider} et reviens par la page relais de cet appareil.',
    no_relay: 'Aucune page relais n’est configurée pour cet appareil.',
    relay_refuses_address: 'La page relais ne mène qu’à des adresses privées, et cet appareil n’en a pas.',
    provider_refuses_https: '{provider} ne renvoie personne par une page du web.',
    provider_refuses_loopback: '{provider} n’autorise pas l’adresse 127.0.0.1, dont cette façon a besoin.',
    client_id_binds_redirect:
      '{provider} n’autorise que l’adresse de cet appareil dans ton réseau domestique.',
    paste_always_works:
      'Tu te connectes chez {provider}, tu copies l’adresse de la page qui suit et tu la colles ici.',
    paste_last_resort: 'Cela marche, mais demande plus d’étapes que les autres façons.',
  },
};
