import { consoleScript, consoleStyle, icon, script, style } from '../assets/index.ts';
import type { WebApp } from '../env.ts';
import { onlyMethods } from './methods.ts';

/** The style, the script and the icon. */
export function assetRoutes(app: WebApp): void {
  for (const { path, type, etag, body } of [style, script, icon, consoleStyle, consoleScript]) {
    app.get(path, (c) => {
      c.header('Cache-Control', 'public, max-age=31536000, immutable');
      c.header('ETag', etag);
      if (c.req.header('if-none-match') === etag) return c.body(null, 304);
      return c.body(body, 200, { 'Content-Type': type });
    });
    onlyMethods(app, path, 'GET, HEAD');
  }
}
