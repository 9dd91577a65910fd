import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';

/** An event as it lies in a raw table: `table` without the dataset `raw`. A column that is not in the row is null. Also a record of Stripe's. */
export interface RawEvent {
  readonly table: string;
  readonly row: RawRow;
}

export interface RawRow {
  readonly id: string;
  readonly timestamp: string;
  readonly loaded_at: string;
  readonly [column: string]: string | null;
}

/** The closing of a period with what was recorded before the cutoff. The closings are of successive months. */
export interface Closing {
  readonly period: string;
  readonly cutoff: string;
}

export type FactKind =
  | 'sale'
  | 'use'
  | 'refund'
  | 'dispute'
  | 'outcome'
  | 'payout'
  | 'payout_reversal'
  | 'correction'
  | 'terms';

/** What was reported once or several times: the content of its first recorded report. */
export interface Fact {
  readonly kind: FactKind;
  readonly id: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly earned: string;
  readonly licenseType: string;
  readonly row: RawRow;
  /** Whether it is the report of a payment service that Stripe does not confirm. */
  readonly isUnconfirmed?: boolean;
}

/** A fact in suspense. The amount is signed as it is posted; undefined without one. */
export interface Suspended {
  readonly fact: Fact;
  readonly reason: ExceptionReason;
  readonly since: string;
  readonly amount: bigint | undefined;
  readonly currency: string | undefined;
}

interface FactTable {
  readonly kind: FactKind;
  readonly id: string;
  readonly licenseType?: string;
  /** What the report of a payment service makes void (ruling 40). */
  readonly voids?: string;
}

export const FACT_TABLES: Readonly<Record<string, FactTable>> = {
  license_purchased: { kind: 'sale', id: 'sale_id', licenseType: 'one_time' },
  subscription_started: { kind: 'sale', id: 'sale_id', licenseType: 'subscription' },
  subscription_renewed: { kind: 'sale', id: 'sale_id', licenseType: 'subscription' },
  asset_used: { kind: 'use', id: 'use_id', licenseType: 'metered' },
  license_refunded: { kind: 'refund', id: 'refund_id' },
  dispute_opened: { kind: 'dispute', id: 'dispute_id' },
  dispute_closed: { kind: 'outcome', id: 'dispute_id' },
  payout_sent: { kind: 'payout', id: 'payout_id' },
  payout_reversed: { kind: 'payout_reversal', id: 'reversal_id_stripe' },
  correction_approved: { kind: 'correction', id: 'correction_id' },
  refund_failed: { kind: 'correction', id: 'refund_id', voids: 'refund' },
  charge_failed: { kind: 'correction', id: 'sale_id', voids: 'sale' },
  dispute_reopened: { kind: 'correction', id: 'dispute_id', voids: 'outcome' },
  dispute_reversed: { kind: 'correction', id: 'dispute_id', voids: 'dispute' },
};

/** The facts in the events by kind and id, each by its first recorded report (ruling 23). */
export function factsIn(events: readonly RawEvent[]): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const { table, row } of inOrderOfRecording(events)) {
    const declared = FACT_TABLES[table];
    const reported = declared && row[declared.id];
    if (!reported) continue;
    const id = declared.voids ? `${table}:${reported}` : reported;
    const key = factKey(declared.kind, id);
    if (facts.has(key)) continue;
    facts.set(key, {
      kind: declared.kind,
      id,
      occurredAt: row.timestamp,
      recordedAt: row.loaded_at,
      earned: row.timestamp.slice(0, 7),
      licenseType: declared.licenseType ?? '',
      row: declared.voids ? { ...row, corrected_kind: declared.voids, corrected_id: reported } : row,
    });
  }
  return facts;
}

export function factKey(kind: FactKind, id: string): string {
  return `${kind} ${id}`;
}

/** Of reports that were recorded at the same instant, the one with the smaller message id comes first. */
export function inOrderOfRecording(events: readonly RawEvent[]): RawEvent[] {
  return [...events].sort((a, b) => compareTexts(a.row.loaded_at, b.row.loaded_at) || compareTexts(a.row.id, b.row.id));
}

/** The latest report of each id in a table (ruling 23). */
export function latestIn(events: readonly RawEvent[], table: string, idColumn: string): Map<string, RawRow> {
  const latest = new Map<string, RawRow>();
  const rows = inOrderOfRecording(events.filter((event) => event.table === table)).map(({ row }) => row);
  for (const row of rows.sort((a, b) => compareTexts(a.timestamp, b.timestamp))) {
    const id = row[idColumn];
    if (id) latest.set(id, row);
  }
  return latest;
}

/** Code-unit order. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
