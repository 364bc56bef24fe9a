// `npm run clean-machine`: what a new user does, on a Debian that has just been installed and has Node, npm and Python
// and nothing else of ours: install, run as a service, take over from the Python plugin, give back to it. Needs root and
// a network from which packages can be had. Writes what it saw to docs/clean-machine.md.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Container } from './clean-machine/container.mjs';
import { installPackages } from './setup/packages.mjs';
import { mustRun, progress, ROOT } from './setup/run.mjs';

const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const TARBALL = `ovos-oauth-${version}.tgz`;
const USER = 'ovos';
const APP = { skill_id: 'skill-music.example', app_id: 'library' };
const MUNGED = `${APP.skill_id}_${APP.app_id}`;
const TOKENS = '~/.cache/mycroft/json_database/ovos_oauth.json';
const CONFIG = '/home/ovos/.config/mycroft/mycroft.conf';

const seen = [];
const saw = (step, what) => {
  progress(`${step}: ${what}`);
  seen.push([step, what]);
};

await installPackages();
await mustRun('npm', ['pack', '--silent', '--pack-destination', join(ROOT, '.cache')]);
const machine = await Container.make();
try {
  await prepare();
  await machine.boot();
  await startDevice();
  await signInWithThePlugin();
  await takeOver();
  await giveBack();
  await runAsSystemService();
} finally {
  await machine.remove();
}
await writeReport();

/** The device as its owner has it, with the Python plugin, and our package installed by the command of the README. */
async function prepare() {
  progress('Installing OVOS and the package');
  saw(
    'The machine',
    await machine.install(
      '. /etc/os-release; echo "$PRETTY_NAME, Node $(node --version), npm $(npm --version), $(python3 --version), $(systemctl --version | head -n 1)"',
    ),
  );
  saw(
    'Compilers on it',
    (await machine.install('ls /usr/bin | grep -E "^(gcc|g\\+\\+|cc|make|clang)$" || true')) || 'none',
  );
  await machine.install(
    `useradd --create-home --shell /bin/bash ${USER}; mkdir -p /var/lib/systemd/linger; touch /var/lib/systemd/linger/${USER}`,
  );
  await machine.put(join(ROOT, 'test/support/requirements.txt'), '/srv/requirements.txt');
  for (const file of ['provider.py', 'phal.py', 'ask.py']) {
    await machine.put(join(ROOT, 'scripts/clean-machine/device', file), `/srv/${file}`);
  }
  await machine.install(
    'python3 -m venv venv; venv/bin/pip install --quiet --disable-pip-version-check -r /srv/requirements.txt',
    USER,
  );
  await machine.put(join(ROOT, '.cache', TARBALL), `/root/${TARBALL}`);
  await machine.install(`npm install --global ./${TARBALL}`);
  saw(
    '`npm i -g`',
    `${await machine.install('ovos-oauth --version')}, ${await machine.install('du -sh /usr/local/lib/node_modules/ovos-oauth | cut -f1')} on the disk`,
  );
}

/** Units of the user for the message bus, PHAL and a provider. */
async function startDevice() {
  const programs = {
    'ovos-messagebus': 'venv/bin/ovos-messagebus',
    'ovos-phal': 'venv/bin/python /srv/phal.py',
    provider: 'venv/bin/python /srv/provider.py',
  };
  for (const [name, program] of Object.entries(programs)) {
    const unit = `[Service]\nExecStart=/home/${USER}/${program}\nRestart=on-failure\n`;
    await machine.write(`/home/${USER}/.config/systemd/user/${name}.service`, unit);
  }
  await machine.run(`mkdir -p /home/${USER}/.config/mycroft; chown -R ${USER}: /home/${USER}/.config`);
  await machine.eventually('systemctl --user daemon-reload', USER);
  await machine.run('systemctl --user start ovos-messagebus provider', USER);
  await machine.eventually(ask('ovos.session.sync', {}, 'ovos.session.sync'), USER);
}

async function signInWithThePlugin() {
  await machine.run('systemctl --user start ovos-phal', USER);
  const endpoint = 'http://127.0.0.1:9000';
  await machine.eventually(
    ask(
      'oauth.register',
      {
        ...APP,
        client_id: 'id',
        client_secret: 'secret',
        auth_endpoint: `${endpoint}/auth`,
        token_endpoint: `${endpoint}/token`,
      },
      'oauth.register.response',
    ),
    USER,
  );
  await machine.eventually(get(`http://127.0.0.1:36536/auth/callback/${MUNGED}?code=1`), USER);
  const token = await tokenInFile();
  saw('The Python plugin', `signed in; ${token.access_token} is in the file`);
}

