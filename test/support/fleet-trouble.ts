import { setTimeout as sleep } from 'node:timers/promises';
import type { Campaign, CampaignDevice } from './fleet-campaign.ts';

/** Milliseconds; longer than every time-out of an exchange and of those who wait for one. */
const LONG_FREEZE = 20_000;

export interface TroubleOptions {
  readonly campaign: Campaign;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
  /** Whether there is time for long freezes. */
  readonly isLong: boolean;
}

type Kind =
  | 'broker killed'
  | 'broker frozen'
  | 'broker frozen for long'
  | 'database restarted'
  | 'database crashed'
  | 'database connections cut'
  | 'provider connections cut';

/** Everything that can go wrong with a fleet, in an order that a seed decides. */
export class Trouble {
  readonly #options: TroubleOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #counts = new Map<Kind, number>();
  #isDatabaseUp = true;
  readonly #failures: unknown[] = [];

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  /** How often each kind has happened. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Makes trouble for so many milliseconds; when this resolves everything is up again. */
  async make(duration: number): Promise<void> {
    const until = performance.now() + duration;
    while (performance.now() < until) {
      this.#start();
      await sleep(this.#between(500, 2_500));
    }
    await Promise.all(this.#underWay);
    const [failure] = this.#failures;
    if (failure !== undefined) throw new Error('The trouble itself failed.', { cause: failure });
  }

  /** Freezes a broker for so many milliseconds. */
  freeze(device: CampaignDevice, duration: number): Promise<void> {
    return this.#while('broker frozen for long', this.#frozen(device, duration));
  }

  #start(): void {
    const { campaign, isLong } = this.#options;
    const up = campaign.devices.filter(({ isUp }) => isUp);
    const device = up[Math.floor(this.#options.random() * up.length)];
    const choice = this.#options.random();
    if (choice < 0.3 && device !== undefined) {
      void this.#while('broker killed', this.#killed(device));
    } else if (choice < 0.5 && device !== undefined) {
      void this.#while('broker frozen', this.#frozen(device, this.#between(100, 4_000)));
    } else if (choice < 0.6 && device !== undefined && isLong) {
      const duration = LONG_FREEZE + this.#between(0, 20_000);
      void this.#while('broker frozen for long', this.#frozen(device, duration));
    } else if (choice < 0.66 && this.#isDatabaseUp) {
      void this.#while(
        'database restarted',
        this.#databaseAway(() => campaign.server.stop()),
      );
    } else if (choice < 0.72 && this.#isDatabaseUp) {
      void this.#while(
        'database crashed',
        this.#databaseAway(() => campaign.server.kill()),
      );
    } else if (choice < 0.86 && this.#isDatabaseUp) {
      void this.#while('database connections cut', this.#connectionsCut());
    } else {
      void this.#while('provider connections cut', this.#providerCut());
    }
  }

  async #while(kind: Kind, trouble: Promise<void>): Promise<void> {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    const underWay = trouble.catch((error: unknown) => {
      this.#failures.push(error);
    });
    this.#underWay.add(underWay);
    await underWay;
    this.#underWay.delete(underWay);
  }

  async #killed(device: CampaignDevice): Promise<void> {
    device.isUp = false;
    await device.broker.kill();
    await sleep(this.#between(0, 3_000));
    await device.broker.start();
    device.isUp = true;
  }

  async #frozen(device: CampaignDevice, duration: number): Promise<void> {
    device.isUp = false;
    process.kill(device.broker.pid, 'SIGSTOP');
    await sleep(duration);
    process.kill(device.broker.pid, 'SIGCONT');
    device.isUp = true;
  }

  async #databaseAway(stop: () => Promise<void>): Promise<void> {
    this.#isDatabaseUp = false;
    await stop();
    await sleep(this.#between(0, 2_000));
    await this.#options.campaign.server.start();
    this.#isDatabaseUp = true;
  }

  /** Each with an even chance, also those that hold a turn and those by which a broker shows that it lives. */
  async #connectionsCut(): Promise<void> {
    this.#options.campaign.sql(
      `select count(pg_terminate_backend(pid)) from pg_stat_activity
       where application_name = 'ovos-oauth' and random() < 0.5`,
    );
  }

  async #providerCut(): Promise<void> {
    this.#options.campaign.witness.cut();
  }

  #between(least: number, most: number): number {
    return least + this.#options.random() * (most - least);
  }
}
