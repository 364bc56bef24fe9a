import { expect, it } from 'vitest';
import { isPrivateHost } from './private-host.ts';

const hostOf = (authority: string): string => new URL(`http://${authority}/`).hostname;

it.each([
  'localhost',
  'LOCALHOST',
  'ovos.localhost',
  'homeassistant',
  'homeassistant.local',
  'homeassistant.local.',
  'ha.lan',
  'ha.home.arpa',
  'ha.internal',
  '127.0.0.1',
  '127.1',
  '0x7f000001',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.178.20',
  '169.254.10.10',
  '100.64.0.1',
  '100.127.255.255',
  '[::1]',
  '[::]',
  '[fe80::1]',
  '[febf::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[::ffff:192.168.0.1]',
  '[::ffff:127.0.0.1]',
])('%s is on this network', (authority) => {
  expect(isPrivateHost(hostOf(authority))).toBe(true);
});

it.each([
  'example.com',
  'local.example.com',
  'evil-local.com',
  'accounts.spotify.com',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '100.63.0.1',
  '100.128.0.1',
  '11.0.0.1',
  '[2001:db8::1]',
  '[fec0::1]',
  '[::2]',
  '[::ffff:8.8.8.8]',
  '[64:ff9b::7f00:1]',
])('%s is not', (authority) => {
  expect(isPrivateHost(hostOf(authority))).toBe(false);
});

it('an empty name is no host of this network', () => {
  expect(isPrivateHost('')).toBe(false);
  expect(isPrivateHost('.')).toBe(false);
});
