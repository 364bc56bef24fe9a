// `npm run pictures`: the pictures of the README and of docs/users.md, of the real program: the page behind a QR code on
// a phone, the console in a browser, and a terminal with what `ovos-oauth connect` printed.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { ensureChromium } from './setup/chromium.mjs';
import { installPackages } from './setup/packages.mjs';
import { ensurePythonVenv } from './setup/python-venv.mjs';
import { mustRun, progress, ROOT } from './setup/run.mjs';

const PICTURES = join(ROOT, 'docs/pictures');
/** What the device calls itself in the pictures. */
const DEVICE = 'kitchen.local';
const PHONE = { viewport: { width: 390, height: 880 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const DESKTOP = { viewport: { width: 1024, height: 760 }, deviceScaleFactor: 1.5 };
const HOUR = 3600;

// Accounts as a household may have them. Nothing here leads anywhere: the tokens are made up.
const APPS = [
  {
    skill_id: 'skill-spotify.forslund',
    app_id: 'spotify',
    provider: 'spotify',
    scope: 'user-read-playback-state user-modify-playback-state',
    connected: true,
  },
  {
    skill_id: 'ovos-skill-calendar.openvoiceos',
    app_id: 'google',
    provider: 'google',
    scope: 'https://www.googleapis.com/auth/calendar.readonly',
    connected: true,
  },
  { skill_id: 'skill-lights.example', app_id: 'hue', provider: 'philips-hue', connected: true },
  { skill_id: 'skill-issues.example', app_id: 'github', provider: 'github', scope: 'repo', connected: false },
];

await installPackages();
const venv = await ensurePythonVenv();
const executablePath = await ensureChromium();
if (process.env.OVOS_OAUTH_TEST_PREBUILT !== '1') await mustRun('node', ['scripts/build.mjs']);
const { chromium } = await import('playwright-core');
const { BusClient, Message } = await import(pathToFileURL(join(ROOT, 'dist/bus.mjs')).href);

const ends = [];
const home = await mkdtemp(join(tmpdir(), 'oo-pictures-'));
ends.push(() => rm(home, { recursive: true, force: true }));
try {
  await mkdir(PICTURES, { recursive: true });
  const ports = { bus: await freePort(), http: await freePort(36_536) };
  const env = await furnish(ports);
  await start(join(venv, 'bin/python'), ['-m', 'ovos_messagebus'], env, ports.bus);
  await start(process.execPath, [join(ROOT, 'dist/ovos-oauth.mjs'), 'serve'], env, ports.http);
  const bus = new BusClient({ port: ports.bus });
  ends.push(() => bus.stop());
  const isOpen = new Promise((resolve) => bus.onOpen(resolve));
  bus.start();
  await isOpen;
  for (const app of APPS)
    await ask(bus, 'oauth.register', { ...app, client_id: 'a-client-id', client_secret: 'a-client-secret' });
  await giveTokens();

  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [`--host-resolver-rules=MAP ${DEVICE} 127.0.0.2`],
  });
  ends.push(() => browser.close());
  await takeLanding(browser, bus);
  await takeConsole(browser, env);
  await takeTerminal(browser, env);
} finally {
  for (const end of ends.toReversed()) await end();
}

async function takeLanding(browser, bus) {
  const { skill_id, app_id } = APPS[3];
  const { data } = await ask(
    bus,
    'oauth.generate.qr.request',
    { skill_id, app_id, method: 'paste' },
    'oauth.generate.qr.response',
  );
  const page = await (await browser.newContext(PHONE)).newPage();
  await page.goto(data.url);
  await save(page, 'landing.png');
}

async function takeConsole(browser, env) {
  const { stdout } = await cli(env, 'open', '--json');
  const page = await (await browser.newContext(DESKTOP)).newPage();
  await page.goto(JSON.parse(stdout).url);
  await page.getByRole('button', { name: 'Open the console' }).click();
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
  await save(page, 'console.png');
}

