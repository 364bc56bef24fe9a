import type { Check } from '../check.ts';
import { apps } from './apps.ts';
import { broker } from './broker.ts';
import { bus } from './bus.ts';
import { clock } from './clock.ts';
import { connections } from './connections.ts';
import { database } from './database.ts';
import { firewall } from './firewall.ts';
import { lanAddressCheck } from './lan-address.ts';
import { mdns } from './mdns.ts';
import { plugin } from './plugin.ts';
import { port } from './port.ts';
import { relay } from './relay.ts';
import { store } from './store.ts';

/** Everything that `ovos-oauth doctor` looks at. To add a check: a file here, and a line. */
export const CHECKS: readonly Check[] = [
  broker,
  bus,
  plugin,
  port,
  lanAddressCheck,
  mdns,
  firewall,
  clock,
  store,
  database,
  apps,
  connections,
  relay,
];
