import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { relayState } from '../../src/broker/methods/relay.ts';
import { isPrivateHost } from '../../src/oauth/private-host.ts';
import { systemRandom } from '../../src/random.ts';
import { accessibilityFindings } from '../support/axe.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { RELAY_ATTACKS } from '../support/relay-attacks.ts';
import { type RelayHost, startRelayHost } from '../support/relay-host.ts';

const FILE = new URL('../../relay/index.html', import.meta.url);

const stateFor = (address: string): string => relayState(systemRandom, address);

let relay: RelayHost;
let browser: TestBrowser;
let device: Server;
let deviceAddress: string;
let arrived: Array<{ readonly target: string; readonly referrer: string | undefined }>;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  relay = await startRelayHost('127.0.0.3');
  browser = await launchBrowser(relay.browserFlags);
  device = createServer((request, response) => {
    if (request.url?.startsWith('/auth/relay') === true) {
      arrived.push({ target: request.url, referrer: request.headers.referer });
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>device</title>');
  }).listen(0, '127.0.0.2');
  await once(device, 'listening');
  deviceAddress = `127.0.0.2:${(device.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser?.close();
  await relay?.close();
  device.closeAllConnections();
  device.close();
});

beforeEach(async () => {
  arrived = [];
  complaints = [];
  page = await browser.context.newPage();
  await page.setViewportSize({ width: 390, height: 844 });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
});

afterEach(async () => {
  await page.close();
});

/** Opens the page as a provider does, and reads its heading. */
async function heading(query: string): Promise<string> {
  await page.goto(`${relay.url}${query}`);
  return page.getByRole('heading').innerText();
}

/** Which section the page's own script picks for each state. */
async function sectionsFor(states: readonly string[]): Promise<string[]> {
  await heading('');
  return page.evaluate((all) => {
    const { prepare } = globalThis as unknown as { prepare: (query: string) => string };
    return all.map((state) => prepare(`?code=c&state=${encodeURIComponent(state)}`));
  }, states);
}

const link = () => page.getByRole('link', { name: 'Continue to your device' });

test('the policy of the page allows its own style and script, by their hashes, and nothing else', async () => {
  const text = await readFile(FILE, 'utf8');
  const hashOf = (element: string): string => {
    const [, content = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(text) ?? [];
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  const [, policy] = /"Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
  expect(policy?.split('; ')).toEqual([
    "default-src 'none'",
    `style-src ${hashOf('style')}`,
    `script-src ${hashOf('script')}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

describe('an answer for a device in the home network', () => {
  test('goes there as it came, after a tap on what says where, and not before', async () => {
    const query = `?code=a%2Bb%20c&state=${stateFor(deviceAddress)}&iss=https%3A%2F%2Fprovider.example&x=%22%3E`;
    expect(await heading(query)).toBe('Back to your device');
    const [host, port] = deviceAddress.split(':');
    expect(await page.getByRole('main').innerText()).toContain(`your device at ${host}, port ${port}.`);
    expect(arrived).toEqual([]);
    await link().click();
    await page.waitForURL(`http://${deviceAddress}/**`);
    expect(arrived).toEqual([{ target: `/auth/relay${query}`, referrer: undefined }]);
    expect(complaints).toEqual([]);
  });

  test('can be taken there from the keyboard alone', async () => {
    await heading(`?code=c&state=${stateFor(deviceAddress)}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`http://${deviceAddress}/**`);
    expect(arrived).toHaveLength(1);
  });

  test('is neither in the address bar nor in the history nor in any storage', async () => {
    await heading(`?code=the-code&state=${stateFor(deviceAddress)}#fragment`);
    expect(page.url()).toBe(relay.url);
    await link().click();
    await page.waitForURL(`http://${deviceAddress}/**`);
    await page.goBack();
    expect(page.url()).toBe(relay.url);
    const kept = await page.evaluate(() => {
      const window = globalThis as unknown as {
        document: { cookie: string };
        localStorage: object;
        sessionStorage: object;
      };
      return [window.document.cookie, { ...window.localStorage }, { ...window.sessionStorage }];
    });
    expect(kept).toEqual(['', {}, {}]);
  });

  test('costs the host one request, the one that the provider causes', async () => {
    const before = relay.requests.length;
    await heading(`?code=c&state=${stateFor(deviceAddress)}`);
    await link().click();
    await page.waitForURL(`http://${deviceAddress}/**`);
    expect(relay.requests.slice(before)).toHaveLength(1);
  });

  test('is told apart where it is a refusal, which the device must hear of as well', async () => {
    const query = `?error=access_denied&state=${stateFor(deviceAddress)}`;
    await heading(query);
    expect(await page.getByRole('main').innerText()).toContain('has reported a problem');
    await link().click();
    await page.waitForURL(`http://${deviceAddress}/**`);
    expect(arrived.map(({ target }) => target)).toEqual([`/auth/relay${query}`]);
  });

  test.each([
    ['10.0.0.1:36536', '10.0.0.1', '36536'],
    ['172.16.0.1:80', '172.16.0.1', '80'],
    ['172.31.255.254:1', '172.31.255.254', '1'],
    ['192.168.1.20:65535', '192.168.1.20', '65535'],
    ['169.254.7.7:8080', '169.254.7.7', '8080'],
    ['127.0.0.1:36536', '127.0.0.1', '36536'],
    ['localhost:36536', 'localhost', '36536'],
    ['[::1]:36536', '[::1]', '36536'],
    ['[fd00::20]:36536', '[fd00::20]', '36536'],
    ['[FC12:0:0::1]:36536', '[fc12::1]', '36536'],
    ['mark2.local:36536', 'mark2.local', '36536'],
    ['Mark-2.Kitchen.local:36536', 'mark-2.kitchen.local', '36536'],
    ['mark2.home.arpa:36536', 'mark2.home.arpa', '36536'],
    ['mark2.internal:36536', 'mark2.internal', '36536'],
  ])('may lead to %s', async (address, host, port) => {
    const query = `?code=c&state=${stateFor(address)}`;
    expect(await heading(query)).toBe('Back to your device');
    expect(await page.getByRole('main').innerText()).toContain(`your device at ${host}, port ${port}.`);
    const shownPort = port === '80' ? '' : `:${port}`;
    expect(await link().getAttribute('href')).toBe(`http://${host}${shownPort}/auth/relay${query}`);
  });
});

describe('the page is no way to anywhere else', () => {
  test.each(Object.entries(RELAY_ATTACKS))('not by %s', async (_kind, addresses) => {
    const sections = await sectionsFor(addresses.map(stateFor));
    expect(addresses.map((address, at) => [address, sections[at]])).toEqual(
      addresses.map((address) => [address, 'elsewhere']),
    );
  });

  test('but says so, and offers no link', async () => {
    expect(await heading(`?code=c&state=${stateFor('192.168.1.1@evil.com:80')}`)).toBe(
      'This does not lead home',
    );
    expect(await page.locator('a[href]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('not by a state of another form', async () => {
    const address = Buffer.from('192.168.1.1:80').toString('base64url');
    const random = 'A'.repeat(22);
    expect(await sectionsFor([`${random}.${address}`])).toEqual(['go']);
    const states = [
      '',
      '.',
      random,
      `${random}.`,
      `.${address}`,
      `short.${address}`,
      `${'A'.repeat(65)}.${address}`,
      `${random}.${address}.more`,
      `${random}.${address}=`,
      `${random}.${address} `,
      ` ${random}.${address}`,
      `${random}.192.168.1.1:80`,
      `${random}.A`,
      `${random}\n.${address}`,
      `${random}.${address}\0`,
      `${random}.${'A'.repeat(5000)}`,
      `<>!$%&/()?=*+~#'-_;,.${address}`,
    ];
    expect(new Set(await sectionsFor(states))).toEqual(new Set(['elsewhere']));
  });

  test('not by any address at all that is made of parts of addresses', async () => {
    await heading('');
    const parts = ['192.168.1.1', '10.', '127.1', '8.8.8.8', 'evil.com', 'local', 'home.arpa', 'xn--', '0x'];
    const marks = fc.constantFrom(...Array.from('.:@/\\%#?-] \taﬁ0'));
    const part = fc.oneof(fc.constantFrom('[fd00::1]', '[::ffff:', '80', ...parts), marks);
    const address = fc.oneof(
      fc.array(part, { maxLength: 6 }).map((some) => some.join('')),
      fc.array(part, { maxLength: 5 }).map((some) => `${some.join('')}:80`),
      fc.tuple(fc.ipV4(), fc.nat(70_000)).map(([host, port]) => `${host}:${port}`),
      fc.tuple(fc.ipV6(), fc.nat(70_000)).map(([host, port]) => `[${host}]:${port}`),
      fc.tuple(fc.ipV4(), fc.nat(70_000)).map(([host, port]) => `${host.replace(/^\d+/, '10')}:${port}`),
    );
    const states = fc.sample(address, 20_000).map(stateFor);
    const accepted = await page.evaluate((all: string[]) => {
      const { deviceIn } = globalThis as unknown as { deviceIn: (state: string) => URL | undefined };
      return all.map((state) => deviceIn(state)?.href).filter((href) => href !== undefined);
    }, states);
    expect(accepted.length).toBeGreaterThan(100);
    for (const href of new Set(accepted)) {
      const { protocol, hostname, username, password, pathname, search, hash } = new URL(href);
      expect([href, isPrivateHost(hostname)]).toEqual([href, true]);
      expect([protocol, username, password, pathname, search, hash]).toEqual([
        'http:',
        '',
        '',
        '/auth/relay',
        '',
        '',
      ]);
    }
  });

  test('not with two states, of which the device might read the other', async () => {
    const query = `?code=c&state=${stateFor(deviceAddress)}&state=${stateFor('evil.com:80')}`;
    expect(await heading(query)).toBe('Something is missing');
  });

  test('and shows nothing of what the address holds', async () => {
    const hostile = `<img src=x onerror=alert(1)>`;
    await heading(`?code=${hostile}&error=${hostile}&error_description=${hostile}&state=${hostile}`);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.getByRole('main').innerText()).not.toContain('onerror');
    expect(complaints).toEqual([]);
  });

  test('and refuses to work inside a page of somebody else', async () => {
    const src = `${relay.url}?code=c&state=${stateFor(deviceAddress)}`;
    await page.route('http://frame.localhost/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${src}"></iframe>` }),
    );
    await page.goto('http://frame.localhost/');
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Opened inside another page' }).waitFor();
    expect(await frame.getByRole('link').count()).toBe(0);
  });
});

describe('every state of the page', () => {
  const states: ReadonlyArray<readonly [string, () => string]> = [
    ['Back to your device', () => `?code=c&state=${stateFor(deviceAddress)}`],
    ['Nothing to do here', () => ''],
    ['Something is missing', () => `?state=${stateFor(deviceAddress)}`],
    ['Something is missing', () => '?code=c'],
    ['This does not lead home', () => `?code=c&state=${stateFor('evil.com:80')}`],
  ];

  test.each(states)('"%s" is accessible and fits a phone, light and dark', async (title, query) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await heading(query())).toBe(title);
      expect(await page.title()).toBe(`${title} · OpenVoiceOS`);
      expect(await accessibilityFindings(page)).toEqual([]);
      const overflow = await page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: { documentElement: { scrollWidth: number; clientWidth: number } };
        };
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      });
      expect(overflow).toBe(0);
    }
    expect(complaints).toEqual([]);
  });

  test('says that it needs scripts where they are off', async () => {
    const session = await browser.context.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    await page.goto(`${relay.url}?code=c&state=${stateFor(deviceAddress)}`);
    expect(await page.locator('main').innerText()).toContain('JavaScript is off');
  });
});
