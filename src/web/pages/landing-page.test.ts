import { describe, expect, test } from 'vitest';
import { LINK_CODE, SAMPLE_APP, webAppForTest } from '../../../test/support/web-app.ts';
import type { MethodChoice } from '../../broker/methods/method.ts';
import type { Landing } from '../../broker/types.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { Providers } from '../../providers/index.ts';

const LINK = `/s/${LINK_CODE}`;
const DEVICE: MethodChoice = { method: 'device', offered: true, reason: 'device_flow_best' };
const LAN: MethodChoice = { method: 'lan', offered: true, reason: 'provider_takes_lan' };
const PASTE: MethodChoice = { method: 'paste', offered: true, reason: 'paste_always_works' };
const NO_LAN: MethodChoice = { method: 'lan', offered: false, reason: 'provider_refuses_lan' };
const NO_SHELL: MethodChoice = { method: 'shell', offered: false, reason: 'no_shell' };
const NO_RELAY: MethodChoice = { method: 'relay', offered: false, reason: 'no_relay' };

const CODE = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://github.com/login/device',
  expiresAt: Date.UTC(2026, 0, 1, 0, 15),
};

/** The page for an app of a provider of the catalogue. */
async function pageFor(name: string, fields: Partial<Landing>, app: Partial<typeof SAMPLE_APP> = {}) {
  const provider = await new Providers().find(name);
  const web = webAppForTest();
  const authorizationEndpoint = provider?.endpoints.authorization ?? SAMPLE_APP.authorizationEndpoint;
  web.signIn.app = { ...SAMPLE_APP, authorizationEndpoint, ...app };
  web.signIn.landingFields = { ...(provider === undefined ? {} : { provider }), ...fields };
  return (await web.ask(LINK)).text();
}

describe('a provider of the catalogue', () => {
  test('is called by its name, with the host beside it, and its scopes say what they allow', async () => {
    const page = await pageFor('spotify', {
      methods: [PASTE],
      scopes: ['user-library-read', 'unknown-scope'],
    });
    expect(page).toContain('at Spotify.');
    expect(page).toContain('<bdi>Spotify</bdi> <small><bdi>accounts.spotify.com</bdi></small>');
    expect(page).toContain(
      '<li><bdi lang="en">See your saved music</bdi></li>\n<li><bdi>unknown-scope</bdi></li>',
    );
  });

  test('does not lend its name to another host', async () => {
    const page = await pageFor(
      'spotify',
      { methods: [PASTE] },
      { authorizationEndpoint: 'https://evil.example/' },
    );
    expect(page).not.toContain('at Spotify');
    expect(page).not.toContain('developer.spotify.com');
    expect(page).toContain('at evil.example.');
  });

  test('that users run themselves has both names', async () => {
    const page = await pageFor(
      'nextcloud',
      { methods: [LAN] },
      { authorizationEndpoint: 'https://cloud.example.org/apps/oauth2/authorize' },
    );
    expect(page).toContain('<bdi>Nextcloud</bdi> <small><bdi>cloud.example.org</bdi></small>');
  });
});

