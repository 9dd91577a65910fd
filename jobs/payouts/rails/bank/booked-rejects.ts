import type { Operational } from '../../../../warehouse/operational/operational.ts';

/**
 * What a bank has booked of some files for payments that it had rejected, and not given back yet, in minor units by file: some banks book a batch
 * as a whole, and credit its rejected payments one by one. A file of which nothing was booked is missing.
 */
export async function bookedRejectsOf(
  operational: Operational,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  if (fileIds.length === 0) return new Map();
  const answers = await operational
    .selectFrom('payout_bank_answers')
    .select(['file_id', 'payout_id', 'kind', 'effect', 'amount_minor'])
    .where('file_id', 'in', fileIds)
    .where('kind', 'in', ['booked', 'returned'])
    .execute();
  const payouts = await operational
    .selectFrom('payout_file_lines as line')
    .innerJoin('payout_log as log', 'log.payout_id', 'line.payout_id')
    .select(['line.file_id', 'line.payout_id', 'line.amount_minor', 'log.state'])
    .where('line.file_id', 'in', fileIds)
    .where('log.state', 'in', ['confirmed', 'failed'])
    .execute();
  const back = new Set(answers.flatMap(({ kind, payout_id }) => (kind === 'returned' ? (payout_id ?? []) : [])));
  const rejects = new Map<string, bigint>();
  const add = (file_id: string | null, amount: bigint | null): void => {
    if (file_id !== null) rejects.set(file_id, (rejects.get(file_id) ?? 0n) + (amount ?? 0n));
  };
  for (const { file_id, kind, effect, amount_minor } of answers)
    if (kind === 'booked' && effect === 'applied') add(file_id, amount_minor);
  for (const { file_id, state, payout_id, amount_minor } of payouts)
    if (rejects.has(file_id) && (state === 'confirmed' || back.has(payout_id))) add(file_id, -amount_minor);
  return rejects;
}
