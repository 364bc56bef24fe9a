import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BusClient, Message, MessageContext } from '../../src/bus/index.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createDaemon, type Daemon } from '../../src/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { CORE_CONFIG, type OvosCore, startOvosCore } from '../support/ovos-core.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';
import { recordedLog } from '../support/recorded-log.ts';

// Utterances go to a real ovos-core, which hands them to the broker by the intents that it registered there.

const LANGUAGES = ['en-US', 'de-DE', 'es-ES', 'fr-FR', 'it-IT', 'nl-NL', 'pt-BR'];
const SPOTIFY = 'https://accounts.spotify.com';
const HANDLED = 'ovos.utterance.handled';

let bus: MessageBus;
let home: OvosHome;
let core: OvosCore;
let daemon: Daemon;
let log: ReturnType<typeof recordedLog>;
let user: BusClient;
const heard: Message[] = [];

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  home = await createOvosHome({
    config: {
      ...bus.config,
      ...CORE_CONFIG,
      lang: LANGUAGES[0],
      secondary_langs: LANGUAGES.slice(1),
      PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort(), lan_host: '127.0.0.2' } },
    },
  });
  await connectInFile();
  core = await startOvosCore(bus, home.env);
  user = new BusClient({ port: bus.port });
  for (const type of ['speak', HANDLED, 'ovos.shell.oauth.display.qr.code', 'complete_intent_failure'])
    user.on(type, (message) => void heard.push(message));
  user.start();
  await startDaemon();
});

afterAll(async () => {
  await daemon?.stop();
  await user?.stop();
  await core?.stop();
  await bus?.stop();
  await home?.remove();
});

beforeEach(() => {
  heard.length = 0;
});

/** What the Python plugin has left: an account at Spotify that is connected, and one elsewhere that is not. */
async function connectInFile(): Promise<void> {
  const app = (id: string, auth: string, token: string) => ({
    [id]: {
      oauth_service: id,
      client_id: 'client',
      client_secret: 's3cret',
      auth_endpoint: auth,
      token_endpoint: token,
      scope: 'x',
    },
  });
  const token = { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_at: 4_000_000_000 };
  await writeFile(
    join(home.databaseDir, 'ovos_oauth_apps.json'),
    JSON.stringify({
      ...app('music_spotify', `${SPOTIFY}/authorize`, `${SPOTIFY}/api/token`),
      ...app(
        'mail_dropbox',
        'https://www.dropbox.com/oauth2/authorize',
        'https://api.dropboxapi.com/oauth2/token',
      ),
    }),
  );
  await writeFile(join(home.databaseDir, 'ovos_oauth.json'), JSON.stringify({ music_spotify: token }));
}

async function startDaemon(): Promise<void> {
  const { settings } = await loadSettings(home.env);
  log = recordedLog();
  daemon = createDaemon(settings, { log });
  await daemon.start();
  await registered(1);
}

function registered(times: number): Promise<unknown> {
  return eventually(
    'the intents are registered',
    () =>
      log.lines.filter(({ message }) => message === 'The spoken questions are registered.').length >= times,
    60_000,
  );
}

/** Says something, and waits until OVOS and whoever answers are done with it. */
async function say(utterance: string, lang = 'en-US', session = 'default'): Promise<void> {
  utter(utterance, lang, session);
  await eventually(`"${utterance}" is handled`, () => heard.some(({ type }) => type === HANDLED));
}

function utter(utterance: string, lang: string, session: string): void {
  const context = MessageContext.of({
    source: 'audio',
    destination: 'skills',
    session: { session_id: session, lang },
  });
  user.emit(new Message('recognizer_loop:utterance', { utterances: [utterance], lang }, context));
}

function spoken(): readonly unknown[] {
  return heard.filter(({ type }) => type === 'speak').map(({ data }) => data['utterance']);
}

/** Says something that the broker asks back about, and answers that. */
async function sayAndAnswer(utterance: string, answer: string, lang = 'en-US'): Promise<void> {
  utter(utterance, lang, 'default');
  await eventually('the broker asks back', () => heard.some(({ data }) => data['expect_response'] === true));
  await say(answer, lang);
}

describe('what accounts there are', () => {
  test.each([
    ['en-US', 'what accounts am i connected to', 'You are connected to Spotify.'],
    ['de-DE', 'mit welchen konten bin ich verbunden', 'Du bist mit Spotify verbunden.'],
    ['es-ES', 'a qué cuentas estoy conectado', 'Tienes conexión con Spotify.'],
    ['fr-FR', 'à quels comptes suis-je connecté', 'Les comptes connectés sont : Spotify.'],
    ['it-IT', 'a quali account sono connesso', 'Gli account collegati sono: Spotify.'],
    ['nl-NL', 'met welke accounts ben ik verbonden', 'Je bent verbonden met Spotify.'],
    ['pt-BR', 'a que contas estou conectado', 'As contas conectadas são: Spotify.'],
  ])('is answered in %s', async (lang, question, answer) => {
    const session = `satellite-${lang}`;
    await say(question, lang, session);
    const answers = heard.filter(({ type }) => type === 'speak');
    expect(answers.map(({ data }) => data)).toEqual([
      { utterance: answer, expect_response: false, meta: { skill: 'ovos-oauth' }, lang },
    ]);
    // To the satellite that has asked, and back to where the question came from.
    const [{ context }] = answers as [Message];
    expect(context.get('session')).toMatchObject({ session_id: session, lang });
    expect([context.get('source'), context.get('destination')]).toEqual(['skills', 'audio']);
  });
});

