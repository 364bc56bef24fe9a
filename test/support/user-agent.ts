/**
 * A user with a browser at the authorization server of `authorization-server.ts`, without the browser: follows the
 * authorization URL, clicks, and returns the callback address, which it does not visit.
 */
export const userAgent = {
  /** Signs in and allows; returns the redirect URI with `code`, `state` and `iss`. */
  approve: (authorizationUrl: string): Promise<string> => walk(authorizationUrl, 'allow'),
  /** Signs in and denies; returns the redirect URI with `error=access_denied`. */
  deny: (authorizationUrl: string): Promise<string> => walk(authorizationUrl, 'deny'),
};

async function walk(authorizationUrl: string, decision: 'allow' | 'deny'): Promise<string> {
  const { origin } = new URL(authorizationUrl);
  const cookies = new Map<string, string>();
  const go = async (url: string, body?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  };

  let url = authorizationUrl;
  let response = await go(url);
  for (let step = 0; step < 12; step += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      url = new URL(location, url).href;
      if (new URL(url).origin !== origin) return url;
      response = await go(url);
      continue;
    }
    const text = await response.text();
    if (!text.includes('name="answer"'))
      throw new Error(`no page to click on (${response.status}):\n${text}`);
    const answer = text.includes('value="login"') ? 'login' : decision;
    response = await go(url, new URLSearchParams({ answer }));
  }
  throw new Error(`the sign-in goes in circles at ${url}`);
}
