import { canonicalJson } from '../../warehouse/canonical-json.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import type { PayoutBatchesTable } from '../../warehouse/operational/payout-tables.ts';
import { isSamePerson } from '../same-person.ts';
import type { PayoutLife } from './payout-life.ts';
import type { PlannedLine } from './planned-lines.ts';

/** What is approved of a line: everything of it that decides how much goes where, with the country and currency of the account. */
export function lineHashOf(line: PlannedLine): string {
  const { payout_id, batch_id, creator_id, currency, amount_minor, account_id_stripe, reason, body, body_hash } = line;
  const { account_country, account_currency, account_read_at } = line;
  return sha256Hex(
    canonicalJson({
      ...{ payout_id, batch_id, creator_id, currency, account_id_stripe, reason, body, body_hash },
      amount_minor: String(amount_minor),
      // A line that was planned before accounts were stored beside it keeps its hash.
      ...(account_read_at !== null && { account_country, account_currency }),
    }),
  );
}

/** Whether a line is the one that was signed off, with the request that was. */
export function isAsApproved(line: PlannedLine, { approvedHash }: Pick<PayoutLife, 'approvedHash'>): boolean {
  return lineHashOf(line) === approvedHash && sha256Hex(line.body ?? '') === line.body_hash;
}

/** What is approved: a batch, the seal of its period in the ledger, and its payable lines by their hashes, in any order. */
export function approvalHashOf(
  { batch_id, period, ledger_seal }: Pick<PayoutBatchesTable, 'batch_id' | 'period' | 'ledger_seal'>,
  lineHashes: readonly (readonly [payout_id: string, line_hash: string])[],
): string {
  const lines = [...lineHashes].sort(([one], [other]) => (one < other ? -1 : 1));
  return sha256Hex(canonicalJson({ batch_id, period, ledger_seal, lines }));
}

/** What starts the scheduled jobs; it is nobody. */
export const SCHEDULE = 'schedule';

/** How many people other than the planner must sign off a batch: two for what the schedule planned. */
export function approversNeeded({ planned_by }: Pick<PayoutBatchesTable, 'planned_by'>): number {
  return isSamePerson(planned_by, SCHEDULE) ? 2 : 1;
}
