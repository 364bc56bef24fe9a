import type { IntentWords } from '../intent-words.ts';

export const intents: IntentWords = {
  accounts: [
    'a quali (account|servizi) sono (connesso|connessa|collegato|collegata)',
    'quali account sono (connessi|collegati)',
    'quali account ho (connesso|collegato)',
    'dove ho effettuato l’accesso',
    'mostrami i miei account collegati',
  ],
  connect: [
    '(connetti|connettere|collega|collegare) [il mio] {provider}',
    '(connettimi|collegami) a {provider}',
    'accedi a {provider}',
    '(fammi accedere|accedere) a {provider}',
  ],
  connectAny: [
    '(connetti|collega) il mio account {provider}',
    '(connetti|collega) il mio account di {provider}',
    'accedi al mio account {provider}',
  ],
  disconnect: [
    '(disconnetti|disconnettere|scollega|scollegare) [il mio] {provider}',
    '(disconnettimi|scollegami) da {provider}',
    'esci da {provider}',
  ],
  disconnectAny: [
    '(disconnetti|scollega) il mio account {provider}',
    '(disconnetti|scollega) il mio account di {provider}',
    'esci dal mio account {provider}',
  ],
  repeatCode: [
    'ripeti il codice',
    'ripetimi il codice',
    'dimmi il codice (di nuovo|ancora una volta)',
    'qual (è|era) il codice',
    '(fai|fammi) lo spelling del codice',
  ],
  yes: ['sì', 'si', 'certo', 'va bene', 'ok', 'okay', 'per favore', 'procedi', 'fallo', 'confermo', 'esatto'],
  no: ['no', 'non', 'annulla', 'stop', 'ferma', 'fermati', 'lascia stare', 'lascia perdere', 'mai'],
};
