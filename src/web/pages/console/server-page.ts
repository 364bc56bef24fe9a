import { html } from 'hono/html';
import type { Html } from '../text.ts';
import { consoleLayout } from './layout.ts';
import { type ConsoleView, form } from './view.ts';

export type ServerField = 'name' | 'issuer' | 'scope';

export interface ServerForm {
  readonly typed: Readonly<Record<ServerField, string>>;
  readonly problem?: { readonly field?: ServerField; readonly text: string };
}

/** The form for a server that no catalogue has and that tells its endpoints itself (RFC 8414, OpenID Connect). */
export function serverPage(view: ConsoleView, { typed, problem }: ServerForm): Html {
  const { words } = view;
  const text = words.console.issuer;
  const field = (name: ServerField, label: string, hint: string, attributes: Html): Html => {
    const isWrong = problem?.field === name;
    return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${typed[name]}" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="${isWrong ? `wrong h-${name}` : `h-${name}`}"${isWrong && html` aria-invalid="true" autofocus`}${attributes}>
${isWrong && html`<p class="error" id="wrong" role="alert">${problem.text}</p>`}
<p class="note" id="h-${name}">${hint}</p>
`;
  };
  return consoleLayout(view, {
    heading: text.heading,
    section: 'services',
    parent: { path: '/console/services', name: words.console.services.heading },
    lead: text.text,
    content: form(
      view,
      '/console/server',
      html`${problem !== undefined && problem.field === undefined && html`<p class="error" role="alert"><b>${problem.text}</b></p>`}
${field('name', text.name, text.nameHint, html` required maxlength="60"`)}
${field('issuer', text.issuer, text.issuerHint, html` required maxlength="1024" inputmode="url"`)}
${field('scope', text.scope, text.scopeHint, html` maxlength="1024"`)}
<div class="actions"><button type="submit">${words.console.service.go}</button></div>`,
      'panel',
    ),
  });
}
