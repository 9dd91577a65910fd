import { canonicalJson } from '../../../../warehouse/canonical-json.ts';
import { CURRENCIES } from '../../../../warehouse/currencies.ts';
import { sha256Hex } from '../../../../warehouse/ids.ts';
import { minorToDecimal } from '../../../../warehouse/money.ts';
import type { BankRail } from '../../../../warehouse/operational/bank-tables.ts';
import { isAsApproved } from '../../approval.ts';
import type { BatchPayout } from '../../batch-payouts.ts';
import type { PlannedLine } from '../../planned-lines.ts';
import type { FiledRow } from './bank-files.ts';
import { bankRequestOf, isBankRequest } from './bank-request.ts';

/** The line of a payout in a file, as it was approved and exported, whatever its row in the control store says now. */
export interface ExportedLine {
  /** Its amount and currency are always those of the file. */
  readonly line: PlannedLine;
  /** Whether the hash of the approval proves it. If not, nothing is recorded of the payout. */
  readonly isProven: boolean;
  /** In what the row differs from it, in a sentence; undefined if it does not. */
  readonly edited: string | undefined;
}

/**
 * What was edited since can be found again: the file keeps the amount and the currency, the columns and the request say the same of the rest, and the
 * hash of the approval proves what is right of them.
 */
export function exportedLine(
  { line: row, life }: BatchPayout,
  { payout_rail, amount_minor, currency }: Omit<FiledRow, 'file_id'>,
): ExportedLine {
  if (row.amount_minor === amount_minor && isAsApproved(row, life))
    return { line: row, isProven: true, edited: undefined };
  const line = { ...row, amount_minor, currency };
  const proven = [ofColumns(line, payout_rail), ofRequest(line)].find((each) => each && isAsApproved(each, life));
  return { line: proven ?? line, isProven: proven !== undefined, edited: sentenceOf(row, { line, proven }) };
}

/** With the request that follows from its columns. */
function ofColumns(line: PlannedLine, rail: BankRail): PlannedLine {
  const body = canonicalJson(bankRequestOf({ ...line, account_id: line.account_id_stripe ?? '' }, rail));
  return { ...line, reason: 'payable', body, body_hash: sha256Hex(body) };
}

/** With the columns that follow from its request; undefined if it is none. */
function ofRequest(line: PlannedLine): PlannedLine | undefined {
  const request = requestIn(line);
  if (request === undefined) return undefined;
  const { creator_id, bank_account_id: account_id_stripe } = request;
  return ofColumns({ ...line, creator_id, account_id_stripe }, request.payout_rail);
}

function requestIn({ body }: PlannedLine) {
  try {
    const request: unknown = JSON.parse(body ?? '');
    return isBankRequest(request) ? request : undefined;
  } catch {
    return undefined;
  }
}

function sentenceOf(
  row: PlannedLine,
  { line, proven }: { readonly line: PlannedLine; readonly proven: PlannedLine | undefined },
): string {
  const [exported, now] = [amountOf(line), amountOf(row)];
  const amounts =
    now === exported ? `; ${exported} were approved and exported` : `: it says ${now}, and ${exported} were exported`;
  const effect = proven
    ? 'What was exported is recorded'
    : 'What was approved cannot be found again, so nothing of the answer is recorded for it';
  return `The line of the payout ${row.payout_id} in the control store is not the one that was approved${amounts}. ${effect}; find out who has edited the line, and put it right.`;
}

/** The currency of an edited row may be none. */
function amountOf({ amount_minor, currency }: PlannedLine): string {
  if (!CURRENCIES.includes(currency)) return `${amount_minor} minor units of ${JSON.stringify(currency)}`;
  return `${minorToDecimal(amount_minor, currency)} ${currency}`;
}
