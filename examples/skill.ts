// Calls a provider for a user of this device, with a token that is valid whenever it is asked for.
import { BusClient } from '../src/bus/index.ts';
import { AccessTokenError, getAccessToken } from '../src/skill/index.ts';

const bus = new BusClient({ port: Number(process.env['OVOS_BUS_PORT'] ?? 8181) });
bus.start();

try {
  const token = await getAccessToken(bus, { skillId: 'skill-music.example', appId: 'library' });
  const headers = { authorization: `${token.tokenType} ${token.accessToken}` };
  const answer = await fetch(process.env['EXAMPLE_API'] ?? 'https://api.example/me', { headers });
  console.log(`the provider says ${answer.status}`);
} catch (error) {
  if (!(error instanceof AccessTokenError)) throw error;
  // `message` and `hint` are sentences in the user's language: a skill can speak them.
  console.log(`${error.code}: ${error.message} ${error.hint ?? ''}`);
  if (error.retryAfter !== undefined) console.log(`trying again makes sense in ${error.retryAfter} s`);
}

await bus.stop();
