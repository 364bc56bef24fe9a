import type { Broker } from '../broker/index.ts';
import type { ConnectionState } from '../store/records.ts';

/** How many connections of this device are in each state. */
export async function statesOf({
  apps,
  connections,
}: Pick<Broker, 'apps' | 'connections'>): Promise<ReadonlyMap<ConnectionState, number>> {
  const states = new Map<ConnectionState, number>();
  for (const app of await apps.all()) {
    const { state } = await connections.view(app);
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  return states;
}
