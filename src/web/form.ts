import type { WebContext } from './env.ts';

/** The fields of a form, as a browser sends them where nothing else is said. */
export async function formOf(c: WebContext): Promise<URLSearchParams> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '');
  return new URLSearchParams(isForm ? await c.req.text() : '');
}
