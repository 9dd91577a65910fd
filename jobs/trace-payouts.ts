import type { Services } from './job.ts';
import { logsOfPayouts } from './payouts/payout-log.ts';

/** A line of a payout batch, with the steps of its payout. */
export interface TracedPayout {
  readonly payout_id: string;
  readonly batch_id: string;
  readonly period: string;
  readonly creator_id: string;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly account_id_stripe: string | null;
  /** `payable`, or why it is not paid. */
  readonly reason: string;
  readonly planned_by: string;
  readonly planned_at: string;
  readonly approved_by: string | null;
  readonly approved_at: string | null;
  readonly log: readonly {
    readonly state: string;
    readonly logged_at: string;
    readonly transfer_id_stripe: string | null;
    readonly reason: string | null;
  }[];
}

interface Wanted {
  readonly ids: readonly string[];
  /** The statement lines whose balances are paid. */
  readonly lines: readonly { readonly period: string; readonly creator_id: string; readonly currency: string }[];
}

/** The payouts with given ids, and those of the balances that given statement lines are a part of. */
export async function tracedPayouts(
  { operational }: Pick<Services, 'operational'>,
  { ids, lines }: Wanted,
): Promise<TracedPayout[]> {
  const balances = new Map(lines.map((line) => [JSON.stringify([line.period, line.creator_id, line.currency]), line]));
  const rows = await operational
    .selectFrom('payout_lines as line')
    .innerJoin('payout_batches as batch', 'batch.batch_id', 'line.batch_id')
    .select([
      'line.payout_id',
      'line.batch_id',
      'batch.period',
      'line.creator_id',
      'line.currency',
      'line.amount_minor',
    ])
    .select(['line.account_id_stripe', 'line.reason', 'batch.planned_by', 'batch.planned_at'])
    .select(['batch.approved_by', 'batch.approved_at'])
    .where(({ or, and, eb }) =>
      or([
        eb('line.payout_id', 'in', [...ids]),
        ...[...balances.values()].map(({ period, creator_id, currency }) =>
          and([
            eb('batch.period', '=', period),
            eb('line.creator_id', '=', creator_id),
            eb('line.currency', '=', currency),
          ]),
        ),
      ]),
    )
    .orderBy('batch.planned_at')
    .orderBy('line.payout_id')
    .execute();
  const logs = await logsOfPayouts(
    operational,
    rows.map(({ payout_id }) => payout_id),
  );
  return rows.map((row) => ({
    ...row,
    log: (logs.get(row.payout_id) ?? []).map(({ state, logged_at, transfer_id_stripe, reason }) => ({
      ...{ state, logged_at, transfer_id_stripe, reason },
    })),
  }));
}
