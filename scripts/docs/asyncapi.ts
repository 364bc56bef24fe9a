import { type JsonSchema, toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { stringify } from 'yaml';
import { failureFields } from '../../src/bus/api/fields.ts';
import { INCOMING } from '../../src/bus/api/incoming.ts';
import { OUTGOING } from '../../src/bus/api/outgoing.ts';

type Description = Readonly<Record<string, unknown>>;

const MUNGED_ID = '<munged id>';

/** docs/asyncapi.yaml: what docs/bus-api.md says, for tools. A channel is the `type` of a message, whose `data` is the payload. */
export function asyncApiDocument(): string {
  const requests = Object.entries(INCOMING).map(
    ([topic, { about, data }]) => [topic, messageOf(topic, about, jsonSchema(data))] as const,
  );
  const sent = Object.entries(OUTGOING).map(
    ([topic, message]) => [topic, messageOf(topic, message.about, sentSchema(message))] as const,
  );
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'The bus API of ovos-oauth',
      version: '1.0.0',
      description:
        'Messages of the OVOS message bus that the OAuth broker hears and sends. On the bus each is {"type", "data", "context"}; channels are types, payloads are data. docs/bus-api.md says it for people.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      bus: {
        host: '127.0.0.1:8181',
        pathname: '/core',
        protocol: 'ws',
        description: 'The OVOS message bus of the device.',
      },
    },
    channels: Object.fromEntries([...requests, ...sent].map(([topic]) => [keyOf(topic), channelOf(topic)])),
    operations: Object.fromEntries([
      ...Object.entries(INCOMING).map(([topic, { about, replies }]) =>
        operation('receive', topic, about, replies[0]),
      ),
      ...Object.entries(OUTGOING).map(([topic, { about }]) => operation('send', topic, about)),
    ]),
    components: {
      schemas: toJsonSchemaDefs(SHARED, SETTINGS),
      messages: Object.fromEntries([...requests, ...sent].map(([topic, message]) => [keyOf(topic), message])),
    },
  };
  return `# Made by \`npm run docs\` from the code. Change that, not this.\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 120 })}`;
}

function messageOf(topic: string, about: string, payload: unknown): Description {
  return { name: topic, description: about, payload };
}

/** What is sent when it went well, or when it did not. */
function sentSchema(message: (typeof OUTGOING)[keyof typeof OUTGOING]): unknown {
  const data = jsonSchema(message.data);
  if (!('failure' in message)) return data;
  return { oneOf: [data, { ...jsonSchema(message.failure), description: 'When it could not be done.' }] };
}

function operation(
  action: 'receive' | 'send',
  topic: string,
  about: string,
  reply?: string,
): readonly [string, Description] {
  const answer = reply === undefined ? {} : { reply: { channel: channel(reply) } };
  const operation = { action, channel: channel(topic), summary: firstSentence(about), ...answer };
  return [`${action}.${keyOf(topic)}`, operation];
}

function channelOf(topic: string): Description {
  const address = topic.replace(MUNGED_ID, '{mungedId}');
  return {
    address,
    messages: { message: { $ref: `#/components/messages/${escaped(keyOf(topic))}` } },
    ...(address === topic
      ? {}
      : { parameters: { mungedId: { description: 'The key of the app: <skill_id>_<app_id>.' } } }),
  };
}

function channel(topic: string): Description {
  return { $ref: `#/channels/${escaped(keyOf(topic))}` };
}

/** A topic as a key; keys of components have no angle brackets. */
function keyOf(topic: string): string {
  return topic.replace(MUNGED_ID, 'mungedId');
}

/** For a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function firstSentence(text: string): string {
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
}

// The long list of codes, once.
const SHARED = { ErrorCode: failureFields.error_code };

/** What may be sent on the bus: before it is read. Checks that JSON Schema has no words for are left out. */
const SETTINGS = {
  typeMode: 'input',
  errorMode: 'ignore',
  target: 'draft-07',
  definitions: SHARED,
  overrideRef: ({ referenceId }: { readonly referenceId: string }) => `#/components/schemas/${referenceId}`,
} as const;

function jsonSchema(schema: unknown): JsonSchema {
  const {
    $schema: _,
    definitions: __,
    $defs: ___,
    ...rest
  } = toJsonSchema(schema as v.GenericSchema, SETTINGS);
  return rest;
}