describe('connecting', () => {
  test.each([
    ['en-US', 'connect dropbox', 'Scan the code to connect Dropbox.'],
    ['en-US', 'sign me in to my drop box account', 'Scan the code to connect Dropbox.'],
    ['de-DE', 'verbinde mich mit dropbox', 'Scanne den Code, um Dropbox zu verbinden.'],
    ['es-ES', 'conecta dropbox', 'Escanea el código para conectar Dropbox.'],
    ['fr-FR', 'connecte dropbox', 'Scanne le code pour connecter Dropbox.'],
    ['it-IT', 'collega dropbox', 'Scansiona il codice per collegare Dropbox.'],
    ['nl-NL', 'koppel dropbox', 'Scan de code om Dropbox te koppelen.'],
    ['pt-BR', 'conectar dropbox', 'Escaneie o código para conectar Dropbox.'],
  ])('shows a code and says so in %s: %s', async (lang, utterance, answer) => {
    await say(utterance, lang);
    expect(spoken()).toEqual([answer]);
    const [shown] = heard.filter(({ type }) => type === 'ovos.shell.oauth.display.qr.code');
    expect(shown?.data).toMatchObject({ skill_id: 'mail', app_id: 'dropbox' });
    expect(shown?.data['qr']).toMatch(/\.png$/);
  });

  test('what is connected already is said to be', async () => {
    await say('connect spotify');
    expect(spoken()).toEqual(['You are already connected to Spotify.']);
  });

  test('an account that no skill uses is said to be none of ours', async () => {
    await say('connect my foobar account');
    expect(spoken()).toEqual(['No skill on this device uses foobar.']);
  });

  test.each(['connect the speaker', 'connect to bluetooth', 'disconnect the headphones'])(
    '"%s" is left to other skills',
    async (utterance) => {
      await say(utterance);
      expect(spoken()).toEqual([]);
      expect(heard.map(({ type }) => type)).toContain('complete_intent_failure');
    },
  );
});

describe('disconnecting', () => {
  test.each([
    [
      'en-US',
      'disconnect spotify',
      'no',
      'Should I disconnect Spotify?',
      'All right, Spotify stays connected.',
    ],
    ['de-DE', 'trenne spotify', 'nein', 'Soll ich Spotify trennen?', 'In Ordnung, Spotify bleibt verbunden.'],
    [
      'es-ES',
      'desconecta spotify',
      'no',
      '¿Quieres que desconecte Spotify?',
      'De acuerdo, Spotify sigue conectado.',
    ],
    [
      'fr-FR',
      'déconnecte spotify',
      'non',
      'Faut-il déconnecter Spotify ?',
      'D’accord, Spotify reste connecté.',
    ],
    ['it-IT', 'scollega spotify', 'no', 'Vuoi che scolleghi Spotify?', 'Va bene, Spotify resta collegato.'],
    ['nl-NL', 'ontkoppel spotify', 'nee', 'Zal ik Spotify ontkoppelen?', 'Goed, Spotify blijft gekoppeld.'],
    [
      'pt-BR',
      'desconectar spotify',
      'não',
      'Devo desconectar Spotify?',
      'Tudo bem, a conta Spotify continua conectada.',
    ],
  ])('is asked back, and a no leaves all as it is, in %s', async (lang, utterance, no, question, answer) => {
    await sayAndAnswer(utterance, no, lang);
    expect(spoken()).toEqual([question, answer]);
  });

  test.each(['what time is it', 'yes but no', 'maybe'])('is not done on "%s"', async (answer) => {
    await sayAndAnswer('disconnect spotify', answer);
    expect(spoken().at(-1)).toBe('All right, Spotify stays connected.');
  });

  test('is done on a yes; the next utterance goes to OVOS again', async () => {
    await sayAndAnswer('disconnect my spotify', 'yes please');
    expect(spoken().at(-1)).toMatch(/^Spotify is disconnected/);
    heard.length = 0;
    await say('what accounts am i connected to');
    expect(spoken()).toEqual(['You are not connected to any account.']);
    heard.length = 0;
    await say('disconnect spotify');
    expect(spoken()).toEqual(['You are not connected to Spotify.']);
  });
});

describe('the intents', () => {
  test('are registered again where ovos-core has started anew', async () => {
    await core.stop();
    core = await startOvosCore(bus, home.env);
    await registered(2);
    await say('what accounts am i connected to');
    expect(spoken()).toEqual(['You are not connected to any account.']);
  });

  test('are gone once the broker has stopped', async () => {
    await daemon.stop();
    await say('what accounts am i connected to');
    expect(heard.map(({ type }) => type)).toContain('complete_intent_failure');
    expect(spoken()).toEqual([]);
  });
});
