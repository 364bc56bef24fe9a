import type { VoiceWords } from '../voice-words.ts';

export const voice: VoiceWords = {
  lang: 'fr-FR',
  scan: 'Scanne le code pour connecter {provider}.',
  typeCode: 'Pour connecter {provider}, ouvre {address} et saisis ce code : {code}.',
  scanAndType: 'Pour connecter {provider}, scanne le code à l’écran et saisis : {code}.',
  codeAgain: 'Le code pour {provider} est : {code}.',
  noCode: 'Il n’y a pas de code pour le moment.',
  connected: '{provider} est connecté.',
  failed: {
    declined: 'La connexion à {provider} a été refusée.',
    expired: 'Le code pour {provider} a expiré. Pour en obtenir un autre, dis : connecte {provider}.',
    unreachable: 'Je n’arrive pas à joindre {provider} en ce moment. Réessaie plus tard.',
    refused: '{provider} n’accepte pas la configuration de cet appareil.',
    other: 'La connexion à {provider} n’a pas fonctionné. Réessaie.',
  },
  needsUser: 'Tu dois te reconnecter à {provider}. Pour cela, dis : connecte {provider}.',
  needsSetup: '{provider} n’accepte plus la configuration de cet appareil.',
  endsSoon: 'Ta connexion à {provider} se termine {when}. Pour la renouveler, dis : connecte {provider}.',
  accounts: 'Les comptes connectés sont : {providers}.',
  noAccounts: 'Aucun compte n’est connecté.',
  accountsInNeed: {
    one: 'Tu dois te reconnecter à {providers}.',
    other: 'Tu dois te reconnecter à ces comptes : {providers}.',
  },
  alreadyConnected: '{provider} est déjà connecté.',
  notHere: 'Aucune skill de cet appareil n’utilise {provider}.',
  noCredentials: '{provider} n’est pas encore entièrement configuré sur cet appareil.',
  notConnected: '{provider} n’est pas connecté.',
  which: 'Je n’ai pas compris de quel compte tu parles.',
  confirmDisconnect: 'Faut-il déconnecter {provider} ?',
  disconnected: '{provider} est déconnecté.',
  disconnectedHere:
    '{provider} est déconnecté sur cet appareil. Tu peux y retirer l’autorisation dans tes paramètres.',
  staysConnected: 'D’accord, {provider} reste connecté.',
  signs: { dot: 'point', slash: 'barre oblique', dash: 'tiret' },
};
