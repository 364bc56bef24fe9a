// Every pair of text and background has a contrast of at least 4.5 to 1, in light and in dark.
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: #f3f1eb;
  --card: #ffffff;
  --text: #17211f;
  --quiet: #56615d;
  --line: #e3dfd5;
  --field: #87918d;
  --accent: #0a6a5c;
  --on-accent: #ffffff;
  --calm: #e2efeb;
  --good: #dcf1e2;
  --on-good: #17663a;
  --bad: #fbe9dc;
  --on-bad: #99430c;
  --shadow: 0 1px 2px rgb(30 40 36 / 6%), 0 12px 40px rgb(30 40 36 / 8%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1312;
    --card: #171f1d;
    --text: #eef2f0;
    --quiet: #a5b1ac;
    --line: #2b3633;
  --field: #7c8984;
    --accent: #5fd4bd;
    --on-accent: #04231d;
    --calm: #1f302c;
    --good: #1a3624;
    --on-good: #83dca2;
    --bad: #3d2716;
    --on-bad: #f6b287;
    --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: grid;
  place-items: center;
  padding: max(1rem, env(safe-area-inset-top)) 1rem max(1rem, env(safe-area-inset-bottom));
  background: var(--ground);
  color: var(--text);
  font: 1.125rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
.card {
  width: 100%;
  max-width: 27rem;
  padding: clamp(1.5rem, 7vw, 2.5rem);
  border: 1px solid var(--line);
  border-radius: 1.75rem;
  background: var(--card);
  box-shadow: var(--shadow);
  overflow-wrap: anywhere;
}
.icon {
  display: block;
  width: 3.5rem;
  height: 3.5rem;
  padding: .875rem;
  margin-bottom: 1.5rem;
  border-radius: 1.125rem;
  background: var(--calm);
  color: var(--accent);
  fill: none;
  stroke: currentColor;
  stroke-width: 2.2;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.good .icon { background: var(--good); color: var(--on-good); }
.bad .icon { background: var(--bad); color: var(--on-bad); }
h1 {
  margin: 0 0 .75rem;
  font-size: clamp(1.75rem, 8vw, 2.125rem);
  line-height: 1.15;
  letter-spacing: -.02em;
  text-wrap: balance;
}
p { margin: 0 0 1rem; text-wrap: pretty; }
p:last-child { margin-bottom: 0; }
dl { margin: 1.5rem 0; border-block: 1px solid var(--line); }
dl > div { padding-block: .875rem; }
dl > div + div { border-top: 1px solid var(--line); }
dt { font-size: .9375rem; color: var(--quiet); }
dd { margin: 0; font-weight: 600; }
dd ul { display: flex; flex-wrap: wrap; gap: .375rem; margin: .375rem 0 .125rem; padding: 0; list-style: none; }
dd li {
  padding: .125rem .625rem;
  border-radius: .625rem;
  background: var(--calm);
  font-size: .9375rem;
  font-weight: 500;
}
dd small { display: block; font-size: .9375rem; font-weight: 400; color: var(--quiet); }
form { margin: 0 0 1.25rem; }
button, .button {
  display: block;
  width: 100%;
  min-height: 3.75rem;
  padding: .875rem 1.25rem;
  border: 2px solid transparent;
  border-radius: 1.125rem;
  background: var(--accent);
  color: var(--on-accent);
  font: inherit;
  font-weight: 650;
  line-height: 1.3;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
.button { display: grid; place-items: center; }
.secondary { min-height: 3.25rem; border-color: var(--line); background: none; color: var(--text); font-weight: 600; }
.small {
  width: auto;
  min-height: 2.75rem;
  padding: .375rem 1.125rem;
  border-radius: .875rem;
  background: var(--calm);
  color: var(--accent);
  font-size: 1rem;
}
button:hover, .button:hover { filter: brightness(1.08); }
button:active, .button:active { filter: brightness(.94); }
[hidden] { display: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
a { color: var(--accent); text-underline-offset: .2em; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h2 { margin: 0 0 .5rem; font-size: 1.125rem; line-height: 1.3; }
.others { margin-top: 2rem; }
.others h2, .device h2 { font-size: .9375rem; font-weight: 400; color: var(--quiet); }
.others form, .others p:has(.button) { margin-bottom: .5rem; }
.others .note { margin-bottom: 1.25rem; }
.device { margin-bottom: .25rem; }
.device h2, .code { text-align: center; }
.code {
  margin-bottom: .75rem;
  font: 700 clamp(2.25rem, 13vw, 3.5rem)/1.1 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace;
  letter-spacing: .02em;
  overflow-wrap: anywhere;
  user-select: all;
}
.code.long { font-size: clamp(1.5rem, 8.5vw, 2.5rem); }
.device .small { margin: 0 auto 1.25rem; }
.progress { display: flex; align-items: center; gap: .75rem; font-weight: 600; }
.progress::before {
  content: "";
  flex: none;
  width: 1.25rem;
  height: 1.25rem;
  border: 3px solid var(--line);
  border-top-color: var(--accent);
  border-radius: 50%;
  animation: turn 1s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .progress::before { animation: none; } }
.error { padding: .875rem 1rem; border-radius: .875rem; background: var(--bad); color: var(--on-bad); }
.steps { margin: 1.5rem 0; padding: 0; list-style: none; counter-reset: step; }
.steps > li { position: relative; padding-left: 3rem; counter-increment: step; }
.steps > li + li { margin-top: 2rem; }
.steps > li::before {
  content: counter(step);
  position: absolute;
  left: 0;
  top: -.125rem;
  display: grid;
  place-items: center;
  width: 2rem;
  height: 2rem;
  border-radius: 50%;
  background: var(--calm);
  color: var(--accent);
  font-weight: 700;
}
.steps form { margin-bottom: .75rem; }
label { display: block; margin-bottom: .375rem; font-weight: 600; }
textarea, input:not([type=checkbox], [type=hidden]) {
  display: block;
  width: 100%;
  margin-bottom: .75rem;
  padding: .75rem .875rem;
  border: 2px solid var(--field);
  border-radius: .875rem;
  background: var(--ground);
  color: var(--text);
  font: inherit;
  overflow-wrap: anywhere;
  resize: vertical;
}
input:not([type=checkbox], [type=hidden]) { min-height: 3.25rem; padding-block: .5rem; }
.console input:not([type=checkbox], [type=hidden]) { margin-bottom: .375rem; }
textarea { min-height: 6.5rem; }
textarea[aria-invalid], input[aria-invalid]:not([type=checkbox]) { border-color: var(--on-bad); }
details { margin-top: 1rem; border-top: 1px solid var(--line); padding-top: 1rem; }
summary { min-height: 2rem; font-weight: 600; cursor: pointer; }
details > :nth-child(2) { margin-top: .75rem; }
details dl { margin: .75rem 0; border: 0; }
details dl > div { padding-block: .5rem; }
details dl > div + div { border: 0; }
details dt { font-size: inherit; font-weight: 600; color: inherit; }
details dd { font-weight: 400; color: var(--quiet); }
details ol { padding-left: 1.5rem; }
details li { margin-bottom: .5rem; }
.address { margin-top: 1.25rem; }
.address p { margin-bottom: .5rem; }
.address code { user-select: all; }
.todo { color: var(--quiet); }
.note { margin-bottom: .25rem; font-size: .9375rem; color: var(--quiet); }
.todo + .note { margin-top: 1.5rem; }
code { font-size: .9em; font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
@media (forced-colors: active) {
  .icon, button, .button, dd li, .error { border: 1px solid; }
}
`;
