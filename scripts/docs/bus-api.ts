import * as v from 'valibot';
import { failureFields } from '../../src/bus/api/fields.ts';
import { provider } from '../../src/bus/api/provider.ts';
import { INCOMING } from '../../src/bus/api/incoming.ts';
import { OUTGOING, type Way } from '../../src/bus/api/outgoing.ts';
import { LARGEST_REQUEST, RATES } from '../../src/bus/handlers/flood-control.ts';
import { GENERATED, table } from './markdown.ts';
import { METHODS } from '../../src/broker/methods/method.ts';
import { METHOD_REASONS } from '../../src/broker/methods/reasons.ts';
import { words as en } from '../../src/locale/en/index.ts';
import { type FieldLine, fieldLines } from './schema.ts';

const WAYS: Readonly<Record<Way, string>> = {
  reply: 'Sent as a reply (`Message.reply`).\n\n',
  forward: 'Sent with the context of the request as it was (`Message.forward`).\n\n',
  event: '',
};

/** Such as "500 lists at once and then 10 a second". */
function atMost(what: string, topic: keyof typeof RATES): string {
  const { burst, perSecond } = RATES[topic];
  return `${burst.toLocaleString('en')} ${what} at once and then ${perSecond} a second`;
}

/** docs/bus-api.md. */
export function busApiPage(): string {
  return `${GENERATED}
# The bus API

What \`ovos-oauth\` hears and says on the OVOS message bus. It is that of \`ovos-phal-plugin-oauth\`, message for message;
what is added breaks no client of that plugin.

- An app is named by two ids, \`skill_id\` and \`app_id\`. Its **munged id** is \`<skill_id>_<app_id>\`.
- Every request gets exactly one reply, whatever happens. It carries the whole context of the request, member for member
  as it was written, with \`source\` and \`destination\` swapped where both are there.
- Text that is \`null\` or empty counts as missing. A whole number counts as its digits. Text that is no valid Unicode is
  refused.
- Ignore fields that you don't know; so does \`ovos-oauth\`.
- What is asked of one app is done in the order in which it was asked: \`oauth.get\` may follow \`oauth.register\` without
  a wait.
- Times are seconds since the Unix epoch, with fractions.
- Who asks without end is told \`too_many_requests\`, with \`retry_after\`: for one app at most
  ${atMost('sign-ins', 'oauth.get')}, ${atMost('registrations', 'oauth.register')},
  ${atMost('refreshes', 'oauth.refresh')}, ${atMost('QR codes', 'oauth.generate.qr.request')}; for all together
  ${atMost('lists', 'oauth.list')}. A request of more than ${LARGEST_REQUEST / 1024 ** 2} MiB is
  \`request_too_large\`.

## Failures

A request that could not be served is answered by the same message as if it had been, with these fields in the place of
what was asked for. \`error\` and \`hint\` are in the language of the request's session (\`context.session.lang\`), else
in the device's.

${fields(v.object(failureFields))}
## Ways to sign in

A sign-in can be done in several ways (\`method\`). Which of them are open depends on the provider, the app, the network
and who goes through it.

${table(
  ['Method', 'What it is called'],
  METHODS.map((method) => [`\`${method}\``, en.methods.names[method]]),
)}
Why one is open or not (\`reason\`):

${table(
  ['Reason', 'In words'],
  METHOD_REASONS.map((reason) => [`\`${reason}\``, en.methods.reasons[reason]]),
)}
## Requests

${Object.entries(INCOMING).map(requestSection).join('\n')}
## What is sent

${Object.entries(OUTGOING).map(outgoingSection).join('\n')}`;
}

function requestSection([topic, { about, replies, data }]: [
  string,
  (typeof INCOMING)[keyof typeof INCOMING],
]): string {
  const [answer, ...others] = replies.map((reply) => `[\`${reply}\`](#${anchor(reply)})`);
  const further = others.length === 0 ? '' : `; leads to ${others.join(', ')}`;
  return `### \`${topic}\`

${about}

Answered by ${answer}${further}.

${fields(data)}`;
}

function outgoingSection([topic, message]: [string, (typeof OUTGOING)[keyof typeof OUTGOING]]): string {
  const failure = 'failure' in message ? `\n${failureOf(message.failure)}` : '';
  return `### \`${topic}\`

${message.about}

${WAYS[message.way]}${fields(message.data)}${entriesOf(topic)}${failure}`;
}

/** What each entry of a message's list carries, where no other message says so. */
function entriesOf(topic: string): string {
  return topic === 'oauth.providers.response' ? `\nEach entry:\n\n${fields(provider)}` : '';
}

function failureOf(schema: unknown): string {
  const shared = '`error`, `error_code` and `hint` ([failures](#failures))';
  const own = fieldLines(schema).filter(({ name }) => !Object.hasOwn(failureFields, name));
  return own.length === 0
    ? `When it could not be done: ${shared}.\n`
    : `When it could not be done: ${shared}, and\n\n${tableOf(own)}`;
}

function fields(schema: unknown): string {
  const lines = fieldLines(schema);
  return lines.length === 0 ? 'No fields.\n' : tableOf(lines);
}

function tableOf(lines: readonly FieldLine[]): string {
  return table(
    ['Field', '', 'Type', 'Meaning'],
    lines.map(({ name, presence, type, about }) => [`\`${name}\``, presence, type, about]),
  );
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
