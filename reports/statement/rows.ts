import { invariant } from '../../warehouse/invariant.ts';
import { decimalToMinor, minorToDecimal } from '../../warehouse/money.ts';
import type { LineKind, StatementDocument, StatementLine } from './document.ts';

/** The columns of the flat table, in order, and whether a spreadsheet reads them as text or as a number. */
export const ROW_COLUMNS = {
  row_type: 'text',
  statement_id: 'text',
  creator_id: 'text',
  period: 'text',
  currency: 'text',
  amount: 'number',
  line_id: 'text',
  asset_id: 'text',
  asset_title: 'text',
  license_type: 'text',
  earned_period: 'text',
  revenue_event_count: 'number',
  units: 'number',
  gross_exact: 'number',
  platform_fee_exact: 'number',
  platform_fee_rate: 'text',
  share_rate: 'text',
  amount_exact: 'number',
  formula: 'text',
  terms_id: 'text',
  rate: 'number',
  correction_id: 'text',
  corrected_kind: 'text',
  corrected_id: 'text',
  correction_reason: 'text',
  movement_id: 'text',
  sale_id: 'text',
  occurred_at: 'text',
  movement_exact: 'number',
  credited_on: 'text',
  withholding_rule_id: 'text',
  tax_rate: 'text',
  taxable_exact: 'number',
  payout_id: 'text',
  paid_period: 'text',
  sent_on: 'text',
  transfer_id_stripe: 'text',
  reversal_id_stripe: 'text',
  reversed_on: 'text',
  outcome: 'text',
  noticed_on: 'text',
  notice_amount: 'number',
  reason: 'text',
  first_on: 'text',
  last_on: 'text',
} as const satisfies Readonly<Record<string, 'text' | 'number'>>;

export type RowColumn = keyof typeof ROW_COLUMNS;
type StatementRow = Readonly<Record<string, string>>;

/**
 * The statement as rows with signed amounts from the opening to the closing balance: opening_balance, one row per line, one
 * per day of credit of which tax is withheld, one per payout and per reversal of one, closing_balance. The movements of a line follow it, with no amount but `movement_exact`: the line has it. Notices of
 * payouts come last, with `notice_amount`: they are no part of the balance. Throws
 * `InvariantBroken` for a statement that does not add up.
 */
export function statementRows(doc: StatementDocument): StatementRow[] {
  assertBalanced(doc);
  const { statement_id, period, currency, summary } = doc;
  const common = { statement_id, creator_id: doc.creator.creator_id, period, currency };
  const payouts = doc.payouts.map(({ amount, ...payout }) => ({
    ...payout,
    row_type: 'payout',
    amount: minorToDecimal(-decimalToMinor(amount, currency), currency),
  }));
  const reversals = doc.payout_reversals.map(({ explanation, ...reversal }) => ({
    ...reversal,
    row_type: 'payout_reversal',
    formula: explanation,
  }));
  return [
    { row_type: 'opening_balance', amount: summary.opening },
    ...doc.lines.flatMap(lineRows),
    ...taxRows(doc),
    ...payouts,
    ...reversals,
    { row_type: 'closing_balance', amount: summary.closing },
    ...doc.payout_notices.map(({ amount, explanation, to_bank_account: _, ...notice }) => ({
      ...withoutNull(notice),
      ...{ row_type: 'payout_notice', notice_amount: amount, formula: explanation },
    })),
  ].map((row) => ({ ...common, ...row }));
}

function taxRows({ tax, currency }: StatementDocument): StatementRow[] {
  return tax.map(({ withheld, credited_on, rate, taxable_exact, explanation, withholding_rule_id }) => ({
    ...{ row_type: 'tax_withheld', amount: minorToDecimal(-decimalToMinor(withheld, currency), currency) },
    ...{ formula: explanation, credited_on, tax_rate: rate, taxable_exact, withholding_rule_id },
  }));
}

function lineRows({ kind, movements, ...line }: StatementLine): StatementRow[] {
  const { line_id, asset_id, asset_title, earned_period } = line;
  const of = withoutNull({ line_id, asset_id, asset_title, earned_period });
  return [
    { ...withoutNull(line), row_type: kind },
    ...movements.map(({ movement_id, sale_id, occurred_at, amount_exact }) => ({
      ...of,
      ...{ row_type: 'movement', movement_id, sale_id, occurred_at, movement_exact: amount_exact },
    })),
  ];
}

function withoutNull(row: Readonly<Record<string, string | null>>): StatementRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? '']));
}

/**
 * Throws `InvariantBroken` unless the lines, taxes, payouts and reversals sum to each figure of the summary, and these to the closing
 * balance. A statement that does not add up is never issued.
 */
export function assertBalanced(doc: StatementDocument): void {
  const { statement_id, currency, summary, lines, tax, payouts, payout_reversals } = doc;
  const minor = (text: string) => decimalToMinor(text, currency);
  const sum = (items: readonly { readonly amount: string }[]) =>
    items.reduce((all, { amount }) => all + minor(amount), 0n);
  const ofKind = (kind: LineKind) => sum(lines.filter((line) => line.kind === kind));
  const found = { earnings: ofKind('earning'), refunds: -ofKind('refund'), adjustments: ofKind('adjustment') };
  const tax_withheld = tax.reduce((all, { withheld }) => all + minor(withheld), 0n);
  const parts = { ...found, tax_withheld, payouts: sum(payouts), payout_reversals: sum(payout_reversals) };
  for (const name of ['earnings', 'refunds', 'adjustments', 'tax_withheld', 'payouts', 'payout_reversals'] as const) {
    const shown = minorToDecimal(parts[name], currency);
    invariant(
      parts[name] === minor(summary[name]),
      `The ${name.replaceAll('_', ' ')} of ${statement_id} must be ${summary[name]} ${currency}, but its rows sum to ${shown}.`,
    );
  }
  const beforePayouts =
    minor(summary.opening) + parts.earnings - parts.refunds + parts.adjustments - parts.tax_withheld;
  const closing = beforePayouts - parts.payouts + parts.payout_reversals;
  invariant(
    closing === minor(summary.closing),
    `${statement_id} must close at ${minorToDecimal(closing, currency)} ${currency}, but shows ${summary.closing}.`,
  );
}
