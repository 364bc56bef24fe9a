import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import type { TestBrowser } from '../support/browser.ts';
import { type LiveTerminal, runCommandLine, startInTerminal } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { DEVICE, type Household, SKILL, startHousehold } from '../support/household.ts';
import {
  becomesConnected,
  declineAtProvider,
  endInNowhere,
  openLink,
  signInAtProvider,
} from '../support/phone.ts';
import { readQr } from '../support/read-qr.ts';
import { readQrText } from '../support/read-qr-text.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

let home: Household;
let phone: TestBrowser;
let terminals: LiveTerminal[];

beforeAll(async () => {
  home = await startHousehold({ deviceFlow: true });
  phone = await home.phone();
});

afterAll(() => home?.close());

beforeEach(async () => {
  terminals = [];
  home.skill.forget();
  await phone.context.clearCookies();
});

afterEach(() => Promise.all(terminals.map((terminal) => terminal.kill())));

function inTerminal(...args: readonly string[]): LiveTerminal {
  const terminal = startInTerminal(home.env, args);
  terminals.push(terminal);
  return terminal;
}

const PROMPT = 'Address (or wait): ';

/** The access token that `ovos-oauth token` prints, which the skill is told of as well. */
async function expectToken(appId: string): Promise<void> {
  const stdout = `${await home.accessToken(appId)}\n`;
  expect(await runCommandLine(home.env, ['token', SKILL, appId])).toEqual({ exit: 0, stdout, stderr: '' });
}

async function waiting(): Promise<unknown> {
  return JSON.parse((await runCommandLine(home.env, ['status', '--json'])).stdout) as unknown;
}

describe('ovos-oauth connect, in a terminal', () => {
  test('shows a QR code that a phone scans and signs in by, and says when it is connected', async () => {
    await home.registerApp('scanned');
    const terminal = inTerminal('connect', 'scanned');
    await terminal.untilItShows(PROMPT);
    const scanned = readQrText(terminal.screen());
    expect(scanned).toMatch(new RegExp(`^HTTP://${DEVICE}:\\d+/S/[0-9A-Z]+$`));
    const page = await openLink(
      phone.context,
      scanned.toLowerCase().replace(/\w+$/, (code) => code.toUpperCase()),
    );
    await terminal.untilItShows('The link was opened.');
    await signInAtProvider(page);
    await becomesConnected(page);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen()).toContain(`Connected: ${SKILL}_scanned`);
    await expectToken('scanned');
    await page.close();
  });

  test('takes the address at which a browser elsewhere ended, and helps where it is another one', async () => {
    await home.registerApp('pasted');
    const terminal = inTerminal('connect', 'pasted', '--no-qr');
    await terminal.untilItShows(PROMPT);
    expect(() => readQrText(terminal.screen())).toThrow('no QR code');
    const url = /(http:\/\/127\.0\.0\.3:\d+\/auth\?\S+)/.exec(terminal.screen())?.[1] ?? '';
    const page = await phone.context.newPage();
    await page.goto(url);
    const { address } = await endInNowhere(page, signInAtProvider);

    terminal.type('https://example.com/\r');
    await terminal.untilItShows('the address of another page');
    terminal.type('hello you\r');
    await terminal.untilItShows('holds no answer of the provider');
    terminal.type(`${address}\r`);
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen()).toContain('Connected');
    await expectToken('pasted');
    await page.close();
  });

  test('shows the code that is typed at the provider', async () => {
    await home.registerApp('coded', { device_authorization_endpoint: `${home.provider.issuer}/device/auth` });
    const terminal = inTerminal('connect', `${SKILL}_coded`, '--method', 'device');
    await terminal.untilItShows('This works once');
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(terminal.screen())?.[0] ?? '';
    const uri = readQrText(terminal.screen());
    expect(uri).toBe(`${home.provider.issuer}/device?user_code=${code}`);
    await userAgent.enterUserCode(uri, undefined);
    expect(await terminal.exit).toBe(0);
    await expectToken('coded');
  });

  test('gives up by Ctrl-C, and with it the sign-in', async () => {
    await home.registerApp('given up');
    const terminal = inTerminal('connect', SKILL, 'given up');
    await terminal.untilItShows(PROMPT);
    const page = await phone.context.newPage();
    await page.goto(readQrText(terminal.screen()).replace('/S/', '/s/').replace('HTTP', 'http'));
    terminal.type('\u0003');
    expect(await terminal.exit).toBe(130);
    expect(terminal.screen()).toContain('The sign-in was cancelled.');
    expect(await waiting()).toMatchObject({ waiting: [] });
    await page.reload();
    await page.getByText('cancelled').first().waitFor();
    await page.close();
  });

  test('says that the user has declined, and ends with a code of its own', async () => {
    await home.registerApp('declined');
    const terminal = inTerminal('connect', 'declined');
    await terminal.untilItShows(PROMPT);
    const link = /(http:\/\/127\.0\.0\.2:\d+\/s\/\w+)/.exec(terminal.screen())?.[1] ?? '';
    const page = await openLink(phone.context, link);
    await declineAtProvider(page);
    expect(await terminal.exit).toBe(10);
    expect(terminal.screen()).toContain('The sign-in was declined.');
    expect(await waiting()).toMatchObject({ waiting: [] });
    await page.close();
  });

  test('that was killed leaves no sign-in behind', async () => {
    await home.registerApp('killed');
    const terminal = inTerminal('connect', 'killed');
    await terminal.untilItShows(PROMPT);
    expect(await waiting()).toMatchObject({ waiting: [{}, {}] });
    await terminal.kill();
    await eventually('nothing waits', async () => {
      const { waiting: left } = (await waiting()) as { waiting: unknown[] };
      return left.length === 0;
    });
  });
});

