// The floor: a bare WebSocket client that answers `oauth.get` from a constant, with the request's context unparsed.
// Argument: the address of the bus.
import { argv } from 'node:process';
import { WebSocket } from 'ws';

const ANSWER =
  '{"url":"https://provider.example/authorize?response_type=code&client_id=bench&state=0123456789abcdef"}';
const CONTEXT = '"context":';

const socket = new WebSocket(argv[2] ?? '', { perMessageDeflate: false });
socket.on('open', () => socket.send('{"type":"oauth.ping","data":{},"context":{}}'));
socket.on('message', (frame: Buffer) => {
  const text = frame.toString();
  if (!text.startsWith('{"type":"oauth.get"')) return;
  const context = text.slice(text.indexOf(CONTEXT) + CONTEXT.length, -1);
  socket.send(`{"type":"oauth.url","data":${ANSWER},"context":${context}}`);
});
