import type { Random } from '../marketplace/prng.ts';
import type { RawEvent, RawRow } from './facts.ts';

/** What a correction can be about: what the marketplace has, and how it names things. */
export interface Known {
  readonly events: readonly RawEvent[];
  readonly creators: readonly string[];
  readonly idOf: (name: string) => string;
  readonly instant: () => string;
  readonly currency: () => string;
}

export interface Drafted {
  readonly table: string;
  readonly row: Omit<RawRow, 'id' | 'loaded_at'> & { readonly timestamp: string };
}

export const SALE_TABLES = ['license_purchased', 'license_purchased', 'subscription_started', 'subscription_renewed'];

/** Voids of everything, of parts of uses, of corrections and of what is not known, and adjustments of balances. */
export function draftedCorrection(random: Random, known: Known): Drafted {
  const correction_id = known.idOf(`cor_${known.events.length}`);
  const kind = random.pick([
    'sale',
    'sale',
    'use',
    'use',
    'refund',
    'dispute',
    'outcome',
    'payout',
    'payout_reversal',
    'balance',
    'doubt',
    'doubt',
    'correction',
    'gift',
  ]);
  const targets = [...known.events].filter(({ table }) => CORRECTED_TABLES[kind]?.includes(table));
  const target = targets.length === 0 ? undefined : random.pick(targets.slice(-6));
  const ids = {
    corrected_kind: kind,
    corrected_id:
      kind === 'balance'
        ? random.pick([...known.creators, known.idOf('cr_none')])
        : target && random.chance(0.95)
          ? idOf(target)
          : known.idOf('none'),
  };
  const size = {
    units: kind === 'use' && random.chance(0.5) ? random.pick(['1', '0.5', '2', '12000', '0', 'ten']) : null,
    adjustment_amount: kind === 'balance' ? random.pick(['3', '-3', '120', '-0.01', '0', 'ten', null]) : null,
    currency: kind === 'balance' ? known.currency() : null,
  };
  const correction_reason = 'It was wrong.';
  const timestamp = random.chance(0.5) ? (target?.row.timestamp ?? known.instant()) : known.instant();
  return { table: 'correction_approved', row: { correction_id, ...ids, ...size, correction_reason, timestamp } };
}

/** What payment services report of themselves. */
export function draftedFailure(random: Random, known: Known): Drafted | undefined {
  const table = random.pick(['refund_failed', 'charge_failed', 'dispute_reopened', 'dispute_reversed']);
  const about = table === 'refund_failed' ? 'refund' : table === 'charge_failed' ? 'sale' : 'dispute';
  const targets = known.events.filter((event) => CORRECTED_TABLES[about]?.includes(event.table));
  if (targets.length === 0) return undefined;
  return { table, row: { [`${about}_id`]: idOf(random.pick(targets)), timestamp: known.instant() } };
}

/** The column that identifies what an event reports. */
export const FACT_IDS: Readonly<Record<string, string>> = {
  asset_published: 'terms_id',
  consent_granted: 'consent_receipt_id',
  license_purchased: 'sale_id',
  subscription_started: 'sale_id',
  subscription_renewed: 'sale_id',
  asset_used: 'use_id',
  license_refunded: 'refund_id',
  dispute_opened: 'dispute_id',
  dispute_closed: 'dispute_id',
  payout_sent: 'payout_id',
  payout_reversed: 'reversal_id_stripe',
  correction_approved: 'correction_id',
  refund_failed: 'refund_id',
  charge_failed: 'sale_id',
  dispute_reopened: 'dispute_id',
  dispute_reversed: 'dispute_id',
};

/** The events that report what a correction of a kind is about. */
const CORRECTED_TABLES: Readonly<Record<string, readonly string[]>> = {
  sale: SALE_TABLES,
  doubt: SALE_TABLES,
  use: ['asset_used'],
  refund: ['license_refunded'],
  dispute: ['dispute_opened'],
  outcome: ['dispute_closed'],
  payout: ['payout_sent'],
  payout_reversal: ['payout_reversed'],
  correction: ['correction_approved'],
};

function idOf({ table, row }: RawEvent): string {
  return row[FACT_IDS[table] ?? ''] ?? '';
}
