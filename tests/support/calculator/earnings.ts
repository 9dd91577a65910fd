import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { RATED_BELOW, rated, sumOf } from './amounts.ts';
import type { Books, Royalty } from './books.ts';
import { doubtOf, flag, flaggedBefore } from './doubts.ts';
import type { Fact } from './facts.ts';
import { markBooked, moneyOf, openFacts, reasonOfTime, suspend } from './judging.ts';
import { feeAt, nextTermsAt, reasonOfHolders, sharesOf, type Terms, termsInForce } from './terms.ts';
import { unitsLeft } from './use-corrections.ts';

const ONE_UNIT = 10n ** 9n;

/** Books the sales that can be rated, and puts the others into suspense. */
export function bookSales(books: Books): Royalty[] {
  const royalties: Royalty[] = [];
  for (const flagged of flaggedBefore(books)) flag(books, flagged);
  for (const fact of openFacts(books, 'sale')) {
    const { amount, currency, reason: reasonOfMoney } = moneyOf(fact);
    const { terms, feeBps, reason: reasonOfTerms } = termsOf(books, fact);
    const doubt = doubtOf(books, fact);
    const reasonOfPayment = doubt?.isSuspended ? doubt.reason : undefined;
    const reason = reasonOfTime(books, fact) ?? reasonOfMoney ?? reasonOfTerms ?? reasonOfPayment;
    if (reason || !terms || feeBps === undefined || amount === undefined || !currency) {
      suspend(books, fact, { reason: reason ?? 'terms_missing', amount, currency });
      continue;
    }
    markBooked(books, fact);
    if (doubt) flag(books, { fact, reason: doubt.reason, since: books.period });
    const sale = { id: fact.id, terms, feeBps, currency, amount, earned: fact.earned, bookedIn: books.period };
    books.sales.set(fact.id, { ...sale, reductions: new Map(), isVoid: false });
    const movement = {
      movement: `sale:${fact.id}`,
      kind: 'earning',
      saleId: fact.id,
      correction: undefined,
      currency,
      terms,
      feeBps,
    } as const;
    const shares = sharesOf(amount, { holders: terms.holders, feeBps });
    for (const [creatorId, share] of shares)
      royalties.push({ ...movement, ...share, creatorId, earned: fact.earned, count: 1n, units: ONE_UNIT });
  }
  return royalties;
}

interface Group {
  readonly terms: Terms;
  readonly feeBps: bigint;
  readonly earned: string;
  readonly currency: string;
  readonly uses: { amount: bigint; units: bigint; developerId: string | null | undefined }[];
}

/** Books the uses that can be rated, each group of the same terms, fee and month as one sum (rulings 7 and 12). */
export function bookUses(books: Books): Royalty[] {
  const groups = new Map<string, Group>();
  rememberRatings(books);
  for (const fact of openFacts(books, 'use')) {
    const units = unitsLeft(books, fact.id, fact.row.units);
    const { terms, feeBps, reason: reasonOfTerms } = termsOf(books, fact);
    const currency = terms?.currency;
    const amount = units === undefined || terms?.rate === undefined ? undefined : rated(units, terms.rate);
    const reason = reasonOfTime(books, fact) ?? reasonOfUse({ units, terms, amount }) ?? reasonOfTerms;
    if (reason || !terms || feeBps === undefined || amount === undefined || !currency || units === undefined) {
      suspend(books, fact, { reason: reason ?? 'terms_missing', amount: currency ? amount : undefined, currency });
      continue;
    }
    markBooked(books, fact);
    const key = `uses:${books.period}:${terms.id}:${fact.earned}:${feeBps}`;
    const group: Group = groups.get(key) ?? { terms, feeBps, earned: fact.earned, currency, uses: [] };
    group.uses.push({ amount, units, developerId: fact.row.developer_id });
    groups.set(key, group);
  }
  return [...groups].flatMap(([key, group]) => {
    const { uses } = group;
    const [amount, units] = [sumOf(uses.map((use) => use.amount)), sumOf(uses.map((use) => use.units))];
    const shares = sharesOf(amount, { holders: group.terms.holders, feeBps: group.feeBps });
    const movement = {
      ...group,
      movement: key,
      kind: 'earning',
      saleId: undefined,
      correction: undefined,
      count: BigInt(uses.length),
      units,
    } as const;
    return [...shares].map(([creatorId, share]): Royalty => ({ ...movement, ...share, creatorId }));
  });
}

/** How each use that is booked or void now is rated: its corrections stay at these terms (ruling 44). */
function rememberRatings(books: Books): void {
  for (const [key, fact] of books.facts) {
    if (fact.kind !== 'use' || fact.occurredAt >= books.endsAt || books.booked.has(key)) continue;
    books.uses.set(fact.id, { ...termsOf(books, fact), earned: fact.earned, bookedIn: books.period });
  }
}

interface TermsOfFact {
  readonly terms: Terms | undefined;
  readonly feeBps: bigint | undefined;
  readonly reason: ExceptionReason | undefined;
}

/** The terms and fee of a sale or use, and why they do not allocate it. */
function termsOf({ terms: all, rights }: Books, fact: Fact): TermsOfFact {
  const { row, licenseType, occurredAt } = fact;
  const terms = termsInForce(all, { assetId: row.asset_id, licenseType, at: occurredAt });
  const feeBps = feeAt(occurredAt);
  if (!terms) return { terms, feeBps, reason: 'terms_missing' };
  const reason = feeBps === undefined ? 'fee_missing' : reasonOfHolders(terms);
  return { terms, feeBps, reason: reason ?? rights.reasonAgainst(fact, terms, nextTermsAt(all, terms)) };
}

interface Use {
  readonly units: bigint | undefined;
  readonly terms: Terms | undefined;
  readonly amount: bigint | undefined;
}

function reasonOfUse({ units, terms, amount }: Use): ExceptionReason | undefined {
  if (units === undefined) return 'amount_invalid';
  if (terms && terms.rate === undefined) return 'rate_invalid';
  if (terms && !terms.currency) return 'currency_unknown';
  const isTooLarge = [units, terms?.rate].some((each) => each !== undefined && each >= RATED_BELOW);
  return isTooLarge || (terms && amount === undefined) ? 'amount_too_large' : undefined;
}
