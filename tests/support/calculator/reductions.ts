import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { minorUnit, sumOf } from './amounts.ts';
import type { Books, Corrected, Royalty, Sale } from './books.ts';
import { compareTexts, type Fact, factKey } from './facts.ts';
import { type Money, markBooked, moneyOf, openFacts, reasonOfTime, suspend } from './judging.ts';
import { sharesOf } from './terms.ts';

const NO_MONEY: Money = { amount: undefined, currency: undefined, reason: undefined };

/** A refund or an outcome that is booked in the period: for the first time, or again because a correction makes it stand. */
interface Reduction {
  readonly fact: Fact;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly correctionId: string | undefined;
}

interface BookedReductions {
  readonly royalties: readonly Royalty[];
  /** Why a refund or outcome cannot stand again, by the correction that would make it. */
  readonly reasons: ReadonlyMap<string, ExceptionReason>;
}

/** Books refunds, disputes, their outcomes, and corrections of these and of sales: what they change for each holder (rulings 15 to 19, 43). */
export function bookReductions(books: Books): BookedReductions {
  const due = new Set(['dispute', 'refund', 'outcome'].flatMap((kind) => dueKeys(books, kind)));
  const reasons = new Map<string, ExceptionReason>();
  for (const dispute of openFacts(books, 'dispute')) bookDispute(books, dispute);
  const royalties: Royalty[] = [...takenBack(books, due), ...voidedSales(books)];
  const reductions = [...openFacts(books, 'refund'), ...openFacts(books, 'outcome')].map(
    (fact): Reduction => ({ fact, ...fact, correctionId: undefined }),
  );
  reductions.push(...standingAgain(books, due));
  reductions.sort(
    (a, b) =>
      compareTexts(a.recordedAt, b.recordedAt) ||
      compareTexts(a.occurredAt, b.occurredAt) ||
      compareTexts(a.fact.id, b.fact.id) ||
      compareTexts(b.fact.kind, a.fact.kind),
  );
  for (const reduction of reductions) {
    const { reason, royalties: booked } = bookReduction(books, reduction);
    royalties.push(...booked);
    if (reason && reduction.correctionId) {
      reasons.set(reduction.correctionId, reason);
      books.stillVoid.add(factKey(reduction.fact.kind, reduction.fact.id));
    }
  }
  return { royalties, reasons };
}

function dueKeys({ facts, booked, endsAt }: Books, kind: string): string[] {
  return [...facts]
    .filter(([key, fact]) => fact.kind === kind && fact.occurredAt < endsAt && !booked.has(key))
    .map(([key]) => key);
}

/** Refunds and outcomes of earlier periods whose void changes in this one. */
function changedReductions(books: Books, due: ReadonlySet<string>): { fact: Fact; is: boolean; correction: Fact }[] {
  return [...books.voids].flatMap(([key, { was, is, correction }]) => {
    const fact = books.facts.get(key);
    const isReduction = fact?.kind === 'refund' || fact?.kind === 'outcome';
    if (!fact || !isReduction || was === is || due.has(key) || fact.occurredAt >= books.endsAt || !correction)
      return [];
    return [{ fact, is, correction: { ...fact, ...correction } }];
  });
}

function takenBack(books: Books, due: ReadonlySet<string>): Royalty[] {
  const released = changedReductions(books, due)
    .filter(({ is }) => is)
    .sort(
      ({ correction: a, fact: x }, { correction: b, fact: y }) =>
        compareTexts(a.recordedAt, b.recordedAt) ||
        compareTexts(a.occurredAt, b.occurredAt) ||
        compareTexts(x.id, y.id) ||
        compareTexts(y.kind, x.kind),
    );
  return released.flatMap(({ fact, correction }) => {
    const sale = books.sales.get(saleIdOf(books, fact));
    const key = factKey(fact.kind, fact.id);
    if (!sale?.reductions.has(key)) return [];
    const change = () => sale.reductions.delete(key);
    return changed(sale, { change, correction: correctedOf(books, correction.id) });
  });
}

function voidedSales(books: Books): Royalty[] {
  return [...books.voids].flatMap(([key, { was, is, correction }]) => {
    const sale = books.sales.get(key.slice('sale '.length));
    if (!key.startsWith('sale ') || !sale || was === is || !correction) return [];
    const change = () => {
      sale.isVoid = is;
    };
    return changed(sale, { change, correction: correctedOf(books, correction.id) });
  });
}

function standingAgain(books: Books, due: ReadonlySet<string>): Reduction[] {
  return changedReductions(books, due)
    .filter(({ is }) => !is)
    .map(({ fact, correction }) => ({
      fact,
      recordedAt: correction.recordedAt,
      occurredAt: correction.occurredAt,
      correctionId: correction.id,
    }));
}

/** A dispute that is not in suspense is booked: it holds what was earned with the sale, and moves nothing. */
function bookDispute(books: Books, dispute: Fact): void {
  const { currency, reason: reasonOfMoney } = moneyOf(dispute);
  const reason = reasonOfTime(books, dispute) ?? reasonOfMoney ?? reasonOfSale(books, dispute.row.sale_id, currency);
  if (reason) suspend(books, dispute, { reason, currency, amount: undefined });
  else markBooked(books, dispute);
}

