import { instant } from '../../../warehouse/clock.ts';
import { parsePeriod, periodEnd } from '../../../warehouse/period.ts';
import { balancesOf, bookPayouts } from './balances.ts';
import type { Books, ClosedPeriod, Royalty, Sale } from './books.ts';
import { bookSales, bookUses } from './earnings.ts';
import { type Closing, factsIn, type RawEvent } from './facts.ts';
import { bookReductions } from './reductions.ts';
import { rightsIn } from './rights.ts';
import { stated } from './statements.ts';
import { termsIn } from './terms.ts';
import { totalsOf } from './totals.ts';

/**
 * The books of each closed period, by the rulings of transforms/DECISIONS.md alone: no SQL, no rounding but theirs. It is a
 * second opinion on the models, so it must not be written after them.
 */
export function calculate(events: readonly RawEvent[], closings: readonly Closing[]): ClosedPeriod[] {
  const state = { booked: new Set<string>(), sales: new Map<string, Sale>(), royalties: [] as Royalty[] };
  const closed: ClosedPeriod[] = [];
  for (const { period, cutoff } of closings) {
    const known = events.filter(({ row }) => row.loaded_at < cutoff);
    const rights = rightsIn(known);
    closed.push(
      closedPeriod({
        ...state,
        ...{ period, known, facts: factsIn(known), rights, terms: termsIn(known, rights) },
        endsAt: instant(periodEnd(parsePeriod(period))),
        booksStartAt: `${closings[0]?.period}-01T00:00:00.000Z`,
        previous: closed.at(-1),
        ...{ suspended: new Map(), payouts: [] },
      }),
    );
  }
  return closed;
}

function closedPeriod(books: Books): ClosedPeriod {
  const { period, previous, suspended } = books;
  const royalties = [...bookSales(books), ...bookUses(books), ...bookReductions(books)];
  books.royalties.push(...royalties);
  bookPayouts(books, royalties);
  const { lines, carries } = stated(royalties, previous?.carries ?? new Map());
  const balances = balancesOf(books, { lines, carries });
  const suspendedBefore = previous?.suspended ?? new Map();
  const totals = totalsOf({ royalties, lines, carries, suspended, suspendedBefore });
  return { period, royalties, lines, carries, balances, suspended, totals };
}
