import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { any, compare, type Expected, judge, type Place } from '../support/differential/compare.ts';

const steps = (step: JsonObject) => new Map([['asked', step]]);
const listed = (...places: Place[]) => [{ places }];

const python = steps({ messages: { 'oauth.url': [{ data: { url: 'a', same: [1] } }] }, http: 500 });
const broker = steps({ messages: { 'oauth.url': [{ data: { url: 'b', same: [1] }, more: true }] } });
const everywhere: Place[] = [
  { step: 'asked', at: 'messages oauth.url 0 data url', broker: 'b' },
  { step: '*', at: 'messages * * more', broker: any },
  { step: '*', at: 'http **' },
];

test('a difference is found where it is, in members, in lists and in what only one service has', () => {
  expect(compare(python, broker)).toEqual([
    { step: 'asked', path: ['messages', 'oauth.url', '0', 'data', 'url'], python: 'a', broker: 'b' },
    { step: 'asked', path: ['messages', 'oauth.url', '0', 'more'], python: undefined, broker: true },
    { step: 'asked', path: ['http'], python: 500, broker: undefined },
  ]);
});

test('a list that covers every difference is accepted', () => {
  expect(judge(compare(python, broker), listed(...everywhere))).toEqual({ unlisted: [], stale: [] });
});

test('a difference that is not on the list is found out', () => {
  const { unlisted } = judge(compare(python, broker), listed(...everywhere.slice(1)));
  expect(unlisted.map(({ path }) => path.at(-1))).toEqual(['url']);
});

test('a place on the list where nothing differs any more is found out', () => {
  const { stale } = judge(compare(python, broker), listed(...everywhere, { step: '*', at: 'files **' }));
  expect(stale.map(({ place }) => place.at)).toEqual(['files **']);
});

test('a step that only one service went through is a difference', () => {
  expect(compare(python, new Map())).toHaveLength(1);
});

test('a difference that turned into another one is found out', () => {
  const instead = (expected: Expected): Place[] => [
    { step: 'asked', at: 'messages oauth.url 0 data url', broker: expected },
    ...everywhere.slice(1),
  ];
  for (const expected of ['c', /^c/, null, ['b'], { b: any }]) {
    expect(judge(compare(python, broker), listed(...instead(expected))).unlisted).toHaveLength(1);
  }
  for (const expected of ['b', /^b$/, any]) {
    expect(judge(compare(python, broker), listed(...instead(expected))).unlisted).toEqual([]);
  }
});

test('of an object only the listed members count', () => {
  const differences = compare(
    new Map(),
    steps({ messages: { 'oauth.url': [{ data: { error_code: 'x', error: 'X' } }] } }),
  );
  const place = (code: string): Place => ({
    step: '*',
    at: '**',
    broker: { messages: { 'oauth.url': [{ data: { error_code: code } }] } },
  });
  expect(judge(differences, listed(place('x'))).unlisted).toEqual([]);
  expect(judge(differences, listed(place('y'))).unlisted).toHaveLength(1);
});
