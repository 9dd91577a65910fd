import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { isCurrency, minorUnit, PAID_BELOW_MINOR, readAmount } from './amounts.ts';
import type { Books } from './books.ts';
import { type Fact, type FactKind, factKey, type Suspended } from './facts.ts';

/** Facts of a kind that happened by the end of the period and are not booked yet; those that are void are done with (ruling 42). */
export function openFacts(books: Books, kind: FactKind): Fact[] {
  const { facts, booked, endsAt, voids } = books;
  const due = [...facts].filter(([key, fact]) => fact.kind === kind && fact.occurredAt < endsAt && !booked.has(key));
  return due.flatMap(([key, fact]) => {
    if (!voids.get(key)?.is) return [fact];
    markBooked(books, fact);
    return [];
  });
}

/** Puts a fact into suspense, or leaves it there. */
export function suspend(books: Books, fact: Fact, why: Pick<Suspended, 'reason' | 'amount' | 'currency'>): void {
  const key = factKey(fact.kind, fact.id);
  const since = books.previous?.suspended.get(key)?.since ?? books.period;
  books.suspended.set(key, { fact, since, ...why });
}

export function markBooked({ booked }: Books, { kind, id }: Fact): void {
  booked.add(factKey(kind, id));
}

export function reasonOfTime({ booksStartAt }: Books, { occurredAt }: Fact): ExceptionReason | undefined {
  return occurredAt < booksStartAt ? 'before_first_period' : undefined;
}

export interface Money {
  readonly amount: bigint | undefined;
  readonly currency: string | undefined;
  readonly reason: ExceptionReason | undefined;
}

/** The amount and currency of a fact, and the first reason against them. */
export function moneyOf({ row }: Fact): Money {
  const amount = readAmount(row.amount);
  const currency = row.currency ?? undefined;
  if (amount === undefined) return { amount, currency, reason: 'amount_invalid' };
  if (!isCurrency(currency)) return { amount: undefined, currency, reason: 'currency_unknown' };
  if (amount >= PAID_BELOW_MINOR * minorUnit(currency))
    return { amount: undefined, currency, reason: 'amount_too_large' };
  return { amount, currency, reason: amount % minorUnit(currency) === 0n ? undefined : 'amount_not_minor' };
}
