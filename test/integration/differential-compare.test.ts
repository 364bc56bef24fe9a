import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { compare, judge, type Place } from '../support/differential/compare.ts';

const steps = (step: JsonObject) => new Map([['asked', step]]);
const listed = (...places: Place[]) => [{ places }];

const python = steps({ messages: { 'oauth.url': [{ data: { url: 'a', same: [1] } }] }, http: 500 });
const broker = steps({ messages: { 'oauth.url': [{ data: { url: 'b', same: [1] }, more: true }] } });
const everywhere = [
  { step: 'asked', at: 'messages oauth.url 0 data url' },
  { step: '*', at: 'messages * * more' },
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
