import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    'à quels (comptes|services) suis-je (connecté|connectée)',
    'à quels (comptes|services) je suis (connecté|connectée)',
    'quels comptes sont connectés',
    'quels sont mes comptes connectés',
    'où suis-je (connecté|connectée)',
  ],
  connect: [
    '(connecte|connecter|associe|associer) [mon] {provider}',
    'connecte-moi à {provider}',
    'connecte moi à {provider}',
    '(se connecter|me connecter) à {provider}',
  ],
  connectAny: [
    '(connecte|connecter|associe|associer) mon compte {provider}',
    'connecte-moi à mon compte {provider}',
  ],
  disconnect: [
    '(déconnecte|déconnecter|dissocie|dissocier) [mon] {provider}',
    'déconnecte-moi de {provider}',
    'déconnecte moi de {provider}',
    '(se déconnecter|me déconnecter) de {provider}',
  ],
  disconnectAny: [
    '(déconnecte|déconnecter|dissocie|dissocier) mon compte {provider}',
    'déconnecte-moi de mon compte {provider}',
  ],
  repeatCode: [
    '(répète|épelle) le code',
    '(répète|redis)-moi le code',
    'quel (est|était) le code',
    'redis le code',
  ],
  yes: [
    'oui',
    'ouais',
    'bien sûr',
    'ok',
    'okay',
    'd’accord',
    'vas-y',
    'vas y',
    's’il te plaît',
    'volontiers',
    'confirme',
  ],
  no: ['non', 'nan', 'pas', 'annule', 'annuler', 'arrête', 'stop', 'laisse', 'jamais'],
};
