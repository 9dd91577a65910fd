import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { minorUnit } from './amounts.ts';
import type { Books, Royalty, Sale } from './books.ts';
import { compareTexts, type Fact, factKey } from './facts.ts';
import { type Money, markBooked, moneyOf, openFacts, reasonOfTime, suspend } from './judging.ts';
import { sharesOf } from './terms.ts';

const NO_MONEY: Money = { amount: undefined, currency: undefined, reason: undefined };

/** Books refunds, disputes and their outcomes; returns what refunds and lost disputes take back from each holder. */
export function bookReductions(books: Books): Royalty[] {
  for (const dispute of openFacts(books, 'dispute')) bookDispute(books, dispute);
  const reductions = [...openFacts(books, 'refund'), ...openFacts(books, 'outcome')].sort(
    (a, b) =>
      compareTexts(a.recordedAt, b.recordedAt) ||
      compareTexts(a.occurredAt, b.occurredAt) ||
      compareTexts(a.id, b.id) ||
      compareTexts(b.kind, a.kind),
  );
  return reductions.flatMap((fact) => (fact.kind === 'refund' ? bookRefund(books, fact) : bookOutcome(books, fact)));
}

/** A dispute that is not in suspense is booked: it holds what was earned with the sale, and moves nothing. */
function bookDispute(books: Books, dispute: Fact): void {
  const { currency, reason: reasonOfMoney } = moneyOf(dispute);
  const reason = reasonOfTime(books, dispute) ?? reasonOfMoney ?? reasonOfSale(books, dispute, currency);
  if (reason) suspend(books, dispute, { reason, currency, amount: undefined });
  else markBooked(books, dispute);
}

function bookRefund(books: Books, refund: Fact): Royalty[] {
  const { amount, currency, reason: reasonOfMoney } = moneyOf(refund);
  const sale = books.sales.get(refund.row.sale_id ?? '');
  const reason = reasonOfTime(books, refund) ?? reasonOfMoney ?? reasonOfSale(books, refund, currency);
  if (reason || amount === undefined || !sale) {
    suspend(books, refund, { reason: reason ?? 'sale_unknown', currency, amount: negated(amount) });
    return [];
  }
  if (exceeds(sale, amount)) {
    suspend(books, refund, { reason: 'reduction_exceeds_sale', currency, amount: -amount });
    return [];
  }
  markBooked(books, refund);
  return reduced(sale, { fact: refund, kind: 'refund', amount });
}

function bookOutcome(books: Books, outcome: Fact): Royalty[] {
  const dispute = books.facts.get(factKey('dispute', outcome.id));
  const { amount, currency, reason: reasonOfMoney } = dispute ? moneyOf(dispute) : NO_MONEY;
  const sale = books.sales.get(dispute?.row.sale_id ?? '');
  const result = outcome.row.dispute_outcome;
  const reasonOfOutcome =
    reasonOfTime(books, outcome) ??
    (dispute ? undefined : 'dispute_unknown') ??
    (result === 'won' || result === 'lost' ? undefined : 'outcome_unknown');
  if (!reasonOfOutcome && result === 'won') {
    markBooked(books, outcome);
    return [];
  }
  const reason = reasonOfOutcome ?? reasonOfMoney ?? (dispute && reasonOfSale(books, dispute, currency));
  if (reason || amount === undefined || !sale) {
    const posted = result === 'lost' ? negated(amount) : undefined;
    suspend(books, outcome, { reason: reason ?? 'sale_unknown', currency, amount: posted });
    return [];
  }
  if (exceeds(sale, amount)) {
    suspend(books, outcome, { reason: 'reduction_exceeds_sale', currency, amount: -amount });
    return [];
  }
  markBooked(books, outcome);
  return reduced(sale, { fact: outcome, kind: 'adjustment', amount });
}

/** Why the sale of a refund or dispute cannot be reduced; undefined if it can. */
function reasonOfSale({ sales, suspended }: Books, { row }: Fact, currency?: string): ExceptionReason | undefined {
  const id = row.sale_id ?? '';
  const sale = sales.get(id);
  if (sale) return sale.currency === currency ? undefined : 'currency_differs';
  return suspended.has(factKey('sale', id)) ? 'sale_suspended' : 'sale_unknown';
}

/** Whether the reductions of a sale, with one more, exceed it by a minor unit or more for each of them (ruling 17). */
function exceeds({ amount, reducedAmount, reductionCount, currency }: Sale, more: bigint): boolean {
  return reducedAmount + more - amount >= (reductionCount + 1n) * minorUnit(currency);
}

/** Takes an amount from a sale, at most what is left, and shares the difference (ruling 15). */
function reduced(
  sale: Sale,
  { fact, kind, amount }: { fact: Fact; kind: 'refund' | 'adjustment'; amount: bigint },
): Royalty[] {
  const { id: saleId, terms, feeBps, currency } = sale;
  sale.reducedAmount += amount;
  sale.reductionCount += 1n;
  const before = sharesOf(sale.left, { holders: terms.holders, feeBps });
  sale.left = amount < sale.left ? sale.left - amount : 0n;
  const after = sharesOf(sale.left, { holders: terms.holders, feeBps });
  const movement = {
    movement: `${kind === 'refund' ? 'refund' : 'dispute'}:${fact.id}`,
    kind,
    saleId,
    currency,
    terms,
    feeBps,
    earned: fact.earned,
  };
  return [...after].map(([creatorId, { bps, gross, royalty }]): Royalty => {
    const was = before.get(creatorId) ?? { gross: 0n, royalty: 0n };
    const difference = { bps, gross: gross - was.gross, royalty: royalty - was.royalty };
    return { ...movement, ...difference, creatorId, count: 1n, units: 10n ** 9n };
  });
}

function negated(amount: bigint | undefined): bigint | undefined {
  return amount === undefined ? undefined : -amount;
}
