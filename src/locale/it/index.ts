import type { Words } from '../words.ts';
import { consoleWords } from './console.ts';
import { errors, hints } from './errors.ts';
import { methods } from './methods.ts';
import { pages } from './pages.ts';

export const words: Words = { lang: 'it', errors, hints, methods, pages, console: consoleWords };
