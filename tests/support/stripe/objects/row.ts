import { STRIPE_CATEGORIES } from '../../../../transforms/seeds/stripe-movements.ts';
import { derivedId } from '../../../../warehouse/ids.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { BalanceTransaction } from '../objects.ts';

/** One row of the balance. `amount` is signed; `fee` is positive when Stripe takes it and negative when it returns it. */
export interface Posting {
  readonly source: string | null;
  readonly amount: number;
  readonly fee?: number | undefined;
  /** The part of the fee that is tax on it. */
  readonly tax?: number | undefined;
  readonly currency: string;
  readonly created: number;
  /** Default: available at once, whatever the clock says. */
  readonly available_on?: number | undefined;
  /** Default: the usual one of the category. */
  readonly type?: string | undefined;
  readonly balance_type?: string | undefined;
  readonly description?: string | undefined;
  readonly exchange_rate?: number | undefined;
  /** Default: derived from the source and the category. */
  readonly id?: string | undefined;
}

/** The id is derived, so that a source can refer to its balance transaction before either exists. */
export function balanceTransactionId(source: string, ...what: readonly string[]): string {
  return derivedId('txn', source, ...what);
}

/** A balance transaction. It is stored as `pending` if it becomes available later; the clock decides when it is read. */
export function balanceTransaction(category: string, posting: Posting): BalanceTransaction {
  const { source, amount, fee = 0, tax = 0, currency, created, available_on } = posting;
  const detail = { application: null, currency };
  const details = [
    { ...detail, amount: fee - tax, description: 'Stripe processing fees', type: 'stripe_fee' },
    { ...detail, amount: tax, description: 'VAT', type: 'tax' },
  ];
  const type = requirePresent(
    posting.type ?? STRIPE_CATEGORIES[category]?.types[0],
    `The category ${category} needs a type.`,
  );
  return {
    id: posting.id ?? balanceTransactionId(requirePresent(source, 'A row without a source needs an id.'), category),
    object: 'balance_transaction',
    amount,
    available_on: available_on ?? created,
    balance_type: posting.balance_type ?? 'payments',
    created,
    currency,
    description: posting.description ?? null,
    exchange_rate: posting.exchange_rate ?? null,
    fee,
    fee_details: details.filter((each) => each.amount !== 0),
    net: amount - fee,
    reporting_category: category,
    source,
    status: available_on === undefined || available_on <= created ? 'available' : 'pending',
    type,
  };
}
