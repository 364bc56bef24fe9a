// Asks the OAuth broker on this device's bus which address it has, and answers questions of others for a moment.
import { BusClient, Message, MessageContext } from '../src/bus/index.ts';

const port = Number(process.env['OVOS_BUS_PORT'] ?? 8181);
const bus = new BusClient({ host: '127.0.0.1', port });

// Every handler is called in order of arrival; a reply carries the whole context of its request back.
bus.on('example.greet', (message) => {
  const { name } = message.data;
  bus.emit(message.response({ greeting: typeof name === 'string' ? `Hello ${name}!` : 'Hello!' }));
});

bus.onOpen(() => console.log('connected'));
bus.onClose(() => console.log('connection lost; the client comes back by itself'));
bus.start();

const context = MessageContext.of({ source: 'example-program', destination: ['PHAL'] });
const host = await bus.waitForResponse(new Message('oauth.get.app.host.info', {}, context), {
  replyType: 'oauth.app.host.info.response',
  timeout: 3000,
});
console.log(host === undefined ? 'no broker answered' : `broker at ${JSON.stringify(host.data)}`);

const greeting = await bus.waitForResponse(new Message('example.greet', { name: 'you' }));
console.log(greeting?.data['greeting']);

await bus.stop();
