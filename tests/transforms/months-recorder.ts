import { RAW_TABLES } from '../../ingest/load/raw-tables.ts';
import { STRIPE_TABLES } from '../../ingest/stripe/tables.ts';
import { STRIPE_CATEGORIES } from '../../transforms/seeds/stripe-movements.ts';
import { instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { ValueRow, WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type Random, seeded } from '../support/marketplace/prng.ts';

export const CLOSINGS = [
  { period: '2026-01', endsAt: '2026-02-01T00:00:00.000Z', cutoff: '2026-02-03T00:00:00.000Z' },
  { period: '2026-02', endsAt: '2026-03-01T00:00:00.000Z', cutoff: '2026-03-03T00:00:00.000Z' },
] as const;

export interface Recorded {
  readonly table: string;
  readonly row: ValueRow;
  readonly recordedAt: string;
}

/** A balance transaction, as the test needs it. */
export interface Movement {
  readonly balanceType: string;
  readonly currency: string;
  readonly net: bigint;
  readonly createdAt: string;
  readonly recordedAt: string;
}

export interface Moment {
  readonly at: string;
  readonly recordedAt: string;
}

/** Records events and Stripe's records of two months; of those of January, some only after its closing. */
export class MonthsRecorder {
  readonly recorded: Recorded[] = [];
  readonly movements: Movement[] = [];
  readonly random: Random;
  #number = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  transaction(
    { at, recordedAt }: Moment,
    moved: {
      source: string | null;
      category: string;
      minor: bigint;
      currency: string;
      fee: bigint;
      balanceType?: string | undefined;
    },
  ): string {
    const { source, category, minor, currency, fee, balanceType = 'payments' } = moved;
    const id_stripe = this.id('txn');
    const balance_transaction_type = STRIPE_CATEGORIES[category]?.types[0] ?? 'adjustment';
    const kind = { reporting_category: category, balance_transaction_type, balance_type: balanceType };
    const amounts = { amount_minor: minor, fee_minor: fee, fee_tax_minor: fee / 6n, net_minor: minor - fee, currency };
    const row = {
      id_stripe,
      source_id_stripe: source,
      ...kind,
      ...amounts,
      status_stripe: 'pending',
      available_at: at,
    };
    this.pull('balance_transactions', { at, recordedAt }, row);
    // Once the money is available, there is another version of it.
    const later = { at, recordedAt: '2026-03-02T00:00:00.000Z' };
    this.pull('balance_transactions', later, { ...row, status_stripe: 'available' });
    this.movements.push({ balanceType, currency, net: minor - fee, createdAt: at, recordedAt });
    return id_stripe;
  }

  report(table: string, { at, recordedAt }: Moment, row: ValueRow): void {
    this.recorded.push({
      table: `raw.${table}`,
      recordedAt,
      row: { ...row, id: this.id('m'), timestamp: at, loaded_at: recordedAt },
    });
  }

  pull(table: string, { at, recordedAt }: Moment, row: ValueRow): void {
    const pulled = { created_at: at, pulled_at: recordedAt, recorded_at: recordedAt, object_stripe: '{}' };
    this.recorded.push({ table: `stripe.${table}`, recordedAt, row: { ...row, ...pulled } });
  }

  id(kind: string): string {
    this.#number += 1;
    return `${kind}_${this.#number}`;
  }

  moment(): Moment {
    const [month, day] = [this.random.pick(['2026-01', '2026-01', '2026-02']), this.random.between(1, 28)];
    return this.#seenAt(`${month}-${`${day}`.padStart(2, '0')}T00:00:00.000Z`);
  }

  /** A later moment; what is of January may be recorded after its closing. */
  after({ at, recordedAt }: Moment): Moment {
    const days = this.random.between(0, 30);
    const later = Math.min(Date.parse(at) + days * 86_400_000, Date.parse('2026-02-28T00:00:00.000Z'));
    const seen = this.#seenAt(instant(later));
    return seen.recordedAt < recordedAt ? { ...seen, recordedAt } : seen;
  }

  #seenAt(at: string): Moment {
    const isOfFebruary = at >= CLOSINGS[0].endsAt;
    const late = isOfFebruary ? '2026-03-01T00:00:00.000Z' : '2026-02-20T00:00:00.000Z';
    return { at, recordedAt: isOfFebruary || this.random.chance(0.3) ? late : '2026-02-01T00:00:00.000Z' };
  }
}

/** Writes what was recorded from one instant on and before another. */
export async function record(writer: WarehouseWriter, recorded: readonly Recorded[]): Promise<void> {
  for (const [name, ofTable] of Map.groupBy(recorded, ({ table }) => table)) {
    const shape = requirePresent(
      [...RAW_TABLES, ...STRIPE_TABLES].find((table) => table.name === name),
      name,
    );
    const nothing = Object.fromEntries(shape.columns.map((column) => [column.name, null]));
    await writer.append(
      shape,
      ofTable.map(({ row }) => ({ ...nothing, ...row })),
    );
  }
}
