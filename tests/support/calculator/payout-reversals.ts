import { minorFloor } from './amounts.ts';
import type { Books, Reversal } from './books.ts';
import { isRead } from './doubts.ts';
import { type Fact, factKey } from './facts.ts';
import { markBooked, moneyOf, openFacts, reasonOfTime, suspend } from './judging.ts';

/** Books what came back of payouts by the end of the period (ruling 75). */
export function bookPayoutReversals(books: Books): void {
  for (const payout of books.payouts) books.paidOut.set(payout.id, payout);
  const asked = new Map(books.cameBack);
  for (const reversal of openFacts(books, 'payout_reversal')) {
    const { amount, currency } = moneyOf(reversal);
    const payout = books.paidOut.get(reversal.row.payout_id ?? '');
    const reason = reasonOfTime(books, reversal) ?? reasonAgainst(books, { reversal, payout, asked });
    if (reason || !payout || amount === undefined) {
      suspend(books, reversal, { reason: reason ?? 'payout_unknown', currency, amount });
      continue;
    }
    markBooked(books, reversal);
    books.cameBack.set(payout.id, (books.cameBack.get(payout.id) ?? 0n) + amount);
    books.payoutReversals.push({ payout, amount });
  }
}

/** What came back, after the end of the period, of payouts of earlier balances that were sent after it too (ruling 29). */
export function laterReversals(books: Books): Reversal[] {
  const { facts, endsAt, period } = books;
  const asked = new Map<string, bigint>();
  const later = [...facts.values()].filter(({ occurredAt }) => occurredAt >= endsAt);
  return later.flatMap((reversal) => {
    if (reversal.kind !== 'payout_reversal') return [];
    const payout = later.find(({ kind, id }) => kind === 'payout' && id === reversal.row.payout_id);
    const { amount } = moneyOf(reversal);
    if (!payout || amount === undefined || reasonAgainst(books, { reversal, payout, asked })) return [];
    return (payout.row.payout_period ?? period) < period ? [{ payout, amount }] : [];
  });
}

interface Judged {
  readonly reversal: Fact;
  readonly payout: Fact | undefined;
  /** What all reversals before this one would take back of each payout. */
  readonly asked: Map<string, bigint>;
}

function reasonAgainst(books: Books, { reversal, payout, asked }: Judged) {
  const { amount = 0n, currency, reason } = moneyOf(reversal);
  if (reason) return reason;
  if (!payout || payout.row.transfer_id_stripe !== reversal.row.transfer_id_stripe) return 'payout_unknown';
  if (payout.row.currency !== currency) return 'currency_differs';
  if (!isConfirmed(books, reversal)) return 'reversal_unconfirmed';
  const all = (asked.get(payout.id) ?? 0n) + amount;
  asked.set(payout.id, all);
  return all > (moneyOf(payout).amount ?? -1n) ? 'reversal_exceeds_payout' : undefined;
}

function isConfirmed(books: Books, { id, occurredAt, row: reported, ...fact }: Fact): boolean {
  const { amount = 0n, currency = '' } = moneyOf({ id, occurredAt, row: reported, ...fact });
  const isMade = books.known.some(
    ({ table, row }) =>
      table === 'stripe.transfer_reversals' &&
      row.id_stripe === id &&
      row.transfer_id_stripe === reported.transfer_id_stripe &&
      row.currency === currency &&
      row.amount_minor === `${minorFloor(amount, currency)}`,
  );
  return isMade || !isRead(books, occurredAt);
}

/** Whether a payout or the reversal of one cannot be void, because it is booked or void before the period. */
export const isSettledPayment = (rootKind: string, rootId: string, due: ReadonlySet<string>): boolean =>
  (rootKind === 'payout' || rootKind === 'payout_reversal') && !due.has(factKey(rootKind, rootId));
