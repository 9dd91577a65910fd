import { instant } from '../../warehouse/clock.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { completeComparisons } from '../complete-comparisons.ts';
import type { Services } from '../job.ts';
import { batchesOf } from './batches.ts';

/** When a period was last compared with Stripe, and a sentence about it. */
interface LastComparison {
  /** The end of the last run of reconcile-stripe for which all records of Stripe's were there, as a UTC instant; null if there is none. */
  readonly compared_at: string | null;
  readonly comparison: string;
}

/** Who accepted that a batch is planned and sent without a comparison that is new enough, and why. */
export interface ComparisonOverride {
  /** The number of the batch in its period. */
  readonly sequence: number;
  readonly sentence: string;
  readonly overridden_by: string;
  readonly overridden_at: string;
}

type Stores = Pick<Services, 'operational' | 'clock' | 'stripe' | 'comparisonMaxAgeMs'>;

export async function lastComparison(services: Pick<Services, 'operational'>, period: Period): Promise<LastComparison> {
  const run = await completeComparisons(services)
    .select('finished_at')
    .where('period', '=', period)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const compared_at = run?.finished_at ?? null;
  const comparison = compared_at
    ? `${period} was last compared with Stripe completely at ${compared_at}.`
    : `${period} has not been compared with Stripe completely: no holds are known.`;
  return { compared_at, comparison };
}

interface Compared {
  readonly period: Period;
  readonly sequence: number;
  readonly act: 'planned' | 'sent';
  /** Whether it is planned beside batches that are not sent yet: an override would be of these. */
  readonly isBesideOpen?: boolean;
}

/**
 * Money is sent only after what was received was compared with Stripe: throws `Conflict` unless the last complete comparison of the period is
 * new enough, or a person has overridden that for this batch since. Without Stripe nothing can be compared, and nothing be sent.
 */
export async function assertCompared(
  stores: Stores,
  { period, sequence, act, isBesideOpen = false }: Compared,
): Promise<void> {
  const { clock, stripe, comparisonMaxAgeMs: maxAgeMs } = stores;
  if (stripe === undefined || maxAgeMs === undefined) return;
  const { compared_at } = await lastComparison(stores, period);
  if (compared_at !== null && clock.now() - Date.parse(compared_at) <= maxAgeMs) return;
  const overrides = (await overridesOf(stores, period)).filter((each) => each.sequence === sequence);
  if (overrides.some(({ overridden_at }) => compared_at === null || overridden_at > compared_at)) return;
  const found = compared_at
    ? `was last compared with Stripe completely at ${compared_at}, more than ${maxAgeMs / 3_600_000} hours ago`
    : 'was never compared with Stripe completely';
  const override = `, or give a reason to pay without it with "tantieme payouts override-comparison ${period}"`;
  throw new Conflict(
    `The payouts of ${period} cannot be ${act}: ${period} ${found}; run "tantieme pull-stripe" and "tantieme reconcile ${period}"${isBesideOpen ? '' : override}.`,
  );
}

/** The overrides of a period, in order. */
export async function overridesOf(
  { operational }: Pick<Services, 'operational'>,
  period: Period,
): Promise<ComparisonOverride[]> {
  return operational
    .selectFrom('comparison_overrides')
    .select(['sequence', 'sentence', 'overridden_by', 'overridden_at'])
    .where('period', '=', period)
    .orderBy('entry')
    .execute();
}

/** Those of one batch. */
export async function overridesOfBatch(
  stores: Pick<Services, 'operational'>,
  { period, sequence }: { readonly period: string; readonly sequence: number },
): Promise<Omit<ComparisonOverride, 'sequence'>[]> {
  const ofBatch = (await overridesOf(stores, parsePeriod(period))).filter((each) => each.sequence === sequence);
  return ofBatch.map(({ sequence: _, ...override }) => override);
}

interface OverrideRequest {
  readonly period: Period;
  /** Why; a sentence. */
  readonly sentence: string;
  readonly by: string;
}

/**
 * Lets the batches of a period that are not sent yet or, if all are, the next one be planned and sent without a comparison that is new enough;
 * until the period is compared completely. It releases no hold: a break is acknowledged by itself. Returns the override of the first of them. Throws
 * `Rejected` without a sentence.
 */
export async function overrideComparison(
  stores: Pick<Services, 'operational' | 'clock'>,
  { period, by, ...request }: OverrideRequest,
): Promise<ComparisonOverride> {
  const sentence = request.sentence.trim();
  if (sentence === '' || sentence.length > 500)
    throw new Rejected(
      `Say in a sentence of at most 500 characters why the payouts of ${period} need no new comparison with Stripe.`,
    );
  const batches = await batchesOf(stores, period);
  const open = batches.filter(({ state }) => state === 'planned' || state === 'approved');
  const sequences = open.length > 0 ? open.map(({ sequence }) => sequence) : [batches.length + 1];
  const [override, ...others] = sequences.map((sequence) => ({
    ...{ sequence, sentence, overridden_by: by, overridden_at: instant(stores.clock.now()) },
  }));
  invariant(override, `A batch of ${period} is not sent, or the next one is meant.`);
  await stores.operational
    .insertInto('comparison_overrides')
    .values([override, ...others].map((each) => ({ period, ...each })))
    .execute();
  return override;
}
