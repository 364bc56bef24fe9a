import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { chooseLanAddress, lanAddress, lanAddressFinder } from './lan-address.ts';

const ADDRESS = { netmask: '', mac: '', cidr: null };
const v4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  ...ADDRESS,
  family: 'IPv4',
  address,
  internal,
});
const v6 = (address: string, internal = false): NetworkInterfaceInfo => ({
  ...ADDRESS,
  family: 'IPv6',
  address,
  internal,
  scopeid: 0,
});
const lo = [v4('127.0.0.1', true), v6('::1', true)];

it('of several interfaces the one counts that the network is routed through', () => {
  const interfaces = { lo, docker0: [v4('172.17.0.1')], wlan0: [v4('192.168.1.20')] };
  expect(chooseLanAddress('192.168.1.20', interfaces)).toBe('192.168.1.20');
});

it('without a route it is the first IPv4 address of an interface', () => {
  const interfaces = { lo, wlan0: [v6('2001:db8::2'), v4('192.168.1.20')], eth1: [v4('10.0.0.2')] };
  expect(chooseLanAddress(undefined, interfaces)).toBe('192.168.1.20');
});

it.each(['0.0.0.0', '127.0.0.1'])('a route that starts at %s is none', (routed) => {
  expect(chooseLanAddress(routed, { lo, eth0: [v4('10.0.0.2')] })).toBe('10.0.0.2');
});

it('on a network of IPv6 alone it is a global address, in brackets', () => {
  const eth0 = [v6('fe80::1'), v6('fd00::2'), v6('2001:db8::2')];
  expect(chooseLanAddress(undefined, { lo, eth0 })).toBe('[2001:db8::2]');
});

it('or else a unique local one', () => {
  expect(chooseLanAddress(undefined, { lo, eth0: [v6('fe80::1'), v6('fd00::2')] })).toBe('[fd00::2]');
});

it('a link-local IPv4 address serves where there is nothing better', () => {
  expect(chooseLanAddress(undefined, { lo, eth0: [v4('169.254.7.7'), v6('fe80::1')] })).toBe('169.254.7.7');
  expect(chooseLanAddress(undefined, { lo, eth0: [v4('169.254.7.7'), v6('fd00::2')] })).toBe('[fd00::2]');
});

it('without a network it is 127.0.0.1', () => {
  expect(chooseLanAddress(undefined, {})).toBe('127.0.0.1');
  expect(chooseLanAddress(undefined, { lo, eth0: [v6('fe80::1')] })).toBe('127.0.0.1');
});

it('the user may set another, which is put in brackets where a URL needs them', async () => {
  await expect(lanAddress('ovos.local')).resolves.toBe('ovos.local');
  await expect(lanAddress('10.9.8.7')).resolves.toBe('10.9.8.7');
  await expect(lanAddress('fd00::9')).resolves.toBe('[fd00::9]');
  await expect(lanAddress('[fd00::9]')).resolves.toBe('[fd00::9]');
});

it('on this machine it is an address', async () => {
  for (const setting of [undefined, '']) {
    const address = await lanAddress(setting);
    expect(isIP(address.replace(/^\[|\]$/g, ''))).not.toBe(0);
  }
});

it('the kernel is asked once a second at most, and once for all who ask at the same time', async () => {
  const clock = new SimulatedClock();
  let lookUps = 0;
  const find = lanAddressFinder(clock, async () => `10.0.0.${(lookUps += 1)}`);
  expect(await Promise.all([find(), find()])).toEqual(['10.0.0.1', '10.0.0.1']);
  await clock.advance(999);
  expect(await find()).toBe('10.0.0.1');
  await clock.advance(1);
  expect(await find()).toBe('10.0.0.2');
});
