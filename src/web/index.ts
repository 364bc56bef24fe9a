export { createWebApp, type WebDeps } from './app.ts';
export type { HostNames } from './guards/host.ts';
export { Progress } from './progress.ts';
export { WebServer, type WebServerOptions } from './server.ts';
export type { WebSignIn } from './sign-in.ts';
