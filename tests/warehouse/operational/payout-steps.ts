import type { Insertable } from 'kysely';
import type { PayoutLogTable } from '../../../warehouse/operational/payout-tables.ts';
import type { JobRunsTable } from '../../../warehouse/operational/schema.ts';

export const STEPPED_AT = '2026-02-02T05:00:00.123Z';

/** A run, whose lease does not expire unless `until` says so. */
export function leaseOf({
  until = '2999-01-01T00:00:00.000Z',
  state = 'running',
}: {
  until?: string;
  state?: 'running' | 'failed';
} = {}): Insertable<JobRunsTable> {
  const run = { run_id: 'run_1', job: 'send-payouts', period: '2026-01', state, started_by: 'ada' };
  return { ...run, started_at: STEPPED_AT, lease_expires_at: until };
}

/** A step in words: `intent 2`; of a run, unless a person decides it. */
export function stepOf(words: string, payout_id = 'po_1'): Insertable<PayoutLogTable> {
  const [state, attempt] = words.split(' ') as [PayoutLogTable['state'], string | undefined];
  const isOfRun = attempt !== undefined;
  return {
    ...{ payout_id, state, attempt: isOfRun ? Number(attempt) : null, logged_at: STEPPED_AT, changed_by: 'ada' },
    run_id: isOfRun ? 'run_1' : null,
    reason: ['held', 'cancelled'].includes(state) ? 'by_finance' : state === 'failed' ? 'refused' : null,
    transfer_id_stripe: ['sent', 'confirmed', 'reversed'].includes(state) ? 'tr_1' : null,
    line_hash: state === 'approved' ? 'h' : null,
  };
}
