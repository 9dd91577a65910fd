import { createKey, type KeyRequest } from '../../../api/auth/keys.ts';
import type { Services } from '../../../jobs/job.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { previousPeriod } from '../../../warehouse/period.ts';
import { type Api, openApi } from '../demo/client.ts';
import { sendMonth } from '../demo/sender.ts';
import { marketplace } from '../marketplace/marketplace.ts';
import type { LocalStripe } from '../stripe/local-stripe.ts';
import { type DevState, writeState } from './state.ts';

export const WRITE_KEY = 'wk_dev_marketplace';

/** Staff of every role; two of finance, because nobody approves the payouts that they planned. */
export const STAFF = {
  ada: { role: 'finance', name: 'Ada' },
  ben: { role: 'finance', name: 'Ben' },
  cleo: { role: 'analyst', name: 'Cleo' },
  dan: { role: 'operator', name: 'Dan' },
} as const satisfies Record<string, KeyRequest>;

interface Scene {
  readonly folder: string;
  readonly url: string;
  readonly services: Services;
  readonly stripe: LocalStripe;
  readonly events: number;
  readonly progress: (text: string) => void;
}

/**
 * Makes what is missing: keys, a month that is closed with its statements, and planned payouts for someone to approve.
 * Every step finds what it did before, so that a seeding that was cut off goes on where it stopped.
 */
export async function seed(scene: Scene, before: DevState): Promise<DevState> {
  const { folder, services, url, progress } = scene;
  let state = before;
  for (const [person, request] of Object.entries(STAFF)) {
    if (state.keys[person]) continue;
    state = writeState(folder, { ...state, keys: { ...state.keys, [person]: await createKey(services, request) } });
  }
  if (state.isSeeded) return state;
  const api = (person: keyof typeof STAFF): Api => openApi({ url, key: requirePresent(state.keys[person], person) });
  await seedMonth(scene, { period: state.period, finance: api('ada'), operator: api('dan') });

  const [statement] = await statementsOf(api('ada'), state.period);
  const creatorId = requirePresent(statement, 'A seeded month has statements.').creator_id;
  const key = state.keys.creator ?? (await createKey(services, { role: 'creator', name: creatorId, creatorId }));
  progress('seeded');
  return writeState(folder, { ...state, creatorId, keys: { ...state.keys, creator: key }, isSeeded: true });
}

interface Month {
  readonly period: DevState['period'];
  readonly finance: Api;
  readonly operator: Api;
}

async function seedMonth(
  { url, stripe, events, progress }: Scene,
  { period, finance, operator }: Month,
): Promise<void> {
  const run = (api: Api, job: string, about?: string) => api.run(job, { period: about, progress: () => undefined });
  // With the month before closed first, what happened earlier than the seeded month is booked in it.
  await run(operator, 'load-events');
  await run(finance, 'close-period', previousPeriod(period));
  progress(`sending ${events} events of ${period}`);
  const sizes = { creators: 12, assets: 60, developers: 8, events };
  const { acts } = marketplace({ seed: 1, period, ...sizes });
  await sendMonth({ acts, url, stripe, writeKey: WRITE_KEY, progress: () => undefined });
  await run(operator, 'load-events');
  await run(finance, 'pull-stripe');
  await run(operator, 'build-period', period);
  await finance.acknowledge(period, () => 'The shop sent them again, corrected.');
  for (const job of ['close-period', 'issue-statements', 'plan-payouts']) {
    progress(`${job} ${period}`);
    await run(finance, job, period);
  }
  await run(finance, 'reconcile-stripe', period);
}

async function statementsOf(api: Api, period: string): Promise<readonly { creator_id: string }[]> {
  const page = (await api.get(`/v1/statements?period=${period}&limit=1`)) as { data: { creator_id: string }[] };
  return page.data;
}
