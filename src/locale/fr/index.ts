import type { Translation } from '../load.ts';
import { consoleWords } from './console.ts';
import { errors, hints } from './errors.ts';
import { methods } from './methods.ts';
import { pages } from './pages.ts';

export const words: Translation = { lang: 'fr', errors, hints, methods, pages, console: consoleWords };