function bookReduction(
  books: Books,
  { fact, correctionId }: Reduction,
): { royalties: Royalty[]; reason?: ExceptionReason | undefined } {
  const isOutcome = fact.kind === 'outcome';
  const dispute = isOutcome ? books.facts.get(factKey('dispute', fact.id)) : fact;
  const { amount, currency, reason: reasonOfMoney } = dispute ? moneyOf(dispute) : NO_MONEY;
  const result = fact.row.dispute_outcome;
  const reasonOfOutcome =
    (correctionId ? undefined : reasonOfTime(books, fact)) ??
    (dispute ? undefined : 'dispute_unknown') ??
    (!isOutcome || result === 'won' || result === 'lost' ? undefined : 'outcome_unknown');
  if (!reasonOfOutcome && isOutcome && result === 'won') {
    markBooked(books, fact);
    return { royalties: [] };
  }
  const saleId = saleIdOf(books, fact);
  const sale = books.sales.get(saleId);
  const reason =
    reasonOfOutcome ??
    reasonOfMoney ??
    reasonOfSale(books, saleId, currency) ??
    (sale && exceeds(sale, amount ?? 0n) ? 'reduction_exceeds_sale' : undefined);
  if (reason || amount === undefined || !sale) {
    const posted = !isOutcome || result === 'lost' ? negated(amount) : undefined;
    if (!correctionId) suspend(books, fact, { reason: reason ?? 'sale_unknown', currency, amount: posted });
    return { royalties: [], reason };
  }
  markBooked(books, fact);
  const change = () => sale.reductions.set(factKey(fact.kind, fact.id), amount);
  if (correctionId) {
    return { royalties: changed(sale, { change, correction: correctedOf(books, correctionId) }) };
  }
  return { royalties: changed(sale, { change, fact }) };
}

function saleIdOf({ facts }: Books, fact: Fact): string {
  const about = fact.kind === 'outcome' ? facts.get(factKey('dispute', fact.id)) : fact;
  return about?.row.sale_id ?? '';
}

/** Why the sale of a refund or dispute cannot be reduced; undefined if it can. */
function reasonOfSale(books: Books, saleId: string | null | undefined, currency?: string): ExceptionReason | undefined {
  const key = factKey('sale', saleId ?? '');
  const sale = books.sales.get(saleId ?? '');
  if (sale) return sale.currency === currency ? undefined : 'currency_differs';
  if (books.suspended.has(key)) return 'sale_suspended';
  return books.voids.get(key)?.is ? 'sale_voided' : 'sale_unknown';
}

/** Whether the reductions of a sale, with one more, exceed it by a minor unit or more for each of them (ruling 17). */
function exceeds({ amount, reductions, currency }: Sale, more: bigint): boolean {
  return sumOf(reductions.values()) + more - amount >= (BigInt(reductions.size) + 1n) * minorUnit(currency);
}

/** What is left of a sale (ruling 43). */
export function leftOf({ amount, reductions, isVoid }: Sale): bigint {
  const left = amount - sumOf(reductions.values());
  return isVoid || left < 0n ? 0n : left;
}

/** What a correction is about: the root of its chain. */
function correctedOf({ roots }: Books, id: string): Corrected {
  return { id, ...(roots.get(id) ?? { kind: '', correctedId: '' }) };
}

interface Change {
  readonly change: () => unknown;
  readonly fact?: Fact;
  readonly correction?: Corrected;
}

/** Changes what is left of a sale, and shares the difference (ruling 15), which was earned when the sale was (ruling 22); nothing is nobody's (ruling 132). */
function changed(sale: Sale, { change, fact, correction }: Change): Royalty[] {
  const { id: saleId, terms, feeBps, currency, earned } = sale;
  const leftBefore = leftOf(sale);
  change();
  const leftAfter = leftOf(sale);
  if (leftAfter === leftBefore && !correction) return [];
  const before = sharesOf(leftBefore, { holders: terms.holders, feeBps });
  const after = sharesOf(leftAfter, { holders: terms.holders, feeBps });
  const movement = {
    movement: fact ? `${fact.kind === 'refund' ? 'refund' : 'dispute'}:${fact.id}` : `correction:${correction?.id}`,
    kind: fact?.kind === 'refund' ? 'refund' : 'adjustment',
    ...{ saleId, currency, terms, feeBps, earned, correction },
    change: { key: factKey('sale', saleId), before: leftBefore, after: leftAfter },
  } as const;
  return [...after].map(([creatorId, { bps, gross, royalty }]): Royalty => {
    const was = before.get(creatorId) ?? { gross: 0n, royalty: 0n };
    const difference = { bps, gross: gross - was.gross, royalty: royalty - was.royalty };
    return { ...movement, ...difference, creatorId, count: 1n, units: 10n ** 9n };
  });
}

function negated(amount: bigint | undefined): bigint | undefined {
  return amount === undefined ? undefined : -amount;
}
