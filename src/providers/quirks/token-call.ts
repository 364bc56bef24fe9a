/** A POST of a form (RFC 6749 §3.2) on its way out. */
export interface FormCall {
  readonly url: string;
  readonly init: RequestInit;
  /** A copy of the body, to be changed at will. */
  readonly form: URLSearchParams;
}

/** Lets `handle` send the requests that carry a form and that `applies` picks; all others go out as they are. */
export function onForm(
  inner: typeof globalThis.fetch,
  applies: (form: URLSearchParams) => boolean,
  handle: (call: FormCall) => Promise<Response>,
): typeof globalThis.fetch {
  return (input, init) => {
    const form = init === undefined ? undefined : formOf(init);
    if (init === undefined || form === undefined || !applies(form)) return inner(input, init);
    return handle({ url: input instanceof Request ? input.url : String(input), init, form });
  };
}

/** Lets `handle` send the token requests: of all requests only they have a `grant_type`. */
export function onTokenRequest(
  inner: typeof globalThis.fetch,
  handle: (call: FormCall) => Promise<Response>,
): typeof globalThis.fetch {
  return onForm(inner, (form) => form.has('grant_type'), handle);
}

/** `call` with its form as it is now. */
export function send(inner: typeof globalThis.fetch, { url, init, form }: FormCall): Promise<Response> {
  return inner(url, { ...init, body: form });
}

/** The same request as a GET with `query`, without what belongs to a body; credentials in a header stay. */
export function sendQuery(
  inner: typeof globalThis.fetch,
  { init }: FormCall,
  url: string,
  query: URLSearchParams,
): Promise<Response> {
  const target = new URL(url);
  for (const [name, value] of query) target.searchParams.set(name, value);
  const { body: _body, ...rest } = init;
  const headers = new Headers(init.headers);
  headers.delete('content-type');
  return inner(target.href, { ...rest, method: 'GET', headers: Object.fromEntries(headers) });
}

/** Gives a parameter another name, if it is there. */
export function rename(params: URLSearchParams, from: string, to: string): void {
  const value = params.get(from);
  if (value === null) return;
  params.delete(from);
  params.set(to, value);
}

export function isRefresh({ form }: FormCall): boolean {
  return form.get('grant_type') === 'refresh_token';
}

function formOf({ body, headers }: RequestInit): URLSearchParams | undefined {
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  const type = new Headers(headers).get('content-type') ?? '';
  const isForm = typeof body === 'string' && type.startsWith('application/x-www-form-urlencoded');
  return isForm ? new URLSearchParams(body) : undefined;
}