describe('the ways to sign in', () => {
  test('are the best as the big button, then the others', async () => {
    const page = await pageFor('github', { methods: [LAN, PASTE] });
    expect(page.match(/class="(?:button )?(primary|secondary)"/g)).toEqual([
      'class="primary"',
      'class="button secondary"',
    ]);
    expect(page).toContain(`href="${LINK}/paste">Sign in and copy an address</a>`);
  });

  test('that are refused say why, in words and in those of the provider, first the ones for a phone', async () => {
    const page = await pageFor('spotify', { methods: [PASTE, NO_SHELL, NO_LAN, NO_RELAY] });
    const why = page.slice(page.indexOf('<details>'));
    expect(why).toContain('<summary>Why not another way?</summary>');
    expect(why).toContain('<dd>Spotify sends nobody back to an address in a home network.</dd>');
    expect(why).toContain('<dd>No relay page is set up for this device.</dd>');
    expect(why).toContain('Spotify takes https addresses and http://127.0.0.1');
    expect(why.indexOf('on the screen of the device')).toBeGreaterThan(why.indexOf('No relay page'));
  });

  test('may all be closed: then the reasons are open, and nothing can be pressed', async () => {
    const page = await pageFor('spotify', { methods: [NO_LAN, NO_RELAY] });
    expect(page).toContain('This device has no way to sign you in at Spotify.');
    expect(page).toContain('<details open>');
    expect(page).not.toMatch(/<form|class="button/);
  });
});

describe('what to register at the provider', () => {
  const uri = 'http://127.0.0.1:36536/auth/callback/ovos-skill-music.openvoiceos_music';

  test('is the exact address of each way, to be copied', async () => {
    const web = webAppForTest();
    web.signIn.landingFields = { methods: [LAN, PASTE], redirectUris: { lan: `${uri}-lan`, paste: uri } };
    const shown = await (await web.ask(LINK)).text();
    for (const address of [`${uri}-lan`, uri]) {
      expect(shown).toContain(`<code>${address}</code>`);
      expect(shown).toContain(`data-copy="${address}"`);
    }
  });

  test('comes with the steps of the provider', async () => {
    const page = await pageFor('spotify', { methods: [PASTE], redirectUris: { paste: uri } });
    expect(page).toContain('Sign in to the Spotify developer dashboard');
    expect(page).toContain('href="https://developer.spotify.com/dashboard"');
    expect(page).toContain(`<code>${uri}</code>`);
  });

  test('is nothing where the client is registered by itself, or is an address', async () => {
    expect(await pageFor('github', { methods: [LAN] }, { credentialsFrom: 'registration' })).not.toContain(
      'Setting up',
    );
    expect(
      await pageFor('github', { methods: [LAN] }, { clientId: 'http://192.168.1.20:36536' }),
    ).not.toContain('Setting up');
  });
});

describe('a device flow', () => {
  test('begins with a button where no code is there yet', async () => {
    const page = await pageFor('github', { methods: [DEVICE] });
    expect(page).toContain('name="method" value="device">Get a code</button>');
  });

  test('shows the code, the same letter by letter for who hears it, a way to copy it and the way there', async () => {
    const page = await pageFor('github', { methods: [DEVICE, LAN], device: CODE });
    expect(page).toContain(
      '<span aria-hidden="true">WDJB-MJHT</span><span class="unseen">W D J B - M J H T</span>',
    );
    expect(page).toContain('data-copy="WDJB-MJHT"');
    expect(page).toContain(
      'href="https://github.com/login/device" target="_blank" rel="noopener noreferrer"',
    );
    expect(page).toContain('This code works for another 15 minutes.');
    expect(page).toContain('<meta http-equiv="refresh" content="10">');
    expect(page.match(/class="(?:button )?primary"/g)).toHaveLength(1);
  });

  test('opens the address that has the code in it, where there is one', async () => {
    const device = {
      ...CODE,
      verificationUriComplete: 'https://github.com/login/device?user_code=WDJB-MJHT',
    };
    const page = await pageFor('github', { methods: [DEVICE], device });
    expect(page).toContain(
      '<a class="button primary" href="https://github.com/login/device?user_code=WDJB-MJHT"',
    );
    expect(page).toContain('The code is filled in there already.');
  });

  test('offers a new code for an expired one, and another try after a no', async () => {
    for (const [code, sentence] of [
      ['device_code_expired', 'The code has expired or was already used.'],
      ['access_denied', 'The sign-in was declined.'],
    ] as const) {
      const page = await pageFor('github', { methods: [DEVICE], deviceFailure: new OAuthBrokerError(code) });
      expect(page).toContain(sentence);
      expect(page).toContain('name="method" value="device">Get a new code</button>');
    }
  });

  test('that has ended with its link offers a new code as well', async () => {
    const failure = new OAuthBrokerError('device_code_expired');
    const page = await pageFor('github', { methods: [DEVICE, LAN], state: 'failed', failure });
    expect(page).toContain('name="method" value="device">Get a new code</button>');
    expect(page).toContain(`<a href="${LINK}?again">Other ways</a>`);
  });
});
