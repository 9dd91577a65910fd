import { compareTexts, type Fact, type FactKind, factKey, type RawEvent } from './facts.ts';

/** Where Stripe names the movement that each report is about, and what it calls the one that takes it back; that of the given number. */
const REPORTS: Readonly<
  Record<string, { movement: FactKind; column: string; categories: readonly string[]; number: number }>
> = {
  refund_failed: { movement: 'refund', column: 'refund_id_stripe', categories: ['refund_failure'], number: 1 },
  charge_failed: {
    movement: 'sale',
    column: 'charge_id_stripe',
    categories: ['charge_failure', 'payment_reversal'],
    number: 1,
  },
  dispute_reversed: { movement: 'dispute', column: 'dispute_id_stripe', categories: ['dispute_reversal'], number: 1 },
  dispute_reopened: { movement: 'dispute', column: 'dispute_id_stripe', categories: ['dispute'], number: 2 },
};

/** The categories of what a refund moves: a refund names these balance transactions as its own. */
const OF_REFUNDS = ['refund', 'refund_failure'];

/**
 * The facts, of which a correction that follows from the report of a payment service is as Stripe says: unconfirmed, or recorded only when
 * Stripe had it too (ruling 40).
 */
export function confirmed(facts: ReadonlyMap<string, Fact>, given: Readings): Map<string, Fact> {
  return new Map([...facts].map(([key, fact]) => [key, { ...fact, ...confirmationOf(fact, { facts, ...given }) }]));
}

interface Readings {
  readonly known: readonly RawEvent[];
  /** Those of earlier closings. */
  readonly cutoffs: readonly string[];
}

function confirmationOf(
  { id, recordedAt, row }: Fact,
  { facts, known, cutoffs }: Readings & { facts: ReadonlyMap<string, Fact> },
): Partial<Fact> {
  const report = REPORTS[id.split(':')[0] ?? ''];
  const about = report && facts.get(factKey(report.movement, row.corrected_id ?? ''));
  const source = report && about?.row[report.column];
  if (!source) return {};
  const names = namedBy(source, known);
  const moved = known.flatMap(({ table, row }) => {
    if (table === 'stripe.balance_transactions' && row.source_id_stripe === source) return [row];
    if (table === 'stripe.balance_transactions') {
      const since = OF_REFUNDS.includes(row.reporting_category ?? '') && names.get(row.id_stripe ?? '');
      return since ? [{ ...row, loaded_at: [since, row.loaded_at].sort()[1] ?? since }] : [];
    }
    const isOver = row.id_stripe === source && ['failed', 'canceled'].includes(row.status_stripe ?? '');
    if (isOver && table === 'stripe.charges') return [{ ...row, reporting_category: 'charge_failure' }];
    return isOver && table === 'stripe.refunds' ? [{ ...row, reporting_category: 'refund_failure' }] : [];
  });
  const inOrder = moved.sort(
    (a, b) => compareTexts(a.loaded_at, b.loaded_at) || compareTexts(a.id_stripe ?? '', b.id_stripe ?? ''),
  );
  const [base] = inOrder;
  if (!base || cutoffs.some((cutoff) => recordedAt < cutoff && cutoff <= base.loaded_at)) return {};
  const back = inOrder.filter((row) => report.categories.includes(row.reporting_category ?? ''))[report.number - 1];
  if (!back) return { isUnconfirmed: true };
  return back.loaded_at > recordedAt ? { recordedAt: back.loaded_at } : {};
}

/** The balance transactions that the refund names as its own, by id, and since when. */
function namedBy(refund: string, known: readonly RawEvent[]): ReadonlyMap<string, string> {
  const since = new Map<string, string>();
  for (const { table, row } of known) {
    if (table !== 'stripe.refunds' || row.id_stripe !== refund) continue;
    for (const id of [row.balance_transaction_id_stripe, row.failure_balance_transaction_id_stripe]) {
      const earlier = id && since.get(id);
      if (id && !(earlier && earlier < row.loaded_at)) since.set(id, row.loaded_at);
    }
  }
  return since;
}
