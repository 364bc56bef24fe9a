import { html } from 'hono/html';
import type { SettingInEffect } from '../../../config/in-effect.ts';
import type { Paths } from '../../../config/paths.ts';
import type { Words } from '../../../locale/index.ts';
import { phrase } from '../phrase.ts';
import type { Html } from '../text.ts';
import { consoleLayout } from './layout.ts';
import type { ConsoleView } from './view.ts';

export interface SettingsShown {
  readonly settings: readonly SettingInEffect[];
  readonly paths: Paths;
}

/** Every setting, its value and what sets it. Secrets are not shown. */
export function settingsPage(view: ConsoleView, { settings, paths }: SettingsShown): Html {
  const { words } = view;
  const text = words.console.settings;
  const folders = Object.entries(text.folderNames) as [keyof Paths, string][];
  return consoleLayout(view, {
    heading: text.heading,
    section: 'settings',
    content: html`<section class="panel"><h2>${words.console.browsers.heading}</h2>
<p>${words.console.browsers.text}</p>
<p class="actions"><a class="button secondary" href="/console/browsers">${text.showBrowsers}</a></p></section>
<section class="panel"><h2>${text.file}</h2>
<p>${text.text}</p>
${list(
  words,
  settings.filter((one) => isSet(one)),
)}
<details><summary>${text.others}</summary>
${list(
  words,
  settings.filter((one) => !isSet(one)),
)}</details></section>
<section class="panel"><h2>${text.folders}</h2>
<dl class="settings">
${folders.map(([name, label]) => html`<div><dt>${label}</dt><dd><code>${paths[name]}</code></dd></div>\n`)}</dl></section>`,
  });
}

function isSet({ origin: layer }: SettingInEffect): boolean {
  return layer !== undefined && layer.kind !== 'defaults';
}

function list(words: Words, settings: readonly SettingInEffect[]): Html {
  if (settings.length === 0) return html``;
  return html`<dl class="settings">
${settings.map(
  (setting) =>
    html`<div><dt><code>${setting.name}</code></dt><dd>${value(words, setting)} <small>${origin(words, setting)}</small></dd></div>\n`,
)}</dl>`;
}

function value(words: Words, setting: SettingInEffect): Html {
  const { hidden, notSet } = words.console.settings;
  if (setting.kind === 'hidden') return html`<i>${hidden}</i>`;
  if (setting.value === undefined) return html`<i>${notSet}</i>`;
  return html`<code>${JSON.stringify(setting.value)}</code>`;
}

function origin(words: Words, { origin: layer }: SettingInEffect): Html | string {
  const { byDefault, commandLine, setIn } = words.console.settings;
  if (layer?.kind === 'command line') return commandLine;
  if (layer === undefined || layer.path === '') return byDefault;
  return phrase(setIn, { path: html`<code>${layer.path}</code>` });
}
