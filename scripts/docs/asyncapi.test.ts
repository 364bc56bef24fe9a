import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { INCOMING } from '../../src/bus/api/incoming.ts';
import { OUTGOING } from '../../src/bus/api/outgoing.ts';
import type { JsonObject } from '../../src/json.ts';
import { asyncApiDocument } from './asyncapi.ts';

interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly operations: Readonly<Record<string, { readonly channel: { readonly $ref: string } }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: JsonObject }>>;
    readonly schemas: JsonObject;
  };
}

const document = parse(asyncApiDocument()) as AsyncApi;

/** Judges data as a tool that has read the document does. */
function isValid(topic: string, data: unknown): boolean {
  const payload = document.components.messages[topic]?.payload;
  const schema = { ...payload, components: { schemas: document.components.schemas } };
  return new Ajv({ strict: false }).validate(schema, data);
}

describe('docs/asyncapi.yaml', () => {
  it('is valid by the schema of AsyncAPI 3.0', () => {
    const schema = createRequire(import.meta.url)(
      '@asyncapi/specs/schemas/3.0.0-without-$id.json',
    ) as JsonObject;
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    ajv.validate(schema, document);
    expect(ajv.errors).toBeNull();
  });

  it('has a channel for every message, and every reference leads somewhere', () => {
    const topics = [...Object.keys(INCOMING), ...Object.keys(OUTGOING)];
    expect(Object.keys(document.channels)).toHaveLength(new Set(topics).size);
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, pointer = ''] of references) {
      const steps = pointer.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
      const target = steps.reduce<unknown>((at, step) => (at as JsonObject)[step], document);
      expect(target).toBeDefined();
    }
  });

  it.each([
    ['oauth.token.get', { skill_id: 's', app_id: 'a', min_valid_seconds: 30 }, true],
    ['oauth.token.get', { skill_id: 's' }, false],
    ['oauth.token.get', { skill_id: 's', app_id: ['a'] }, false],
    [
      'oauth.refresh.response',
      { result: 'Error', client_id: null, token: {}, error: 'E.', error_code: 'no_such_code' },
      false,
    ],
  ])('judges %s %j as the broker does: %s', (topic, data, valid) => {
    expect(isValid(topic, data)).toBe(valid);
  });
});
