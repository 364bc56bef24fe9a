// Every pair of text and background has a contrast of at least 4.5 to 1, in light and in dark.
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: #f3f1eb;
  --card: #ffffff;
  --text: #17211f;
  --quiet: #56615d;
  --line: #e3dfd5;
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
form { margin: 1.5rem 0 1.25rem; }
button, .button {
  display: block;
  width: 100%;
  min-height: 3.75rem;
  padding: .875rem 1.25rem;
  border: 0;
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
button:hover, .button:hover { filter: brightness(1.08); }
button:active, .button:active { filter: brightness(.94); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.todo { color: var(--quiet); }
.note { margin-bottom: .25rem; font-size: .9375rem; color: var(--quiet); }
.todo + .note { margin-top: 1.5rem; }
code { font-size: .9em; font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
@media (forced-colors: active) {
  .icon, button, .button, dd li { border: 1px solid; }
}
`;
