type Payload = Record<string, unknown> & {
  grantId?: string;
  uid?: string;
  userCode?: string;
  consumed?: number;
};

/**
 * oidc-provider's storage, in memory. Its own one holds 1,000 entries and then forgets the oldest, which a bench takes
 * for a revoked grant; and clients that are added later need a `find` of our own.
 */
export function createProviderStorage(
  findClient: (id: string) => object | undefined,
): (model: string) => object {
  const models = new Map<string, Map<string, Payload>>();

  return (model) => {
    const entries = models.get(model) ?? new Map<string, Payload>();
    models.set(model, entries);
    return {
      upsert: async (id: string, payload: Payload) => {
        entries.set(id, payload);
      },
      // A client that registered itself is in the storage.
      find: async (id: string) => (model === 'Client' ? findClient(id) : undefined) ?? entries.get(id),
      findByUid: async (uid: string) => [...entries.values()].find((payload) => payload.uid === uid),
      findByUserCode: async (userCode: string) =>
        [...entries.values()].find((payload) => payload.userCode === userCode),
      consume: async (id: string) => {
        const payload = entries.get(id);
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id: string) => {
        entries.delete(id);
      },
      revokeByGrantId: async (grantId: string) => {
        for (const [id, payload] of entries) {
          if (payload.grantId === grantId) entries.delete(id);
        }
      },
    };
  };
}
