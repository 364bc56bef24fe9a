import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { type Campaign, startCampaign } from '../support/fleet-campaign.ts';
import { eventually } from '../support/eventually.ts';
import { Trouble } from '../support/fleet-trouble.ts';
import { accessTokenIn } from '../support/killable-daemon.ts';
import { seededNumbers } from '../support/seeded-random.ts';

// `npm run campaign:fleet` for the long version; see docs/fleet.md.
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const BROKERS = number('OVOS_OAUTH_FLEET_BROKERS', 3);
const CONNECTIONS = number('OVOS_OAUTH_FLEET_CONNECTIONS', 30);
const SEED = number('OVOS_OAUTH_SEED', 1);
const MINUTES = number('OVOS_OAUTH_FLEET_MINUTES', 0);
const MINUTE = 60_000;
/** Milliseconds of trouble. */
const DURATION = MINUTES === 0 ? 12_000 : MINUTES * MINUTE;
/** Milliseconds; longer than the ten minutes after which the database ends the turn of a frozen broker. */
const LONGEST_FREEZE = 10.5 * MINUTE;
/** Seconds; half of it lies between two renewals. */
const LIFETIME = Math.max(20, CONNECTIONS / 8);
/** Milliseconds for which a broker may say that it has to wait: for the others, for the database. */
const RECOVERY = 90_000;

let campaign: Campaign;

beforeAll(async () => {
  campaign = await startCampaign({ brokers: BROKERS, connections: CONNECTIONS, lifetime: LIFETIME });
}, 10 * MINUTE);

afterAll(async () => {
  await campaign?.stop();
}, MINUTE);

/** Skills that ask for tokens all the time, wherever a broker is up, until `isOver`. */
async function ask(random: () => number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const device = campaign.devices[Math.floor(random() * campaign.devices.length)];
    const appId = campaign.appIds[Math.floor(random() * campaign.appIds.length)];
    const type = random() < 0.1 ? 'oauth.refresh' : 'oauth.token.get';
    if (device?.isUp === true && appId !== undefined) await device.ask(type, appId);
    await sleep(random() * 200);
  }
}

/** The access token that a broker gives for a connection, asked until it does. */
function accessTokenAt(index: number, type: string, appId: string): Promise<string> {
  const device = campaign.devices[index % campaign.devices.length];
  let last: JsonObject | undefined;
  return eventually(
    `${device?.name} gives a token of ${appId}`,
    async () => {
      last = await device?.ask(type, appId);
      const isAnswer = last !== undefined && last['error_code'] === undefined;
      if (!isAnswer) await sleep(250);
      return isAnswer && last !== undefined && accessTokenIn(last);
    },
    RECOVERY,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}\n${device?.broker.output().slice(-2_000)}`);
  });
}

/** Apps whose token is not one that the provider takes, at the moment at which the broker gives it. */
async function refusedTokens(type: string): Promise<readonly string[]> {
  const refused: string[] = [];
  const waiting = [...campaign.appIds.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const token = await accessTokenAt(next[0], type, next[1]);
      if ((await campaign.provider.countAccepted([token])) !== 1) refused.push(next[1]);
    }
  };
  await Promise.all(Array.from({ length: 2 * BROKERS }, worker));
  return refused;
}

test(
  'brokers that are killed, frozen and cut off lose no connection and spend no refresh token twice',
  async () => {
    const random = seededNumbers(SEED);
    const trouble = new Trouble({ campaign, random, isLong: MINUTES > 0 });
    let isOver = false;
    const skills = Promise.all(
      Array.from({ length: BROKERS }, (_, index) => ask(seededNumbers(SEED + index), () => isOver)),
    );
    const [first] = campaign.devices;
    const frozen =
      first !== undefined && DURATION > LONGEST_FREEZE ? trouble.freeze(first, LONGEST_FREEZE) : undefined;
    await trouble.make(DURATION);
    await frozen;
    isOver = true;
    await skills;
    const renewalsInTrouble = campaign.witness.renewals;

    const refused = [await refusedTokens('oauth.token.get'), await refusedTokens('oauth.refresh')];
    const { witness } = campaign;
    const figures = {
      brokers: BROKERS,
      connections: CONNECTIONS,
      minutes: DURATION / MINUTE,
      seed: SEED,
      ...trouble.counts,
      refused,
      renewalsInTrouble,
      renewals: witness.renewals,
      answersGivenTwice: witness.repeated,
      reuses: witness.reuses.length,
      refusals: witness.refusals,
      needlessRepeats: witness.needlessRepeats(),
      superseded: campaign.sql('select reason, count(*) from ovos_oauth.quarantined group by 1'),
      states: campaign.sql(`select connection->>'state', count(*) from ovos_oauth.connections group by 1`),
    };
    // oxlint-disable-next-line no-console -- what the campaign is run for
    if (MINUTES > 0) console.info(JSON.stringify(figures, null, 2));
    expect(refused).toEqual([[], []]);
    expect(witness.reuses).toEqual([]);
    expect(witness.refusals).toEqual([]);
    expect(witness.needlessRepeats()).toEqual([]);
    expect(figures.states).toBe(`connected|${CONNECTIONS}`);
    expect(witness.renewals).toBeGreaterThan(CONNECTIONS);
  },
  DURATION + LONGEST_FREEZE + 10 * MINUTE,
);