describe('ovos-oauth connect, by a program', () => {
  test('tells each step as a line of JSON, and takes an address on standard input', async () => {
    await home.registerApp('json');
    const first = inTerminal('connect', 'json', '--json');
    await first.untilItShows('"event":"started"');
    const started = JSON.parse(/\{"event":"started".*\}/.exec(first.screen())?.[0] ?? '') as JsonObject;
    expect(started).toMatchObject({
      munged_id: `${SKILL}_json`,
      link: expect.stringMatching(/^http:\/\/127\.0\.0\.2:\d+\/s\//) as unknown,
      authorization_url: expect.stringContaining('code_challenge=') as unknown,
      methods: expect.arrayContaining([
        { method: 'lan', offered: true, reason: 'provider_takes_lan' },
      ]) as unknown,
    });
    const callback = await userAgent.approve(textOf(started, 'authorization_url'));
    first.type(`${callback}\r`);
    await first.untilItShows('"event":"connected"');
    expect(await first.exit).toBe(0);
  });

  test('lets a browser on the device itself come back by itself', async () => {
    await home.registerApp('loopback');
    const terminal = inTerminal('connect', 'loopback', '--method', 'loopback');
    await terminal.untilItShows('This works once');
    const url = /(http:\/\/127\.0\.0\.3:\d+\/auth\?\S+)/.exec(terminal.screen())?.[1] ?? '';
    const browser = await home.deviceBrowser();
    const page = await browser.context.newPage();
    await page.goto(url);
    await signInAtProvider(page);
    await becomesConnected(page);
    expect(await terminal.exit).toBe(0);
    await expectToken('loopback');
  });

  test('says in a sentence what cannot be done', async () => {
    await home.registerApp('impossible');
    const refused = await runCommandLine(home.env, ['connect', 'impossible', '--method', 'device']);
    expect(refused).toMatchObject({ exit: 1, stdout: '' });
    expect(refused.stderr).toBe('ovos-oauth: This sign-in cannot be done in that way.\n');
    expect((await runCommandLine(home.env, ['connect', 'impossible', '--method', 'pigeon'])).exit).toBe(2);
    const unknown = await runCommandLine(home.env, ['connect', 'imposible']);
    expect(unknown.exit).toBe(9);
    expect(unknown.stderr).toContain('Did you mean impossible');
  });
});

test('the QR code of the shell is opened by a phone, through to the token that the command prints', async () => {
  await home.registerApp('image');
  const answer = await home.ask('oauth.generate.qr.request', 'image', {}, 'oauth.generate.qr.response');
  const page = await openLink(phone.context, await readQr(textOf(answer, 'qr')));
  await signInAtProvider(page);
  await becomesConnected(page);
  expect(new URL(page.url()).hostname).toBe(DEVICE);
  await expectToken('image');
  await page.close();
});
