import { exponentOf } from '../../warehouse/currencies.ts';
import type {
  StatementDocument,
  StatementLine,
  StatementMovement,
  StatementPayout,
  StatementPayoutNotice,
  StatementPayoutReversal,
} from './document.ts';
import { REASONS } from './explanations.ts';
import { formatMonth, nameOfLicense } from './format.ts';

/** The contents of the workbook's sheets. */

/** A column. Its value is written as a number if it has a number format, otherwise as text. */
export interface Column<Item> {
  readonly title: string;
  /** In characters. */
  readonly width: number;
  readonly value: (item: Item) => string;
  readonly format?: string;
  /** Exact texts and ids, for whoever calculates; not printed. */
  readonly isScreenOnly?: boolean;
}

/** An amount with its exact text, or only a text. */
export interface SummaryItem {
  readonly item: string;
  readonly amount: string;
  readonly text: string;
}

export function summaryColumns(currency: string): Column<SummaryItem>[] {
  return [
    { title: 'Item', width: 24, value: ({ item }) => item },
    { title: `Amount (${currency})`, width: 18, value: ({ amount }) => amount, format: formatsOf(currency).exact },
    { title: 'Exact amount or text', width: 80, value: ({ text }) => text },
  ];
}

/** The statement's details, the summary in the order in which it adds up, then the payout, the rounding and the seal. */
export function summaryItems(doc: StatementDocument): SummaryItem[] {
  const { creator, summary, payout_decision: decision, rounding } = doc;
  const textItem = (item: string, text: string) => ({ item, amount: '', text });
  const amountItem = (item: string, amount: string) => ({ item, amount, text: amount });
  return [
    textItem('Statement', doc.statement_id),
    textItem('Issuer', doc.issuer.name),
    textItem('Creator', creator.name),
    textItem('Creator id', creator.creator_id),
    textItem('Country', creator.country),
    textItem('Period', formatMonth(doc.period)),
    textItem('First day', doc.period_starts_on),
    textItem('Last day', doc.period_ends_on),
    textItem('Closed at', doc.closed_at),
    textItem('Currency', doc.currency),
    amountItem('Opening balance', summary.opening),
    amountItem('plus earnings', summary.earnings),
    amountItem('less refunds', summary.refunds),
    amountItem('plus adjustments', summary.adjustments),
    amountItem('less tax withheld', summary.tax_withheld),
    amountItem('less payouts', summary.payouts),
    amountItem('plus payouts reversed', summary.payout_reversals),
    amountItem('Closing balance', summary.closing),
    amountItem('Payable now', decision.amount),
    amountItem('Held: disputes and unconfirmed payments', decision.held),
    textItem('Payout status', inWords(decision.reason)),
    textItem('Explanation', decision.explanation),
    ...taxItems(doc),
    amountItem('Rounding carried in', rounding.carried_in_exact),
    amountItem('Lines, exact', rounding.lines_exact),
    amountItem('Lines, rounded', rounding.lines),
    amountItem('Rounding carried out', rounding.carried_out_exact),
    textItem('Seal (SHA-256)', doc.seal),
  ];
}

function taxItems({ tax }: StatementDocument): SummaryItem[] {
  if (tax === null) return [];
  const textItem = (item: string, text: string) => ({ item, amount: '', text });
  const amountItem = (item: string, amount: string) => ({ item, amount, text: amount });
  return [
    textItem('Tax withheld', tax.explanation),
    textItem('Rule of the tax', tax.withholding_rule_id),
    textItem('Rate of the tax', tax.rate),
    amountItem('Taxable royalties', tax.taxable_exact),
    amountItem('Tax withheld in the year', tax.withheld_of_year),
    textItem('Royalties credited on', tax.credited_on),
  ];
}

export function lineColumns(currency: string): Column<StatementLine>[] {
  const { booked, exact } = formatsOf(currency);
  const numbers: readonly NumberOf<StatementLine>[] = [
    { title: 'Events', width: 10, format: '#,##0', value: (line) => line.revenue_event_count },
    { title: 'Units', width: 12, format: 'General', value: (line) => line.units },
    { title: 'Gross', unit: currency, width: 16, format: exact, value: (line) => line.gross_exact },
    { title: 'Platform fee', unit: currency, width: 16, format: exact, value: (line) => line.platform_fee_exact },
    { title: 'Amount before rounding', unit: currency, width: 18, format: exact, value: (line) => line.amount_exact },
    { title: 'Amount', unit: currency, width: 16, format: booked, value: (line) => line.amount },
  ];
  return [
    { title: 'Kind', width: 12, value: (line) => inWords(line.kind) },
    { title: 'Asset title', width: 44, value: (line) => line.asset_title },
    {
      title: 'Licence type',
      width: 18,
      value: ({ license_type }) => (license_type ? nameOfLicense(license_type) : ''),
    },
    { title: 'Earned in', width: 15, value: (line) => formatMonth(line.earned_period) },
    ...numbers.map(numberColumn),
    { title: 'Fee rate', width: 10, value: (line) => line.platform_fee_rate },
    { title: 'Share rate', width: 10, value: (line) => line.share_rate },
    ...onScreen<StatementLine>([
      { title: 'Calculation', width: 90, value: (line) => line.formula },
      ...numbers.map(exactColumn),
      { title: 'Asset', width: 30, value: (line) => line.asset_id ?? '' },
      { title: 'Line', width: 30, value: (line) => line.line_id },
      { title: 'Terms', width: 30, value: (line) => line.terms_id ?? '' },
      { title: 'Correction', width: 30, value: (line) => line.correction_id ?? '' },
      {
        title: 'Corrected kind',
        width: 18,
        value: ({ corrected_kind }) => (corrected_kind ? inWords(corrected_kind) : ''),
      },
      { title: 'Corrected', width: 30, value: (line) => line.corrected_id ?? '' },
      { title: 'Reason', width: 60, value: (line) => line.correction_reason ?? '' },
    ]),
  ];
}

