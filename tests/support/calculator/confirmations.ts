import { compareTexts, type Fact, type FactKind, factKey, type RawEvent } from './facts.ts';

/** Where Stripe names the movement that each report is about, and what it calls the one that takes it back; that of the given number. */
const REPORTS: Readonly<Record<string, { movement: FactKind; column: string; category: string; number: number }>> = {
  refund_failed: { movement: 'refund', column: 'refund_id_stripe', category: 'refund_failure', number: 1 },
  charge_failed: { movement: 'sale', column: 'charge_id_stripe', category: 'charge_failure', number: 1 },
  dispute_reversed: { movement: 'dispute', column: 'dispute_id_stripe', category: 'dispute_reversal', number: 1 },
  dispute_reopened: { movement: 'dispute', column: 'dispute_id_stripe', category: 'dispute', number: 2 },
};

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
  const moved = known.flatMap(({ table, row }) => {
    if (table === 'stripe.balance_transactions' && row.source_id_stripe === source) return [row];
    const hasFailed = table === 'stripe.charges' && row.id_stripe === source && row.status_stripe === 'failed';
    return hasFailed ? [{ ...row, reporting_category: 'charge_failure' }] : [];
  });
  const inOrder = moved.sort(
    (a, b) => compareTexts(a.loaded_at, b.loaded_at) || compareTexts(a.id_stripe ?? '', b.id_stripe ?? ''),
  );
  const [base] = inOrder;
  if (!base || cutoffs.some((cutoff) => recordedAt < cutoff && cutoff <= base.loaded_at)) return {};
  const back = inOrder.filter((row) => row.reporting_category === report.category)[report.number - 1];
  if (!back) return { isUnconfirmed: true };
  return back.loaded_at > recordedAt ? { recordedAt: back.loaded_at } : {};
}
