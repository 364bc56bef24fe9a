// The provider of the benchmark, in a process of its own: a token endpoint that answers from constants, rotates refresh
// tokens and detects reuse (RFC 9700 §4.14.2: a spent token takes its whole family with it).
//   POST /token        answers at once
//   POST /slow/token   answers after 50 ms, as a provider on the internet does at best
//   GET  /requests     how many token requests there were so far
// Prints its port on standard output and ends with its standard input, so that it never outlives the benchmark.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const SLOW_ANSWER = 50;
const REVOKED = -1;

/** Which member of a family of refresh tokens is good; the index is the family. */
const families: number[] = [];
let requests = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    respond(response, 200, { requests });
    return;
  }
  void answer(request, response);
});
// Longer than any pause of the benchmark: a client that keeps its connection must not find it closed.
server.keepAliveTimeout = 120_000;
process.stdin.resume().once('end', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.stdout.write(`${address.port}\n`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  requests += 1;
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const form = new URLSearchParams(body);
  const spent = form.get('refresh_token');
  // Judged on arrival: of two requests with one token the second is the reuse, however long the answers take.
  const fresh = spent === null ? newFamily() : rotate(spent);
  if (request.url?.startsWith('/slow/')) await sleep(SLOW_ANSWER);
  if (fresh === undefined) {
    respond(response, 400, { error: 'invalid_grant' });
    return;
  }
  respond(response, 200, {
    access_token: `access-${requests}-0123456789abcdef0123456789abcdef`,
    token_type: 'Bearer',
    expires_in: 3600,
    refresh_token: fresh,
    scope: 'read',
  });
}

function newFamily(): string {
  families.push(0);
  return `refresh.${families.length - 1}.0`;
}

function rotate(token: string): string | undefined {
  const [, family = '', member = ''] = token.split('.');
  const good = families[Number(family)];
  if (good === undefined || good !== Number(member)) {
    families[Number(family)] = REVOKED;
    return undefined;
  }
  families[Number(family)] = good + 1;
  return `refresh.${family}.${good + 1}`;
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
