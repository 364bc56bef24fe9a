import { settingsInEffect } from '../../../config/in-effect.ts';
import type { WebApp } from '../../env.ts';
import { settingsPage } from '../../pages/console/settings-page.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { viewOf } from './gate.ts';

/** The settings in effect, and where each comes from. */
export function settingsRoutes(app: WebApp, { layers, paths }: ConsoleDeps): void {
  app.get('/console/settings', (c) =>
    c.html(settingsPage(viewOf(c), { settings: settingsInEffect(layers), paths })),
  );
  onlyMethods(app, '/console/settings', 'GET, HEAD');
}
