/**
 * A user with a browser at the authorization server of `authorization-server.ts`, without the browser: follows links,
 * fills forms in and clicks.
 */
export const userAgent = {
  /** Signs in and allows; returns the redirect URI with `code`, `state` and `iss`, which is not visited. */
  approve: (authorizationUrl: string): Promise<string> => authorize(authorizationUrl, 'allow'),
  /** Signs in and denies; returns the redirect URI with `error=access_denied`. */
  deny: (authorizationUrl: string): Promise<string> => authorize(authorizationUrl, 'deny'),
  /** Enters a user code (RFC 8628 §3.3), or opens the address that has it in it, then allows or denies. */
  enterUserCode: (
    verificationUri: string,
    userCode: string | undefined,
    decision: Decision = 'allow',
  ): Promise<void> => connectDevice(verificationUri, userCode, decision),
};

type Decision = 'allow' | 'deny' | 'abort';

async function authorize(authorizationUrl: string, decision: Decision): Promise<string> {
  const end = await walk(authorizationUrl, (page) => interactionAnswer(page, decision));
  if (end.page !== undefined) throw new Error(`no page to click on:\n${end.page}`);
  return end.url;
}

async function connectDevice(
  verificationUri: string,
  userCode: string | undefined,
  decision: Decision,
): Promise<void> {
  const { page = '' } = await walk(verificationUri, (page) => {
    if (page.includes('name="xsrf"')) return deviceAnswer(page, userCode, decision);
    return interactionAnswer(page, decision);
  });
  const expected = decision === 'allow' ? 'Device connected' : 'Wrong code';
  if (!page.includes(expected)) throw new Error(`not at the page "${expected}":\n${page}`);
}

function interactionAnswer(page: string, decision: Decision): Record<string, string> | undefined {
  if (!page.includes('name="answer"')) return undefined;
  return { answer: page.includes('value="login"') ? 'login' : decision };
}

function deviceAnswer(
  page: string,
  userCode: string | undefined,
  decision: Decision,
): Record<string, string> | undefined {
  // Where an aborted code leads back to.
  if (page.includes('Wrong code')) return undefined;
  const hidden = Object.fromEntries(
    [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const { abort, ...form } = hidden;
  return {
    ...form,
    ...(userCode !== undefined && !('user_code' in form) ? { user_code: userCode } : {}),
    ...(abort !== undefined && decision === 'abort' ? { abort } : {}),
  };
}

interface End {
  readonly url: string;
  /** Absent: the browser was sent to another server. */
  readonly page?: string;
}

/** Follows redirects and posts what `answer` gives for a page, to the page's own form, until it gives nothing. */
async function walk(
  start: string,
  answer: (page: string) => Record<string, string> | undefined,
): Promise<End> {
  const { origin } = new URL(start);
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

  let url = start;
  let response = await go(url);
  for (let step = 0; step < 16; step += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      await response.body?.cancel();
      url = new URL(location, url).href;
      if (new URL(url).origin !== origin) return { url };
      response = await go(url);
      continue;
    }
    const page = await response.text();
    const fields = answer(page);
    if (fields === undefined) return { url, page: `${response.status}\n${page}` };
    url = new URL(/<form[^>]* action="([^"]+)"/.exec(page)?.[1] ?? url, url).href;
    response = await go(url, new URLSearchParams(fields));
  }
  throw new Error(`the sign-in goes in circles at ${url}`);
}
