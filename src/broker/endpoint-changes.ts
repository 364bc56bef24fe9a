import type { Providers } from '../providers/index.ts';
import type { App, MungedId } from '../store/records.ts';
import { digestOfSecret } from './secret-digest.ts';
import type { AppEndpoints } from './endpoints.ts';
import type { Registration } from './types.ts';

/** A registration that waits for the user, since it would send what is kept for an app to somebody else. */
export interface EndpointChange {
  /** Stands for exactly this change of this app: who confirms it confirms what was shown. */
  readonly id: string;
  /** As it is in use until then. */
  readonly app: App;
  /** Origins of the endpoints in use. */
  readonly from: readonly string[];
  /** Origins that would come in. */
  readonly to: readonly string[];
  /** When it was asked for first, milliseconds since the Unix epoch. */
  readonly at: number;
}

interface Waiting extends EndpointChange {
  readonly registration: Registration;
}

/** Where something goes that somebody else could make use of: the user, a code, a token or a secret. */
const ENDPOINTS = [
  ['authorizationEndpoint', 'authorizationEndpoint'],
  ['tokenEndpoint', 'tokenEndpoint'],
  ['refreshEndpoint', 'refreshEndpoint'],
  ['revocationEndpoint', 'revocationEndpoint'],
  ['deviceAuthorizationEndpoint', 'deviceAuthorizationEndpoint'],
  ['pushedAuthorizationRequestEndpoint', undefined],
  ['registrationEndpoint', undefined],
] as const satisfies ReadonlyArray<readonly [keyof App & keyof AppEndpoints, keyof Registration | undefined]>;

/** Refusals that are remembered, so that the user is not asked again and again. */
const MOST_REFUSED = 1_000;

/** The changes that wait for the user. In memory: a skill registers again at every start of its own and of ours. */
export class EndpointChanges {
  readonly #providers: Pick<Providers, 'find' | 'withEndpoint'>;
  readonly #waiting = new Map<MungedId, Waiting>();
  readonly #refused = new Set<string>();

  constructor(providers: Pick<Providers, 'find' | 'withEndpoint'>) {
    this.#providers = providers;
  }

  /** Oldest first. */
  all(): readonly EndpointChange[] {
    return [...this.#waiting.values()].filter(({ id }) => !this.#refused.has(id));
  }

  find(id: string): Waiting | undefined {
    return [...this.#waiting.values()].find((change) => change.id === id);
  }

  /** What would change for the user, if anything does. */
  async between(
    before: App,
    after: App,
    registration: Registration,
  ): Promise<Pick<EndpointChange, 'id' | 'from' | 'to'> | undefined> {
    const from = originsOf(before, () => true);
    const known = new Set(from);
    // What a discovered issuer says of itself is its own business; what a skill says beside it is not.
    const isOfIssuer = after.issuer === before.issuer && after.discoveredUntil !== undefined;
    const to = originsOf(
      after,
      (told) => !isOfIssuer || (told !== undefined && registration[told] !== null),
    ).filter((origin) => !known.has(origin));
    if (to.length === 0) return undefined;
    const listed = await this.#listedOrigins(before);
    const foreign = to.filter((origin) => !listed.has(origin));
    if (foreign.length === 0) return undefined;
    return {
      id: digestOfSecret(JSON.stringify([before.mungedId, from, foreign])).slice(0, 12),
      from,
      to: foreign,
    };
  }

  /**
   * Keeps a change for the user to decide on; a later one of the same app takes its place.
   *
   * @returns false where it waits already, or was refused
   */
  wait(change: Waiting): boolean {
    const { mungedId } = change.app;
    const earlier = this.#waiting.get(mungedId);
    const isKnown = earlier?.id === change.id;
    this.#waiting.set(mungedId, isKnown ? { ...change, at: earlier.at } : change);
    return !isKnown && !this.#refused.has(change.id);
  }

  /** The app was registered without a change, or its change was made. */
  settled(mungedId: MungedId): void {
    this.#waiting.delete(mungedId);
  }

  /** Does not show the change again, however often the skill asks for it. */
  refuse(id: string): boolean {
    if (this.find(id) === undefined) return false;
    this.#refused.add(id);
    for (const oldest of this.#refused) {
      if (this.#refused.size <= MOST_REFUSED) break;
      this.#refused.delete(oldest);
    }
    return true;
  }

  /** The origins that the catalogue lists for the app's provider, but for those that the user's parameters name. */
  async #listedOrigins(app: App): Promise<ReadonlySet<string>> {
    const provider =
      app.provider === undefined
        ? await this.#providers.withEndpoint(app.authorizationEndpoint)
        : await this.#providers.find(app.provider);
    const listed = Object.values(provider?.endpoints ?? {}).filter(
      (endpoint) => typeof endpoint === 'string',
    );
    return new Set(listed.filter((endpoint) => !endpoint.includes('{')).flatMap(originOf));
  }
}

function originsOf(app: App, counts: (told: (typeof ENDPOINTS)[number][1]) => boolean): readonly string[] {
  const addresses = ENDPOINTS.filter(([, told]) => counts(told)).map(([name]) => app[name]);
  const registered = counts('tokenEndpoint') ? app.registeredTokenEndpoint : undefined;
  const all = [...addresses, registered].filter((address) => address !== undefined);
  return [...new Set(all.flatMap(originOf))].toSorted();
}

// An app that was taken over from a file may have none.
function originOf(address: string): readonly string[] {
  return URL.canParse(address) ? [new URL(address).origin] : [];
}
