import type { Invoice } from '../../reports/invoice/invoice.ts';
import { type RoyaltyLine, readInvoicedBefore } from '../../reports/invoice/read.ts';
import { type DividedRoyalties, sumOf } from '../../reports/invoice/self-billing.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { type Agreement, agreementOf } from './agreements.ts';
import { type InvoicedOfMonth, invoicesByMonth } from './invoices-by-month.ts';

/** What of a creator's month is on papers, and what on none. */
export interface Settled {
  readonly invoiced: readonly RoyaltyLine[];
  readonly credited: readonly RoyaltyLine[];
  readonly invoiceOfMonth: ReadonlyMap<string, Invoice>;
  /** Amounts that are on no invoice, a sentence each. */
  readonly left_out: readonly string[];
}

interface Given {
  readonly divided: DividedRoyalties;
  /** What was recorded of the agreements of the creator. */
  readonly recorded: readonly Agreement[];
  readonly period: Period;
}

/**
 * Decides what of a month is invoiced, what is credited and to which invoices, and what is on no paper. `because` says which month has to be
 * invoiced first. A month that nets to zero or below has no invoice and is settled; nothing waits for it.
 */
export async function settle(
  stores: Pick<Services, 'operational' | 'warehouse'>,
  { divided, recorded, period }: Given,
): Promise<Settled | { readonly because: string }> {
  const { creator_id, currency } = divided;
  const invoicedOf: ReadonlyMap<string, InvoicedOfMonth> =
    divided.credited.length === 0
      ? new Map()
      : await invoicesByMonth(stores.operational, { creator_id, currency, period });
  const [ofInvoiced, without] = parted(divided.credited, ({ earned_period }) => invoicedOf.has(earned_period));
  const { credited, beyond } = capped(ofInvoiced, invoicedOf);
  const [ofSettled, ofOthers] = parted(
    without,
    ({ earned_period }) => agreementOf(recorded, earned_period) !== undefined,
  );
  const waited = await monthsToInvoice(stores, { divided, recorded, period, lines: without });
  const [first] = waited;
  if (first) {
    const [earned, booked] = first;
    return {
      because: `Something is taken back of ${earned}, which has no invoice yet; run tantieme invoices issue ${booked} first.`,
    };
  }
  const isNegative = sumOf(divided.invoiced) < 0n;
  return {
    credited,
    invoiceOfMonth: new Map([...invoicedOf].map(([month, { invoice }]) => [month, invoice])),
    invoiced: sumOf(divided.invoiced) > 0n ? divided.invoiced : [],
    left_out: [
      ...leftOut(divided.balanceAdjusted, 'The balance was corrected, which is no royalty'),
      ...leftOut(
        isNegative ? divided.invoiced : [],
        `More was taken back in ${period} than was earned; a negative amount is not invoiced`,
      ),
      ...leftOut(beyond, 'More is taken back of earlier months than was invoiced of them'),
      ...leftOut(ofSettled, 'It is taken back of months of which nothing was left to invoice'),
      ...leftOut(
        ofOthers,
        'It is taken back of months that were not self-billed; the creator corrects its own invoices',
      ),
    ],
  };
}

/** Earlier months, each with the month in which it was booked, whose invoice is still to be drawn. */
async function monthsToInvoice(
  { warehouse }: Pick<Services, 'warehouse'>,
  { divided, recorded, period, lines }: Given & { readonly lines: readonly RoyaltyLine[] },
): Promise<(readonly [earned: string, booked: string])[]> {
  if (lines.length === 0) return [];
  const { creator_id, currency } = divided;
  const before = await readInvoicedBefore(warehouse, { creator_id, currency, period });
  const months = new Set(lines.map(({ earned_period }) => earned_period));
  const netOf = (month: string): bigint =>
    before.reduce((sum, each) => (each.period === month ? sum + each.invoiced_minor : sum), 0n);
  return before
    .filter((each) => months.has(each.earned_period) && agreementOf(recorded, each.period) && netOf(each.period) > 0n)
    .map((each) => [each.earned_period, each.period] as const);
}

/** Credits of each month up to what is left of what was invoiced of it; the line that goes beyond is divided. */
function capped(
  lines: readonly RoyaltyLine[],
  invoicedOf: ReadonlyMap<string, InvoicedOfMonth>,
): { readonly credited: RoyaltyLine[]; readonly beyond: RoyaltyLine[] } {
  const left = new Map([...invoicedOf].map(([month, { remaining_minor }]) => [month, remaining_minor]));
  const parts = lines.map((line) => {
    const [most, wanted] = [left.get(line.earned_period) ?? 0n, -line.line_amount_minor];
    const part = wanted < most ? wanted : most > 0n ? most : 0n;
    left.set(line.earned_period, most - part);
    return { credited: { ...line, line_amount_minor: -part }, beyond: { ...line, line_amount_minor: part - wanted } };
  });
  const isSome = ({ line_amount_minor }: RoyaltyLine): boolean => line_amount_minor !== 0n;
  return {
    credited: parts.map(({ credited }) => credited).filter(isSome),
    beyond: parts.map(({ beyond }) => beyond).filter(isSome),
  };
}

function parted<Each>(all: readonly Each[], holds: (each: Each) => boolean): readonly [Each[], Each[]] {
  return [all.filter(holds), all.filter((each) => !holds(each))];
}

function leftOut(lines: readonly RoyaltyLine[], why: string): string[] {
  const [first] = lines;
  if (!first) return [];
  const { creator_id, currency } = first;
  return [`${creator_id}: ${minorToDecimal(sumOf(lines), currency)} ${currency} is on no invoice. ${why}.`];
}
