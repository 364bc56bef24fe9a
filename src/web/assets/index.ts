import { createHash } from 'node:crypto';
import { CONSOLE_SCRIPT } from './console-script.ts';
import { CONSOLE_STYLE } from './console-style.ts';
import { ICON } from './icon.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** A file that pages refer to, served from memory. Its path changes with its content, so it may be kept for ever. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly body: string;
}

function asset(name: string, extension: string, type: string, body: string): Asset {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16);
  return { path: `/assets/${name}.${digest}.${extension}`, type, etag: `"${digest}"`, body };
}

export const style = asset('style', 'css', 'text/css; charset=utf-8', STYLE);
export const script = asset('follow', 'js', 'text/javascript; charset=utf-8', SCRIPT);
export const icon = asset('icon', 'svg', 'image/svg+xml', ICON);
export const consoleStyle = asset('console', 'css', 'text/css; charset=utf-8', CONSOLE_STYLE);
export const consoleScript = asset('console', 'js', 'text/javascript; charset=utf-8', CONSOLE_SCRIPT);