/** The terminal is a page with the very text that the command printed. */
async function takeTerminal(browser, env) {
  const text = await connectInTerminal(env);
  const page = await (
    await browser.newContext({ ...DESKTOP, viewport: { width: 760, height: 600 } })
  ).newPage();
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 20px 24px; background: #16181d; color: #e6e6e6; width: 90ch; font: 15px/18px "DejaVu Sans Mono", "Liberation Mono", monospace }
    pre { margin: 0; font: inherit; white-space: pre-wrap; word-break: break-all }
    .prompt { color: #7ec699 }
  </style><pre><span class="prompt">$</span> ovos-oauth connect ${APPS[3].skill_id} ${APPS[3].app_id}\n${escaped(text)}</pre>`);
  await page.locator('body').screenshot({ path: join(PICTURES, 'terminal.png') });
}

/** Runs the command in a terminal of its own, and takes what it shows while it waits. */
async function connectInTerminal(env) {
  const command = [
    'script',
    '--quiet',
    '--return',
    '--flush',
    '--command',
    `stty cols 90 rows 60; ${process.execPath} ${join(ROOT, 'dist/ovos-oauth.mjs')} connect ${APPS[3].skill_id} ${APPS[3].app_id}`,
    '/dev/null',
  ];
  const child = spawn(command[0], command.slice(1), {
    env: { ...env, TERM: 'dumb', NO_COLOR: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const shown = [];
  child.stdout.setEncoding('utf8').on('data', (chunk) => shown.push(chunk));
  // It has shown everything when it has been silent for a while.
  for (let length = -1; length !== shown.length || length === 0; ) {
    length = shown.length;
    await sleep(2500);
  }
  const text = shown.join('');
  child.stdin.write('\u0003');
  await once(child, 'close');
  // Without what moves the cursor and sets colours.
  return stripVTControlCharacters(text).replaceAll('\r', '');
}

/** The folders and files of a device that belongs to nobody. */
async function furnish(ports) {
  const at = (...parts) => join(home, ...parts);
  const config = {
    websocket: { host: '127.0.0.1', port: ports.bus },
    PHAL: { 'ovos-PHAL-plugin-oauth': { port: ports.http, lan_host: DEVICE } },
  };
  await mkdir(at('.config/mycroft'), { recursive: true });
  await mkdir(at('run'), { mode: 0o700 });
  await mkdir(at('tmp'));
  await writeFile(at('.config/mycroft/mycroft.conf'), JSON.stringify(config));
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: home,
    XDG_RUNTIME_DIR: at('run'),
    TMPDIR: at('tmp'),
  };
}

/** As a Python skill that has signed in by itself writes them; the broker takes them in. */
async function giveTokens() {
  const folder = join(home, '.cache/mycroft/json_database');
  await mkdir(folder, { recursive: true });
  const tokens = APPS.filter(({ connected }) => connected).map(({ skill_id, app_id, scope }) => [
    `${skill_id}_${app_id}`,
    {
      access_token: 'made-up',
      refresh_token: 'made-up',
      token_type: 'Bearer',
      expires_at: Date.now() / 1000 + 20 * HOUR,
      expires_in: 20 * HOUR,
      scope,
    },
  ]);
  const file = join(folder, 'ovos_oauth.json');
  await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(tokens), null, 4));
  await copyFile(`${file}.new`, file);
  await rm(`${file}.new`);
  // Taken in when somebody asks, at the latest.
  await sleep(3000);
}

async function ask(bus, type, data, replyType = `${type}.response`) {
  const answer = await bus.waitForResponse(new Message(type, data), { replyType, timeout: 10_000 });
  if (answer === undefined || answer.data.error !== undefined)
    throw new Error(`${type}: ${JSON.stringify(answer?.data)}`);
  return answer;
}

function cli(env, ...args) {
  return promisify(execFile)(process.execPath, [join(ROOT, 'dist/ovos-oauth.mjs'), ...args], { env });
}

async function save(page, name) {
  await page.screenshot({ path: join(PICTURES, name) });
  progress(`docs/pictures/${name}`);
}

/** Starts a program; it listens on the port when this resolves. */
async function start(program, args, env, port) {
  const child = spawn(program, args, { env, cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
  ends.push(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'close');
  });
  for (let tries = 100; ; tries -= 1) {
    if (child.exitCode !== null || tries === 0)
      throw new Error(`${program} ${args.join(' ')} did not start.`);
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(200);
  }
}

/** The wanted port where it is free, else another one. */
async function freePort(wanted = 0) {
  const server = createServer();
  server.once('error', () => server.listen(0, '127.0.0.1'));
  server.listen(wanted, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
