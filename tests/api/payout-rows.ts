import type { Services } from '../../jobs/job.ts';
import { sha256Hex } from '../../warehouse/ids.ts';

/** A planned batch of January with a payout of 10.00 USD for each of these creators: `po_ada` of `cr_ada`. */
export function planJanuary(services: Services, ...names: readonly string[]): Promise<void> {
  return planPeriod(services, '2026-01', ...names);
}

/** The same of any period. */
export async function planPeriod(
  { operational }: Services,
  period: string,
  ...names: readonly string[]
): Promise<void> {
  const batch_id = `batch_${period}`;
  await operational
    .insertInto('payout_batches')
    .values({
      ...{ batch_id, period, sequence: 1, state: 'planned' },
      ...{ planned_by: 'Ada', planned_at: '2026-02-02T05:00:00.000Z' },
    })
    .execute();
  await operational
    .insertInto('payout_lines')
    .values(
      names.map((name) => ({
        ...{ payout_id: `po_${name}`, batch_id, creator_id: `cr_${name}`, currency: 'USD', amount_minor: 10_00n },
        ...{ account_id_stripe: `acct_${name}`, reason: 'payable', body: '{}', body_hash: sha256Hex('{}') },
      })),
    )
    .execute();
}
