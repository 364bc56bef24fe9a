import type { Translation } from '../load.ts';

export const words: Translation = {
  lang: 'it',
};
