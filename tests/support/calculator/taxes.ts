import { minorUnit, PAID_BELOW_MINOR, readAmount, sumOf } from './amounts.ts';
import type { Books, Sale, Tax } from './books.ts';
import { factKey } from './facts.ts';

/** The taxes of all sales that are booked, by sale and account (rulings 66 and 68). */
export function taxesOf(books: Books): Map<string, Tax> {
  const taxes = new Map<string, Tax>();
  for (const sale of books.sales.values()) {
    const reductions = [...sale.reductions.keys()];
    const taxIn = (kind: string): bigint =>
      sumOf(reductions.filter((key) => key.startsWith(`${kind} `)).map((key) => taxReported(books, sale, key)));
    const lost = taxIn('outcome');
    const owed = taxReported(books, sale, factKey('sale', sale.id)) - taxIn('refund');
    // Of a void sale, the buyer owes nothing, and what was lost by a dispute stays with the one who got it.
    const amounts = { buyers_receivable: sale.isVoid ? lost : owed, disputes: -lost } as const;
    for (const account of ['buyers_receivable', 'disputes'] as const) {
      const tax = { saleId: sale.id, account, currency: sale.currency, amount: amounts[account] };
      taxes.set(`${sale.id} ${account}`, tax);
    }
  }
  return taxes;
}

/** The tax of a sale, refund or lost dispute; none, if it cannot be booked. */
function taxReported({ facts }: Books, { currency }: Sale, key: string): bigint {
  const reported = facts.get(key.replace(/^outcome /, 'dispute '));
  const amount = readAmount(reported?.row.tax_amount) ?? 0n;
  const unit = minorUnit(currency);
  return amount >= PAID_BELOW_MINOR * unit || amount % unit !== 0n ? 0n : amount;
}
