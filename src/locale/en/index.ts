import type { Words } from '../words.ts';
import { consoleWords } from './console.ts';
import { errorWords } from './errors.ts';
import { methods } from './methods.ts';
import { pages } from './pages.ts';

export const words: Words = { ...errorWords, methods, pages, console: consoleWords };
