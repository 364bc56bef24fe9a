import { afterAll, beforeAll } from 'vitest';
import { storeContract } from '../support/store-contract.ts';
import { createFleet } from '../support/postgres-fleet.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server.remove();
});

storeContract('a store on PostgreSQL', async () => {
  const fleet = await createFleet(server);
  return {
    async open() {
      const store = fleet.store('kitchen');
      await store.open();
      return store;
    },
    remove: () => fleet.remove(),
  };
});
