import type { Apps } from '../broker/apps.ts';
import type { Connections } from '../broker/connections.ts';
import type { ConnectionView } from '../broker/types.ts';
import type { AccountNames } from './account-names.ts';
import { heardName } from './heard-name.ts';

/** One provider as users know it: the connections of all skills there. */
export interface Account {
  readonly name: string;
  readonly connections: readonly ConnectionView[];
}

export interface AccountsDeps {
  readonly apps: Pick<Apps, 'all'>;
  readonly connections: Pick<Connections, 'view'>;
  readonly names: AccountNames;
}

/** The accounts that this device has to do with. */
export class Accounts {
  readonly #deps: AccountsDeps;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  /** Sorted by name. */
  async all(): Promise<readonly Account[]> {
    const { apps, connections, names } = this.#deps;
    const byName = new Map<string, ConnectionView[]>();
    for (const app of await apps.all()) {
      const name = await names.of(app);
      const views = byName.get(name) ?? [];
      views.push(await connections.view(app));
      byName.set(name, views);
    }
    return [...byName]
      .map(([name, views]) => ({ name, connections: views }))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  /** The account that was spoken of, as far as it can be made out. */
  async heard(utterance: string): Promise<Account | undefined> {
    const all = await this.all();
    const name = heardName(
      utterance,
      all.map((account) => account.name),
    );
    return all.find((account) => account.name === name);
  }
}