/** A column of numbers, and what they are counted in. */
interface NumberOf<Item> extends Column<Item> {
  readonly unit?: string;
}

function numberColumn<Item>({ title, unit, ...column }: NumberOf<Item>): Column<Item> {
  return { ...column, title: unit === undefined ? title : `${title} (${unit})` };
}

function exactColumn<Item>({ title, value }: NumberOf<Item>): Column<Item> {
  return { title: `${title}, exact text`, width: 22, value };
}

function onScreen<Item>(columns: readonly Column<Item>[]): Column<Item>[] {
  return columns.map((column) => ({ ...column, isScreenOnly: true }));
}

/** A movement with the line that it is a part of. */
export interface MovementItem extends StatementMovement {
  readonly line: StatementLine;
}

export const movementItems = ({ lines }: StatementDocument): MovementItem[] =>
  lines.flatMap((line) => line.movements.map((movement) => ({ ...movement, line })));

export function movementColumns(currency: string): Column<MovementItem>[] {
  const { exact: format } = formatsOf(currency);
  const numbers: readonly NumberOf<MovementItem>[] = [
    { title: 'Gross', unit: currency, width: 18, format, value: ({ gross_exact }) => gross_exact },
    { title: 'Amount before rounding', unit: currency, width: 18, format, value: ({ amount_exact }) => amount_exact },
  ];
  return [
    { title: 'Sale', width: 36, value: ({ sale_id }) => sale_id },
    { title: 'Changed by', width: 44, value: ({ movement_id }) => movement_id },
    { title: 'Changed on', width: 12, value: ({ occurred_at }) => occurred_at.slice(0, 10) },
    { title: 'Earned in', width: 15, value: ({ line }) => formatMonth(line.earned_period) },
    { title: 'Asset title', width: 40, value: ({ line }) => line.asset_title },
    ...numbers.map(numberColumn),
    ...onScreen<MovementItem>([
      ...numbers.map(exactColumn),
      { title: 'Line', width: 30, value: ({ line }) => line.line_id },
    ]),
  ];
}

/** The amount of what was paid, came back or was to be paid, and its exact text. */
function amountOf(currency: string): NumberOf<{ readonly amount: string }> {
  return {
    title: 'Amount',
    unit: currency,
    width: 18,
    format: formatsOf(currency).booked,
    value: ({ amount }) => amount,
  };
}

export function payoutColumns(currency: string): Column<StatementPayout>[] {
  const amount = amountOf(currency);
  return [
    { title: 'Sent on', width: 12, value: (payout) => payout.sent_on },
    { title: 'Balance of', width: 15, value: (payout) => formatMonth(payout.paid_period) },
    { title: 'Payout', width: 36, value: (payout) => payout.payout_id },
    { title: 'Stripe transfer', width: 36, value: (payout) => payout.transfer_id_stripe },
    numberColumn(amount),
    ...onScreen([exactColumn(amount)]),
  ];
}

export function reversalColumns(currency: string): Column<StatementPayoutReversal>[] {
  const amount = amountOf(currency);
  return [
    { title: 'Reversed on', width: 12, value: (reversal) => reversal.reversed_on },
    { title: 'Balance of', width: 15, value: (reversal) => formatMonth(reversal.paid_period) },
    { title: 'Payout', width: 36, value: (reversal) => reversal.payout_id },
    { title: 'Stripe transfer', width: 36, value: (reversal) => reversal.transfer_id_stripe },
    { title: 'Stripe reversal', width: 36, value: (reversal) => reversal.reversal_id_stripe },
    numberColumn(amount),
    ...onScreen<StatementPayoutReversal>([
      exactColumn(amount),
      { title: 'Explanation', width: 70, value: (reversal) => reversal.explanation },
    ]),
  ];
}

export function noticeColumns(currency: string): Column<StatementPayoutNotice>[] {
  const amount = amountOf(currency);
  return [
    { title: 'On', width: 12, value: (notice) => notice.noticed_on },
    {
      title: 'Balance of',
      width: 15,
      value: ({ paid_period }) => (paid_period === null ? '' : formatMonth(paid_period)),
    },
    { title: 'Payout', width: 36, value: (notice) => notice.payout_id },
    { title: 'Outcome', width: 16, value: (notice) => inWords(notice.outcome) },
    numberColumn(amount),
    { title: 'Explanation', width: 70, value: (notice) => notice.explanation },
    ...onScreen<StatementPayoutNotice>([
      exactColumn(amount),
      { title: 'Reason', width: 40, value: ({ reason }) => (reason === null ? '' : (REASONS[reason] ?? reason)) },
    ]),
  ];
}

/** A code as words: `bank_failed` → `Bank failed`. */
function inWords(code: string): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`;
}

/** Number formats: `booked` for whole minor units, `exact` for amounts with further digits. */
function formatsOf(currency: string): { readonly booked: string; readonly exact: string } {
  const places = exponentOf(currency);
  // For a currency without decimal places, a format with optional ones would show whole numbers with a trailing point.
  if (places === 0) return { booked: '#,##0', exact: 'General' };
  const zeros = '0'.repeat(places);
  return { booked: `#,##0.${zeros}`, exact: `#,##0.${zeros}${'#'.repeat(9 - places)}` };
}
