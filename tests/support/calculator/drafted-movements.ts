import { requireExponent } from '../../../warehouse/currencies.ts';
import type { Random } from '../marketplace/prng.ts';
import { SALE_TABLES } from './drafted-corrections.ts';
import type { RawEvent, RawRow } from './facts.ts';

export interface DraftedSale {
  readonly sale_id: string;
  readonly charge_id: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly timestamp: string;
}

type DraftedRecord = Omit<RawRow & { timestamp: string }, 'id' | 'loaded_at'>;

/** Stripe's records of most charges: of what their sales cost together, of one of them, or a little less; some failed or change later. */
export function draftedCharges(
  random: Random,
  sales: readonly DraftedSale[],
  anyCurrency: () => string,
): DraftedRecord[] {
  return [...Map.groupBy(sales, ({ charge_id }) => charge_id)].flatMap(([id_stripe, ofCharge]) => {
    const [first] = ofCharge as [DraftedSale];
    // Each sale has a tax of one unit.
    const tax = 10n ** BigInt(requireExponent(first.currency));
    const whole = ofCharge.reduce((sum, { minor }) => sum + minor + tax, 0n);
    return Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => {
      const amount = random.pick([whole, whole, first.minor + tax, whole - BigInt(random.between(0, 3))]);
      const captured = random.pick([amount, amount, 0n, amount / 2n]);
      const amounts = { amount_minor: `${amount}`, captured_minor: `${captured}`, refunded_minor: '0' };
      const state = { status_stripe: random.chance(0.1) ? 'failed' : 'succeeded', is_disputed: 'false' };
      const currency = random.chance(0.06) ? anyCurrency() : first.currency;
      const created = { created_at: first.timestamp, timestamp: first.timestamp, object_stripe: '{}' };
      return { id_stripe, ...amounts, ...state, currency, ...created };
    });
  });
}

/**
 * Stripe's movements of some sales, refunds and disputes, and of some of those what takes them back. Of some refunds, that has no source:
 * the refund names it.
 */
export function draftedMovements(
  random: Random,
  events: readonly RawEvent[],
  idOf: (name: string) => string,
): { readonly table: string; readonly row: DraftedRecord }[] {
  return events.flatMap(({ table, row }, index) => {
    const [kind, source_id_stripe] = movementOf(table, row);
    if (!kind || !source_id_stripe || random.chance(0.5)) return [];
    const back = kind === 'dispute' ? random.pick(['dispute_reversal', 'dispute']) : backOf(kind, index);
    const amounts = { amount_minor: '100', fee_minor: '0', net_minor: '100', currency: 'USD', object_stripe: '{}' };
    const at = { created_at: row.timestamp, available_at: row.timestamp, timestamp: row.timestamp };
    const moved = (random.chance(0.5) ? [kind] : [kind, back]).map((reporting_category, number) => ({
      ...{ id_stripe: idOf(`txn_${index}_${number}`), source_id_stripe, reporting_category, ...amounts, ...at },
      ...{
        balance_transaction_type: 'adjustment',
        balance_type: 'payments',
        fee_tax_minor: '0',
        status_stripe: 'available',
      },
    }));
    const failure = moved[1];
    if (kind !== 'refund' || !failure || index % 2 === 0) return moved.map(movedRow);
    const names = { failure_balance_transaction_id_stripe: failure.id_stripe, status_stripe: 'succeeded' };
    const refund = { id_stripe: source_id_stripe, amount_minor: '100', currency: 'USD', object_stripe: '{}' };
    return [
      ...moved.map((each) => movedRow(each === failure ? { ...failure, source_id_stripe: null } : each)),
      {
        table: 'stripe.refunds',
        row: { ...refund, ...names, created_at: row.timestamp, timestamp: row.timestamp },
      },
    ];
  });
}

const movedRow = (row: DraftedRecord) => ({ table: 'stripe.balance_transactions', row });

const backOf = (kind: string, index: number): string =>
  kind === 'charge' && index % 2 === 0 ? 'payment_reversal' : `${kind}_failure`;

/** What Stripe calls the movement that an event reports, and the id of what moved it. */
function movementOf(table: string, row: RawRow): readonly (string | null | undefined)[] {
  if (SALE_TABLES.includes(table)) return ['charge', row.charge_id_stripe];
  if (table === 'license_refunded') return ['refund', row.refund_id_stripe];
  return table === 'dispute_opened' ? ['dispute', row.dispute_id_stripe] : [];
}
