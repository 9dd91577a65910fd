import { instant } from '../../../warehouse/clock.ts';
import { parsePeriod, periodEnd } from '../../../warehouse/period.ts';
import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { bookAdjustments } from './adjustments.ts';
import { balancesOf, bookPayouts } from './balances.ts';
import type { Books, ClosedPeriod, Credit, Royalty, Sale, TaxedMonth, Use } from './books.ts';
import { confirmed } from './confirmations.ts';
import { type Chain, chainsIn, settleCorrections, voidsIn } from './corrections.ts';
import { backdatedTerms, differingReports, flag } from './doubts.ts';
import { rememberLevels } from './earlier-credits.ts';
import { bookSales, bookUses } from './earnings.ts';
import { type Closing, type Fact, factsIn, inOrderOfRecording, type RawEvent } from './facts.ts';
import { bookPayoutReversals, isSettledPayment } from './payout-reversals.ts';
import { bookReductions } from './reductions.ts';
import { rightsIn } from './rights.ts';
import { stated } from './statements.ts';
import { taxesOf } from './taxes.ts';
import { termsIn } from './terms.ts';
import { totalsOf } from './totals.ts';
import { bookUseCorrections, correctUses } from './use-corrections.ts';
import { withholdingsOf } from './withholdings.ts';

/**
 * The books of each closed period, by the rulings of transforms/DECISIONS.md alone: no SQL, no rounding but theirs. It is a
 * second opinion on the models, so it must not be written after them.
 */
export function calculate(events: readonly RawEvent[], closings: readonly Closing[]): ClosedPeriod[] {
  const state = {
    ...{ booked: new Set<string>(), claims: new Map<string, string>(), royalties: [] as Royalty[] },
    ...{ sales: new Map<string, Sale>(), uses: new Map<string, Use>(), parts: new Map<string, Map<string, bigint>>() },
    ...{ paidOut: new Map<string, Fact>(), cameBack: new Map<string, bigint>() },
    ...{
      taxedMonths: new Map<string, TaxedMonth>(),
      credits: new Map<string, Credit>(),
      yearsOfTax: new Map<string, bigint>(),
      leftAt: new Map<string, { creditedIn: string; level: bigint }[]>(),
    },
  };
  const closed: ClosedPeriod[] = [];
  for (const [index, { period, cutoff }] of closings.entries()) {
    const known = events.filter(({ row }) => row.loaded_at < cutoff);
    const rights = rightsIn(known);
    const cutoffs = closings.slice(0, index).map((closing) => closing.cutoff);
    const facts = confirmed(factsIn(known), { known, cutoffs });
    closed.push(
      closedPeriod({
        ...state,
        ...{ period, known, facts, rights, terms: termsIn(known, rights) },
        endsAt: instant(periodEnd(parsePeriod(period))),
        recordedFrom: closings[index - 1]?.cutoff ?? '',
        booksStartAt: `${closings[0]?.period}-01T00:00:00.000Z`,
        previous: closed.at(-1),
        ...{
          suspended: new Map(),
          flagged: new Map(),
          payouts: [],
          payoutReversals: [],
          roots: new Map(),
          voids: new Map(),
          stillVoid: new Set<string>(),
        },
      }),
    );
  }
  return closed;
}

function closedPeriod(given: Books): ClosedPeriod {
  const chains = chainsIn(given);
  const roots = new Map(
    chains.map(({ last, rootKind: kind, rootId: correctedId }) => [last.id, { kind, correctedId }]),
  );
  const books: Books = { ...given, roots, voids: voidsIn(given, chains) };
  const { period, previous, suspended, flagged } = books;
  const due = dueFacts(books);
  const corrected = correctUses(books, chains);
  const earnings = [...bookSales(books), ...bookUses(books)];
  const reductions = bookReductions(books);
  const reversals = bookUseCorrections(books, corrected, due);
  const adjustments = bookAdjustments(books, chains);
  const royalties = [...earnings, ...reductions.royalties, ...reversals.royalties, ...adjustments.royalties];
  books.royalties.push(...royalties);
  bookPayouts(books, royalties);
  bookPayoutReversals(books);
  const reasons = new Map([corrected, reductions, reversals, adjustments].flatMap((booked) => [...booked.reasons]));
  settleCorrections(books, chains, (chain) => reasons.get(chain.last.id) ?? reasonOfRoot(books, chain, due));
  for (const flagged of [...differingReports(books), ...backdatedTerms(books)]) flag(books, flagged);
  const { lines, carries } = stated(royalties, previous?.carries ?? new Map());
  const withholdings = withholdingsOf(books, royalties);
  rememberLevels(books);
  const balances = balancesOf(books, { lines, carries, withholdings });
  const suspendedBefore = previous?.suspended ?? new Map();
  const totals = totalsOf({ royalties, lines, carries, suspended, suspendedBefore });
  const [taxes, taxesBefore] = [taxesOf(books), previous?.taxes ?? new Map()];
  return {
    ...{ period, royalties, lines, carries, withholdings, balances, suspended, flagged },
    ...{ totals, taxes, taxesBefore },
  };
}

/** What happened by the end of the period and is neither booked nor void before it. */
function dueFacts({ facts, booked, endsAt }: Books): ReadonlySet<string> {
  return new Set([...facts].flatMap(([key, { occurredAt }]) => (occurredAt < endsAt && !booked.has(key) ? [key] : [])));
}

/** Why nothing of this kind and id can be corrected. */
function reasonOfRoot(
  books: Books,
  { rootKind, rootId }: Chain,
  due: ReadonlySet<string>,
): ExceptionReason | undefined {
  if (['balance', 'use', 'doubt'].includes(rootKind)) return undefined;
  const key = `${rootKind} ${rootId}`;
  const invoices = books.known.filter(({ table, row }) => table === 'usage_invoiced' && row.invoice_id === rootId);
  const reportedAt =
    rootKind === 'invoice' ? inOrderOfRecording(invoices)[0]?.row.timestamp : books.facts.get(key)?.occurredAt;
  if (reportedAt === undefined || reportedAt >= books.endsAt) return 'correction_target_unknown';
  const isSaleNeverBooked = rootKind === 'sale' && !due.has(key) && !books.sales.has(rootId);
  return isSettledPayment(rootKind, rootId, due) || isSaleNeverBooked ? 'correction_impossible' : undefined;
}
