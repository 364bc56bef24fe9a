import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { Words } from '../locale/index.ts';
import type { Visitor } from './console/access.ts';
import type { ConsoleView } from './pages/console/view.ts';

/** What the server tells the app about a connection, and what the guards work out for the routes. */
export interface WebEnv {
  Bindings: {
    /** Address of the peer; an IPv4-mapped one as IPv4. Absent only where a test has no connection. */
    readonly remoteAddress?: string;
    /** Of the request, such as `1.1`. */
    readonly httpVersion?: string;
  };
  Variables: {
    /** In the language of the browser. */
    words: Words;
    /** Behind the gate of the console: who is there, and what its pages are made with. */
    visitor?: Visitor;
    view?: ConsoleView;
  };
}

export type WebApp = Hono<WebEnv>;
export type WebContext = Context<WebEnv>;
export type WebMiddleware = MiddlewareHandler<WebEnv>;
