import type { Operational } from '../../../../warehouse/operational/operational.ts';

/**
 * What a bank has booked of a file for payments that it had rejected, and not given back yet, in minor units: some banks book a batch as a whole,
 * and credit its rejected payments one by one.
 */
export async function bookedRejectsOf(operational: Operational, fileId: string): Promise<bigint> {
  const booked = await operational
    .selectFrom('payout_bank_answers')
    .select('amount_minor')
    .where('file_id', '=', fileId)
    .where('kind', '=', 'booked')
    .where('effect', '=', 'applied')
    .execute();
  const payouts = await operational
    .selectFrom('payout_file_lines as line')
    .innerJoin('payout_log as log', 'log.payout_id', 'line.payout_id')
    .select(['line.payout_id', 'line.amount_minor', 'log.state'])
    .where('line.file_id', '=', fileId)
    .where('log.state', 'in', ['confirmed', 'failed'])
    .execute();
  const returned = await operational
    .selectFrom('payout_bank_answers')
    .select('payout_id')
    .where('file_id', '=', fileId)
    .where('kind', '=', 'returned')
    .execute();
  const back = new Set(returned.map(({ payout_id }) => payout_id));
  const explained = payouts.filter(({ state, payout_id }) => state === 'confirmed' || back.has(payout_id));
  const sum = (rows: readonly { readonly amount_minor: bigint | null }[]): bigint =>
    rows.reduce((total, { amount_minor }) => total + (amount_minor ?? 0n), 0n);
  return booked.length === 0 ? 0n : sum(booked) - sum(explained);
}
