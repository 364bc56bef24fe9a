// The authorization server as a process: driven by its parent over Node's IPC channel, gone when the parent is.
import { type AuthorizationServerOptions, startAuthorizationServer } from './authorization-server.ts';
import type { Answer, Call } from './authorization-server-process.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as AuthorizationServerOptions;
const server = await startAuthorizationServer(options);
const reply = (answer: Answer): void => {
  process.send?.(answer);
};

process.on('disconnect', () => process.exit(0)); // oxlint-disable-line unicorn/no-process-exit -- a process of its own
process.on('message', ({ id, method, args }: Call) => {
  const run = server[method] as (...args: unknown[]) => Promise<unknown>;
  run(...args).then(
    (result) => reply({ id, result }),
    (error: unknown) => reply({ id, error: String(error) }),
  );
});
reply({ id: 0, result: server.issuer });
