import { Conflict } from '../../warehouse/errors.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { PayoutLimits } from '../job.ts';
import type { Stop } from './stop-reasons.ts';
import { totalsOf } from './totals.ts';

type Line = Pick<PayoutLinesTable, 'payout_id' | 'creator_id' | 'currency' | 'amount_minor'>;

/** A payout, or the sum of a batch in one currency, that is above the limit for it. */
export interface AboveLimit {
  /** Null for the sum of a batch. */
  readonly payout_id: string | null;
  readonly creator_id: string | null;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly limit_minor: bigint;
}

/** What is above its limit: sums of the batch first, then payouts in their order. A currency without a limit has none. */
export function aboveLimits(lines: readonly Line[], limits: PayoutLimits | undefined): AboveLimit[] {
  if (limits === undefined) return [];
  const batch = totalsOf(lines).map((total) => ({ ...total, payout_id: null, creator_id: null }));
  return [...over(batch, limits.batch), ...over(lines, limits.line)];
}

function over(
  amounts: readonly (Omit<AboveLimit, 'limit_minor'> & object)[],
  limits: ReadonlyMap<string, bigint>,
): AboveLimit[] {
  return amounts.flatMap(({ payout_id, creator_id, currency, amount_minor }) => {
    const limit_minor = limits.get(currency);
    if (limit_minor === undefined || amount_minor <= limit_minor) return [];
    return [{ payout_id, creator_id, currency, amount_minor, limit_minor }];
  });
}

/** Throws `Conflict` if a payout or the batch is above its limit; the message names the first. */
export function assertWithinLimits(
  lines: readonly Line[],
  { limits, period, act }: { limits: PayoutLimits | undefined; period: string; act: 'approved' | 'sent' },
): void {
  const [first, ...others] = aboveLimits(lines, limits);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const setting = first.payout_id === null ? 'TANTIEME_PAYOUT_LIMIT_BATCH' : 'TANTIEME_PAYOUT_LIMIT_LINE';
  throw new Conflict(
    `The payouts of ${period} cannot be ${act}: ${excessOf(first)}${more}; see payouts preview ${period}, and cancel payouts or raise ${setting}.`,
  );
}

/** Why a payout must not be sent by the limits of now. */
export function stopByLimit(line: Line, limits: PayoutLimits | undefined): Stop | undefined {
  const [above] = limits ? over([line], limits.line) : [];
  if (above === undefined) return undefined;
  const words = excessOf(above);
  const detail = `${words.charAt(0).toUpperCase()}${words.slice(1)}; cancel it, or raise TANTIEME_PAYOUT_LIMIT_LINE.`;
  return { reason: 'above_limit', detail };
}

function excessOf({ payout_id, creator_id, currency, amount_minor, limit_minor }: AboveLimit): string {
  const [amount, limit] = [amount_minor, limit_minor].map((minor) => `${minorToDecimal(minor, currency)} ${currency}`);
  return payout_id === null
    ? `their sum of ${amount} is above the limit of ${limit} for a batch`
    : `the payout ${payout_id} of ${creator_id}, ${amount}, is above the limit of ${limit} for one payout`;
}
