/** Of the console's pages, beside the style that all pages share. The same colours, so the same contrasts. */
export const CONSOLE_STYLE = `body.console {
  display: block;
  place-items: normal;
  padding: 0 0 max(3rem, env(safe-area-inset-bottom));
  font-size: 1.0625rem;
}
.skip { position: absolute; left: 1rem; top: -6rem; z-index: 1; padding: .625rem 1rem; border-radius: .75rem; background: var(--card); }
.skip:focus { top: 1rem; }
.top {
  padding: max(.875rem, env(safe-area-inset-top)) max(1rem, env(safe-area-inset-right)) 0 max(1rem, env(safe-area-inset-left));
  background: var(--card);
  border-bottom: 1px solid var(--line);
}
.top > * { max-width: 44rem; margin-inline: auto; }
.brand { margin-bottom: .375rem; font-weight: 650; }
.brand a { display: inline-flex; align-items: center; gap: .625rem; min-height: 2.75rem; color: inherit; text-decoration: none; }
nav ul { display: flex; flex-wrap: wrap; margin: 0 -.625rem; padding: 0; list-style: none; }
nav a {
  display: block;
  min-height: 2.75rem;
  padding: .5625rem .625rem .4375rem;
  border-bottom: 3px solid transparent;
  color: var(--quiet);
  font-size: 1rem;
  text-decoration: none;
}
@media (max-width: 26rem) {
  nav ul { margin-inline: -.4375rem; }
  nav a { padding-inline: .4375rem; font-size: .9375rem; }
}
nav a:hover { color: var(--text); }
nav a[aria-current] { border-color: var(--accent); color: var(--text); font-weight: 600; }
.console main {
  max-width: 46rem;
  margin-inline: auto;
  padding: 1.75rem max(1rem, env(safe-area-inset-right)) 0 max(1rem, env(safe-area-inset-left));
  overflow-wrap: anywhere;
}
.console h1 { margin-bottom: .5rem; font-size: clamp(1.75rem, 7vw, 2.25rem); }
.console h1 + .panel { margin-top: 1.25rem; }
.console h2 { margin: 0 0 .625rem; font-size: 1.125rem; }
.console h3 { margin: 1.25rem 0 .375rem; font-size: 1rem; }
.up { margin-bottom: .625rem; font-size: 1rem; }
.up a { display: inline-block; padding-block: .25rem; text-decoration: none; }
.up a::before { content: "‹"; content: "‹" / ""; margin-inline-end: .375rem; }
.lead { max-width: 36rem; margin-bottom: 1.5rem; color: var(--quiet); }
.notice { padding: .75rem 1rem; border-radius: .875rem; background: var(--good); color: var(--on-good); font-weight: 600; }
.notice a { color: inherit; }
.panel {
  margin: 0 0 1rem;
  padding: 1.25rem clamp(1rem, 4vw, 1.5rem);
  border: 1px solid var(--line);
  border-radius: 1.25rem;
  background: var(--card);
}
.panel:empty, [data-live]:empty { display: none; }
.panel > :last-child, .panel .actions:last-child { margin-bottom: 0; }
.panel ol, .panel > ul:not(.waiting, .plain) { margin: 0 0 1rem; padding-left: 1.375rem; }
.panel ol > li + li, .panel > ul > li + li { margin-top: .375rem; }
.console .error { margin: 0 0 1rem; }
.console form { margin: 0; }
form.panel { margin-bottom: 1rem; }
small { font-size: .9375rem; color: var(--quiet); }

.state {
  display: inline-block;
  padding: .125rem .625rem;
  border-radius: 1rem;
  background: var(--calm);
  font-size: .9375rem;
  font-weight: 600;
  white-space: nowrap;
}
.state.good { background: var(--good); color: var(--on-good); }
.state.bad { background: var(--bad); color: var(--on-bad); }

.rows, .tiles, .waiting, .plain, .events { margin: 0; padding: 0; list-style: none; }
.rows { margin-bottom: 1.5rem; border: 1px solid var(--line); border-radius: 1.25rem; background: var(--card); overflow: clip; }
.rows li + li { border-top: 1px solid var(--line); }
.rows a {
  display: grid;
  grid-template-columns: 2.75rem minmax(0, 1fr) auto;
  gap: 0 .875rem;
  align-items: center;
  padding: .875rem clamp(1rem, 4vw, 1.5rem);
  color: inherit;
  text-decoration: none;
}
.rows a:hover, .tiles a:hover { background: var(--calm); }
.rows a:hover .state:not(.good, .bad) { background: var(--card); }
.rows a:focus-visible { outline-offset: -3px; border-radius: 1.25rem; }
.rows .mark {
  grid-row: span 2;
  display: grid;
  place-items: center;
  width: 2.75rem;
  height: 2.75rem;
  border-radius: .875rem;
  background: var(--calm);
  color: var(--accent);
  font-size: 1.25rem;
  font-weight: 700;
}
.rows .name { line-height: 1.3; }
.rows .name small { margin-inline-start: .25rem; }
.rows .line { grid-column: 2 / -1; }
@media (max-width: 30rem) {
  .rows a { grid-template-columns: 2.75rem minmax(0, 1fr); row-gap: .25rem; }
  .rows .mark { grid-row: span 3; align-self: start; }
  .rows .state { justify-self: start; }
  .rows .name small { display: block; margin: 0; }
}

.console .standing { display: flex; margin-bottom: 1rem; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
.actions { display: flex; flex-wrap: wrap; gap: .625rem; margin: .25rem 0 1rem; }
.actions > * { flex: 1 1 12rem; margin: 0; }
.console .actions button, .console .actions .button { min-height: 3.25rem; padding-block: .625rem; border-radius: 1rem; }
.console p.actions { display: block; }
@media (min-width: 40rem) {
  .actions > * { flex: 0 1 auto; min-width: 11rem; }
  .console p.actions .button { display: inline-grid; width: auto; }
  .console .actions button { width: auto; min-width: 11rem; }
}
.danger { background: var(--on-bad); color: var(--card); }
.secondary.danger { background: none; color: var(--on-bad); }

.console dl { margin: 0 0 1rem; border: 0; }
.console dl > div { padding-block: .625rem; }
.console dl > div:first-child { padding-top: 0; }
.console dd small { display: inline; }
@media (min-width: 40rem) {
  .console dl > div { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 1rem; align-items: baseline; }
  .console dl.settings > div { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}
.console dd { font-weight: 500; }
dl.settings dt, dl.settings dd { font-size: .9375rem; }
dl.settings dd small { display: block; }
dl.settings code { overflow-wrap: anywhere; }
.panel > details:last-child dl { margin-bottom: 0; }

.waiting > li + li { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.waiting p { margin-bottom: .5rem; }
.choices { display: flex; flex-wrap: wrap; gap: .625rem; }
.choices p { margin: 0; }
.button.small { display: inline-grid; }

.events > li { padding-left: 1.375rem; border-left: 2px solid var(--line); position: relative; }
.console ol.events { padding: 0 0 0 .375rem; }
.console .events > li { margin: 0; padding-bottom: 1rem; }
.events > li:last-child { padding-bottom: 0; }
.events > li::before {
  content: "";
  position: absolute;
  left: -.4375rem;
  top: .4375rem;
  width: .75rem;
  height: .75rem;
  border: 2px solid var(--card);
  border-radius: 50%;
  background: var(--field);
}
.events > li.good::before { background: var(--on-good); }
.events > li.bad::before { background: var(--on-bad); }
.events p { margin: 0; }
.events .note { margin: 0; }

.search { margin-bottom: 1.5rem !important; }
.search div { display: flex; gap: .625rem; }
.search .small { flex: none; min-height: 3.25rem; }
.category { margin-bottom: 1.75rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .5rem; }
.tiles a {
  display: flex;
  justify-content: space-between;
  align-items: center;
  gap: .5rem;
  min-height: 3.25rem;
  padding: .5rem 1rem;
  border: 1px solid var(--line);
  border-radius: .875rem;
  background: var(--card);
  color: inherit;
  font-weight: 600;
  text-decoration: none;
}
.plain > li + li { margin-top: .5rem; }
.console .search input:not([type=hidden]) { margin: 0; background: var(--card); }
form .note { margin-bottom: 1.25rem; }
input:not([type=hidden], [type=checkbox]) + label { margin-top: 1rem; }
.address + .note { margin-top: 1rem; }
fieldset { min-width: 0; margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { padding: 0; font-size: 1.125rem; font-weight: 700; }
fieldset .note { margin-bottom: .5rem; }
.check { display: flex; gap: .75rem; align-items: flex-start; margin-bottom: .25rem; padding-block: .375rem; }
.check + .actions { margin-top: 1rem; }
.check label { margin: 0; font-weight: 500; }
.check small { display: block; }
.check input { flex: none; width: 1.375rem; height: 1.375rem; margin: .0625rem 0 0; accent-color: var(--accent); }
.addresses > :last-child { margin-bottom: 0; }
.addresses h3:first-child { margin-top: 0; }
.address code { display: block; padding: .625rem .875rem; border-radius: .75rem; background: var(--ground); }
@media (forced-colors: active) {
  .state, .events > li::before { border: 1px solid; }
}
@media (prefers-reduced-motion: no-preference) {
  .rows a, .tiles a, nav a { transition: background-color .15s, color .15s; }
}
`;