/** The README's section on replacing the plugin. */
async function takeOver() {
  await machine.write(CONFIG, '{ "PHAL": { "ovos-PHAL-plugin-oauth": { "enabled": false } } }\n');
  await machine.run(`chown ${USER}: ${CONFIG}`);
  await machine.run('systemctl --user restart ovos-phal', USER);
  const before = await tokenInFile();
  const said = await machine.run('ovos-oauth service install --now', USER);
  saw('`ovos-oauth service install --now`', said.split('\n')[0]);
  saw('`ovos-oauth service status`', oneLine(await machine.run('ovos-oauth service status', USER)));
  const { findings } = JSON.parse(await machine.run('ovos-oauth doctor --json || true', USER));
  const problems = findings.filter(({ level }) => level === 'problem').map(({ code }) => code);
  saw('`ovos-oauth doctor`', `${findings.length} findings, problems: ${problems.join(', ') || 'none'}`);
  assert.equal((await askFor('oauth.token.get', APP)).access_token, before.access_token);
  saw('`oauth.token.get`', `gives the plugin’s ${before.access_token}`);
  const { token } = await askFor('oauth.refresh', APP);
  assert.equal((await tokenInFile()).access_token, token.access_token);
  saw(
    '`oauth.refresh`',
    `gives ${token.access_token}; the Python file has it, mode ${await machine.run(`stat -c %a ${TOKENS}`, USER)}`,
  );
}

async function giveBack() {
  const before = await machine.run(`cat ${TOKENS}`, USER);
  saw('`ovos-oauth service remove`', (await machine.run('ovos-oauth service remove', USER)).split('\n')[0]);
  await machine.run('npm rm --global ovos-oauth');
  assert.equal(await machine.run(`cat ${TOKENS}`, USER), before);
  saw('`npm rm -g`', 'leaves the token file as it was, to the byte');
  await machine.write(CONFIG, '{}\n');
  await machine.run('systemctl --user restart ovos-phal', USER);
  await machine.eventually(ask('oauth.refresh', APP, 'oauth.refresh.response'), USER);
  const { access_token: last } = JSON.parse(before)[MUNGED];
  const now = await tokenInFile();
  assert.notEqual(now.access_token, last);
  saw('The Python plugin again', `renews ${last} to ${now.access_token}`);
}

async function runAsSystemService() {
  await machine.write(CONFIG, '{ "PHAL": { "ovos-PHAL-plugin-oauth": { "enabled": false } } }\n');
  await machine.run('systemctl --user restart ovos-phal', USER);
  // The cache of npm has what it needs: this network leads nowhere.
  await machine.run(`npm install --global --offline ./${TARBALL}`);
  // Shorter than as shipped, so that the trial need not wait for a minute.
  await machine.write(
    '/etc/systemd/system/ovos-oauth.service.d/watchdog.conf',
    '[Service]\nWatchdogSec=2\nRestartSec=0\n',
  );
  const said = await machine.run(`ovos-oauth service install --system --as ${USER} --now`);
  saw('`ovos-oauth service install --system`', said.split('\n')[0]);
  const before = await tokenInFile();
  const { token } = await askFor('oauth.refresh', APP);
  assert.notEqual(token.access_token, before.access_token);
  assert.equal((await tokenInFile()).access_token, token.access_token);
  saw('As a service of the system', `renews to ${token.access_token}, and the Python file has it`);
  const { connections } = JSON.parse(await machine.run('ovos-oauth status --json', USER));
  assert.deepEqual(
    connections.map(({ state }) => state),
    ['connected'],
  );
  saw('`ovos-oauth status` in a session of the user', 'reaches it by its control socket');
  const exposure = await machine.run('systemd-analyze security ovos-oauth.service --no-pager | tail -n 1');
  saw(
    '`systemd-analyze security`',
    exposure
      .replace(/^\W+/u, '')
      .replaceAll(/[^\x20-\x7E]/g, '')
      .trim(),
  );
  await machine.run('kill -STOP $(systemctl show --property=MainPID --value ovos-oauth)');
  await machine.eventually(
    'test $(systemctl show --property=NRestarts --value ovos-oauth) -ge 1 && systemctl is-active ovos-oauth',
  );
  assert.equal((await askFor('oauth.token.get', APP)).access_token, token.access_token);
  saw('A service that hangs', 'is started anew by the watchdog, and gives the same token');
  await machine.run('ovos-oauth service remove --system; npm rm --global ovos-oauth');
}

function ask(type, data, replyType = `${type}.response`) {
  return `~/venv/bin/python /srv/ask.py ${type} '${JSON.stringify(data)}' ${replyType}`;
}

async function askFor(type, data) {
  return JSON.parse(await machine.eventually(ask(type, data), USER));
}

function get(url) {
  return `~/venv/bin/python -c 'import urllib.request; print(urllib.request.urlopen("${url}").status)'`;
}

async function tokenInFile() {
  return JSON.parse(await machine.run(`cat ${TOKENS}`, USER))[MUNGED];
}

function oneLine(text) {
  return text.replaceAll(/\s*\n\s*/g, '; ').replaceAll(/ {2,}/g, ' ');
}

async function writeReport() {
  const rows = seen.map(([step, what]) => `| ${step} | ${what.replaceAll('|', '\\|')} |`);
  const page = `<!-- Written by \`npm run clean-machine\`. -->

# On a clean machine

A Debian that has just been installed, with Node, npm and Python and nothing else of ours, booted with systemd in a
container. \`npm run clean-machine\` installs the packed package by the README's command, lets the real Python plugin sign
in at a provider that takes a spent refresh token for theft, has \`ovos-oauth\` take over as a service of the user, gives
everything back to the plugin, and does it once more as a service of the system. While it runs the container has no network
but its own loopback, hence the finding of the doctor.

Version ${version}, ${new Date().toISOString().slice(0, 10)}:

| Step | What was seen |
| --- | --- |
${rows.join('\n')}
`;
  await writeFile(join(ROOT, 'docs/clean-machine.md'), page);
}
