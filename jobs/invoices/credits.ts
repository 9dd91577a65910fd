import type { Invoice } from '../../reports/invoice/invoice.ts';
import { type RoyaltyLine, readInvoicedBefore } from '../../reports/invoice/read.ts';
import { type Credit, type DividedRoyalties, sumOf } from '../../reports/invoice/self-billing.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { type Agreement, agreementOf } from './agreements.ts';
import { creditedIn, type OpenInvoice, openInvoices } from './invoices-by-month.ts';

/** What of a creator's month is on papers, and what on none. */
export interface Settled {
  readonly invoiced: readonly RoyaltyLine[];
  /** A credit note each; those that are drawn already are not among them. */
  readonly credits: readonly Credit[];
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
  const of = { creator_id: divided.creator_id, currency: divided.currency, period };
  const hasCredits = divided.credited.length > 0;
  const left = hasCredits ? await openInvoices(stores.operational, of) : [];
  const [deleted, open] = parted(left, ({ isDeleted }) => isDeleted);
  const drawn = hasCredits ? await creditedIn(stores.operational, of) : new Map<string, bigint>();
  const [ofDrawn, others] = parted(divided.credited, ({ earned_period }) => drawn.has(earned_period));
  const [ofInvoiced, without] = parted(others, ({ earned_period }) =>
    left.some(({ leftOfMonth }) => leftOfMonth.has(earned_period)),
  );
  const { credits, beyond } = allocated(ofInvoiced, open);
  const [ofDeleted, ofMore] = parted([...beyond, ...beyondDrawn(ofDrawn, drawn)], ({ earned_period }) =>
    deleted.some(({ leftOfMonth }) => (leftOfMonth.get(earned_period) ?? 0n) > 0n),
  );
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
    credits,
    invoiced: sumOf(divided.invoiced) > 0n ? divided.invoiced : [],
    left_out: [
      ...leftOut(divided.balanceAdjusted, 'The balance was corrected, which is no royalty'),
      ...leftOut(
        isNegative ? divided.invoiced : [],
        `More was taken back in ${period} than was earned; a negative amount is not invoiced`,
      ),
      ...leftOut(
        ofDeleted,
        'It is taken back of invoices that were deleted once their term was over: a credit note would have to name their parties',
      ),
      ...leftOut(ofMore, 'More is taken back of earlier months than was invoiced of them'),
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

/**
 * What is taken back of each month, on its invoices in the order of their numbers: of each at most what is left of it, of the month and as a whole. A
 * line may be divided; what no invoice takes is beyond.
 */
function allocated(
  lines: readonly RoyaltyLine[],
  open: readonly OpenInvoice[],
): { readonly credits: Credit[]; readonly beyond: RoyaltyLine[] } {
  const credits = new Map<string, { month: string; invoice: Invoice; lines: RoyaltyLine[] }>();
  const beyond: RoyaltyLine[] = [];
  for (const line of lines) {
    const month = line.earned_period;
    let wanted = -line.line_amount_minor;
    for (const paper of open) {
      const part = least(wanted, paper.left_minor, paper.leftOfMonth.get(month) ?? 0n);
      if (part <= 0n) continue;
      const { invoice } = paper;
      const key = JSON.stringify([month, invoice.number]);
      const credit = credits.get(key) ?? { month, invoice, lines: [] };
      credits.set(key, { ...credit, lines: [...credit.lines, { ...line, line_amount_minor: -part }] });
      paper.left_minor -= part;
      paper.leftOfMonth.set(month, (paper.leftOfMonth.get(month) ?? 0n) - part);
      wanted -= part;
    }
    if (wanted > 0n) beyond.push({ ...line, line_amount_minor: -wanted });
  }
  return { credits: [...credits.values()], beyond };
}

function least(...amounts: readonly bigint[]): bigint {
  const [first = 0n] = amounts.toSorted((a, b) => (a < b ? -1 : 1));
  return first;
}

/** What a period takes back of months beyond what its credit notes, which are drawn, have of them: a line for each month. */
function beyondDrawn(lines: readonly RoyaltyLine[], drawn: ReadonlyMap<string, bigint>): RoyaltyLine[] {
  return [...Map.groupBy(lines, ({ earned_period }) => earned_period)].flatMap(([month, [line, ...others]]) => {
    if (!line) return [];
    const line_amount_minor = sumOf([line, ...others]) + (drawn.get(month) ?? 0n);
    return line_amount_minor === 0n ? [] : [{ ...line, line_amount_minor }];
  });
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
