import type { TracedPayout } from './payout-chain.ts';
import type { TracedBankPayout, TracedEvent, TracedObject, TracedTransaction } from './traced-rows.ts';

interface Things {
  readonly id: string;
  readonly events: readonly TracedEvent[];
  readonly payouts: readonly TracedPayout[];
  readonly stripe_objects: readonly TracedObject[];
  readonly balance_transactions: readonly TracedTransaction[];
  readonly bank_payouts: readonly TracedBankPayout[];
}

/** What has an id: several things where systems have given the same one, each once. */
export function thingsWithId({ id, ...lists }: Things): string[] {
  const kinds = [
    ...lists.events.flatMap(({ fact_id, fact_kind }) =>
      fact_id === id ? [FACTS_OF_STRIPE[fact_kind] ?? fact_kind] : [],
    ),
    ...lists.payouts.flatMap(({ payout_id }) => (payout_id === id ? ['payout'] : [])),
    ...lists.stripe_objects.flatMap(({ id_stripe, object_kind }) =>
      id_stripe === id ? [`${object_kind} at Stripe`] : [],
    ),
    ...lists.balance_transactions.flatMap(({ id_stripe }) =>
      id_stripe === id ? ['balance transaction at Stripe'] : [],
    ),
    ...lists.bank_payouts.flatMap(({ id_stripe }) => (id_stripe === id ? ["payout to a creator's bank"] : [])),
  ];
  return [...new Set(kinds.map((kind) => kind.replaceAll('_', ' ')))];
}

/** Facts that have the id of what they are at Stripe. */
const FACTS_OF_STRIPE: Readonly<Record<string, string>> = { payout_reversal: 'transfer_reversal at Stripe' };
