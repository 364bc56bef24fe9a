import * as v from 'valibot';
import { defined } from '../../defined.ts';
import { VERSION } from '../../version.ts';
import { field, optional, seconds, time } from '../fields.ts';
import { call } from '../operation.ts';
import { waitingOf, waitingSignIn } from '../waiting.ts';

export const operation = call({
  about: 'How the broker itself is.',
  request: v.strictObject({}),
  result: v.strictObject({
    version: field(v.string(), 'Of the running broker.'),
    pid: field(v.number(), 'Its process.'),
    started_at: field(time, 'Since when it runs.'),
    resident_bytes: field(v.number(), 'Memory that it takes.'),
    bus: field(
      v.strictObject({
        connected: field(v.boolean(), 'Whether it is on the message bus now.'),
        host: v.string(),
        port: v.number(),
        route: v.string(),
        ssl: v.boolean(),
        encrypted: field(v.boolean(), 'Whether there is a key for the messages.'),
      }),
      'The message bus: `{connected, host, port, route, ssl, encrypted}`.',
    ),
    http: field(
      v.strictObject({ host: v.string(), port: v.number(), lan_host: v.string() }),
      'The pages: `{host, port, lan_host}`; the last is the address that phones are sent to.',
    ),
    relay_url: optional(v.string(), 'The relay page, if one is set.'),
    paths: field(
      v.strictObject({ state: v.string(), shared_files: v.string(), runtime: v.string(), temp: v.string() }),
      'The folders: `{state, shared_files, runtime, temp}`.',
    ),
    waiting: field(v.array(waitingSignIn), 'Sign-ins that wait for somebody, oldest first.'),
  }),
  async run(_request, { broker, bus, settings, startedAt, port, lanHost }) {
    const { host, port: busPort, route, ssl, secretKey } = settings.bus;
    const { stateDir, cacheDir, runtimeDir, tempDir } = settings.paths;
    return {
      version: VERSION,
      pid: process.pid,
      started_at: seconds(startedAt),
      resident_bytes: process.memoryUsage.rss(),
      bus: { connected: bus.isOpen, host, port: busPort, route, ssl, encrypted: secretKey !== undefined },
      http: { host: settings.http.host, port: port(), lan_host: await lanHost() },
      ...defined({ relay_url: settings.redirect.relayUrl }),
      paths: { state: stateDir, shared_files: cacheDir, runtime: runtimeDir, temp: tempDir },
      waiting: (await broker.signIn.waiting()).map(waitingOf),
    };
  },
});
