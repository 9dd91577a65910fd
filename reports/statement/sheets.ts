import { requireExponent } from '../../warehouse/currencies.ts';
import { nameOfLicense } from './describe-line.ts';
import type {
  StatementDocument,
  StatementLine,
  StatementMovement,
  StatementPayout,
  StatementPayoutNotice,
  StatementPayoutReversal,
} from './document.ts';
import { reasonInWords } from './explanations.ts';
import type { Language } from './language.ts';

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
interface SummaryItem {
  readonly item: string;
  readonly amount: string;
  readonly text: string;
}

/** What the columns depend on. */
interface SheetOf {
  readonly currency: string;
  readonly language: Language;
}

export function summaryColumns({ currency, language }: SheetOf): Column<SummaryItem>[] {
  const { items } = language.workbook;
  const title = `${items.amount} (${currency})`;
  return [
    { title: items.item, width: 24, value: ({ item }) => item },
    { title, width: 18, value: ({ amount }) => amount, format: formatsOf(currency).exact },
    { title: items.text, width: 80, value: ({ text }) => text },
  ];
}

const textItem = (item: string, text: string): SummaryItem => ({ item, amount: '', text });
const amountItem = (item: string, amount: string): SummaryItem => ({ item, amount, text: amount });

/** The statement's details, the summary in the order in which it adds up, then the payout, the rounding and the seal. */
export function summaryItems(doc: StatementDocument, language: Language): SummaryItem[] {
  const { creator, summary, payout_decision: decision, rounding } = doc;
  const { items } = language.workbook;
  return [
    textItem(items.statement, doc.statement_id),
    ...issuerItems(doc, language),
    textItem(items.creator, creator.name),
    textItem(items.creatorId, creator.creator_id),
    textItem(items.country, creator.country),
    textItem(items.period, language.month(doc.period)),
    textItem(items.firstDay, language.cellDay(doc.period_starts_on)),
    textItem(items.lastDay, language.cellDay(doc.period_ends_on)),
    textItem(items.closedAt, doc.closed_at),
    textItem(items.currency, doc.currency),
    amountItem(items.opening, summary.opening),
    amountItem(items.earnings, summary.earnings),
    amountItem(items.refunds, summary.refunds),
    amountItem(items.adjustments, summary.adjustments),
    amountItem(items.taxWithheld, summary.tax_withheld),
    amountItem(items.payouts, summary.payouts),
    amountItem(items.payoutReversals, summary.payout_reversals),
    amountItem(items.closing, summary.closing),
    amountItem(items.payable, decision.amount),
    amountItem(items.held, decision.held),
    textItem(items.status, language.say.code(decision.reason)),
    textItem(items.explanation, decision.explanation),
    ...taxItems(doc, language),
    amountItem(items.carriedIn, rounding.carried_in_exact),
    amountItem(items.linesExact, rounding.lines_exact),
    amountItem(items.linesRounded, rounding.lines),
    amountItem(items.carriedOut, rounding.carried_out_exact),
    textItem(items.seal, doc.seal),
  ];
}

function issuerItems({ issuer }: StatementDocument, { workbook: { items } }: Language): SummaryItem[] {
  const given: readonly (readonly [string, string | undefined])[] = [
    [items.issuer, issuer.name],
    [items.address, issuer.address?.join(', ')],
    [items.taxId, issuer.tax_id],
    [items.vatId, issuer.vat_id],
    [items.registration, issuer.registration],
    [items.contact, issuer.contact],
  ];
  return given.flatMap(([item, text]) => (text === undefined ? [] : [textItem(item, text)]));
}

function taxItems({ tax }: StatementDocument, { workbook: { items }, rate, cellDay }: Language): SummaryItem[] {
  return tax.flatMap((each) => [
    textItem(items.tax, each.explanation),
    textItem(items.taxRule, each.withholding_rule_id),
    textItem(items.taxRate, rate(each.rate)),
    amountItem(items.taxable, each.taxable_exact),
    amountItem(items.taxAmount, each.withheld),
    amountItem(items.taxOfYear, each.withheld_of_year),
    textItem(items.creditedOn, cellDay(each.credited_on)),
  ]);
}

const wordsOf = (of: SheetOf) => ({ ...of, titles: of.language.workbook.columns });

export function lineColumns(of: SheetOf): Column<StatementLine>[] {
  const { titles, language, currency } = wordsOf(of);
  const { booked, exact } = formatsOf(currency);
  const numbers: readonly NumberOf<StatementLine>[] = [
    { title: titles.events, width: 10, format: '#,##0', value: (line) => line.revenue_event_count },
    { title: titles.units, width: 12, format: 'General', value: (line) => line.units },
    { title: titles.gross, unit: currency, width: 16, format: exact, value: (line) => line.gross_exact },
    { title: titles.fee, unit: currency, width: 16, format: exact, value: (line) => line.platform_fee_exact },
    { title: titles.exact, unit: currency, width: 18, format: exact, value: (line) => line.amount_exact },
    { title: titles.amount, unit: currency, width: 16, format: booked, value: (line) => line.amount },
  ];
  return [
    { title: titles.kind, width: 12, value: (line) => language.say.code(line.kind) },
    { title: titles.title, width: 44, value: (line) => line.asset_title },
    {
      title: titles.license,
      width: 18,
      value: ({ license_type }) => (license_type ? nameOfLicense(license_type, language) : ''),
    },
    { title: titles.earnedIn, width: 15, value: (line) => language.month(line.earned_period) },
    ...numbers.map(numberColumn),
    { title: titles.feeRate, width: 10, value: (line) => language.rate(line.platform_fee_rate) },
    { title: titles.shareRate, width: 10, value: (line) => language.rate(line.share_rate) },
    ...onScreen<StatementLine>([
      { title: titles.calculation, width: 90, value: (line) => line.formula },
      ...numbers.map((column) => exactColumn(column, language)),
      { title: titles.asset, width: 30, value: (line) => line.asset_id ?? '' },
      { title: titles.line, width: 30, value: (line) => line.line_id },
      { title: titles.terms, width: 30, value: (line) => line.terms_id ?? '' },
      { title: titles.correction, width: 30, value: (line) => line.correction_id ?? '' },
      {
        title: titles.correctedKind,
        width: 18,
        value: ({ corrected_kind }) => (corrected_kind ? language.say.code(corrected_kind) : ''),
      },
      { title: titles.corrected, width: 30, value: (line) => line.corrected_id ?? '' },
      {
        title: titles.firstOn,
        width: 12,
        value: ({ first_on }) => (first_on === null ? '' : language.cellDay(first_on)),
      },
      { title: titles.lastOn, width: 12, value: ({ last_on }) => (last_on === null ? '' : language.cellDay(last_on)) },
      { title: titles.reason, width: 60, value: (line) => line.correction_reason ?? '' },
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

function exactColumn<Item>({ title, value }: NumberOf<Item>, { workbook }: Language): Column<Item> {
  return { title: workbook.exactText(title), width: 22, value };
}

function onScreen<Item>(columns: readonly Column<Item>[]): Column<Item>[] {
  return columns.map((column) => ({ ...column, isScreenOnly: true }));
}

/** A movement with the line that it is a part of. */
interface MovementItem extends StatementMovement {
  readonly line: StatementLine;
}

export const movementItems = ({ lines }: StatementDocument): MovementItem[] =>
  lines.flatMap((line) => line.movements.map((movement) => ({ ...movement, line })));

export function movementColumns(of: SheetOf): Column<MovementItem>[] {
  const { titles, language, currency } = wordsOf(of);
  const { exact: format } = formatsOf(currency);
  const numbers: readonly NumberOf<MovementItem>[] = [
    { title: titles.gross, unit: currency, width: 18, format, value: ({ gross_exact }) => gross_exact },
    { title: titles.exact, unit: currency, width: 18, format, value: ({ amount_exact }) => amount_exact },
  ];
  return [
    { title: titles.sale, width: 36, value: ({ sale_id }) => sale_id },
    { title: titles.changedBy, width: 44, value: ({ movement_id }) => movement_id },
    { title: titles.changedOn, width: 12, value: ({ occurred_at }) => language.cellDay(occurred_at) },
    { title: titles.earnedIn, width: 15, value: ({ line }) => language.month(line.earned_period) },
    { title: titles.title, width: 40, value: ({ line }) => line.asset_title },
    ...numbers.map(numberColumn),
    ...onScreen<MovementItem>([
      ...numbers.map((column) => exactColumn(column, language)),
      { title: titles.line, width: 30, value: ({ line }) => line.line_id },
    ]),
  ];
}

/** The amount of what was paid, came back or was to be paid, and its exact text. */
function amountOf(of: SheetOf): NumberOf<{ readonly amount: string }> {
  const { titles } = wordsOf(of);
  return {
    title: titles.amount,
    unit: of.currency,
    width: 18,
    format: formatsOf(of.currency).booked,
    value: ({ amount }) => amount,
  };
}

export function payoutColumns(of: SheetOf): Column<StatementPayout>[] {
  const { titles, language } = wordsOf(of);
  const amount = amountOf(of);
  return [
    { title: titles.sentOn, width: 12, value: (payout) => language.cellDay(payout.sent_on) },
    { title: titles.balanceOf, width: 15, value: (payout) => language.month(payout.paid_period) },
    { title: titles.payout, width: 36, value: (payout) => payout.payout_id },
    { title: titles.transfer, width: 36, value: (payout) => payout.transfer_id_stripe },
    numberColumn(amount),
    ...onScreen([exactColumn(amount, language)]),
  ];
}

export function reversalColumns(of: SheetOf): Column<StatementPayoutReversal>[] {
  const { titles, language } = wordsOf(of);
  const amount = amountOf(of);
  return [
    { title: titles.reversedOn, width: 12, value: (reversal) => language.cellDay(reversal.reversed_on) },
    { title: titles.balanceOf, width: 15, value: (reversal) => language.month(reversal.paid_period) },
    { title: titles.payout, width: 36, value: (reversal) => reversal.payout_id },
    { title: titles.transfer, width: 36, value: (reversal) => reversal.transfer_id_stripe },
    { title: titles.reversal, width: 36, value: (reversal) => reversal.reversal_id_stripe },
    numberColumn(amount),
    ...onScreen<StatementPayoutReversal>([
      exactColumn(amount, language),
      { title: titles.explanation, width: 70, value: (reversal) => reversal.explanation },
    ]),
  ];
}

export function noticeColumns(of: SheetOf): Column<StatementPayoutNotice>[] {
  const { titles, language } = wordsOf(of);
  const amount = amountOf(of);
  return [
    { title: titles.on, width: 12, value: (notice) => language.cellDay(notice.noticed_on) },
    {
      title: titles.balanceOf,
      width: 15,
      value: ({ paid_period }) => (paid_period === null ? '' : language.month(paid_period)),
    },
    { title: titles.payout, width: 36, value: (notice) => notice.payout_id },
    { title: titles.outcome, width: 16, value: (notice) => language.say.code(notice.outcome) },
    numberColumn(amount),
    { title: titles.explanation, width: 70, value: (notice) => notice.explanation },
    ...onScreen<StatementPayoutNotice>([
      exactColumn(amount, language),
      {
        title: titles.reason,
        width: 40,
        value: ({ reason, to_bank_account = false }) =>
          reason === null ? '' : reasonInWords(reason, language, to_bank_account),
      },
    ]),
  ];
}

/** Number formats: `booked` for whole minor units, `exact` for amounts with further digits. */
function formatsOf(currency: string): { readonly booked: string; readonly exact: string } {
  const places = requireExponent(currency);
  // For a currency without decimal places, a format with optional ones would show whole numbers with a trailing point.
  if (places === 0) return { booked: '#,##0', exact: 'General' };
  const zeros = '0'.repeat(places);
  return { booked: `#,##0.${zeros}`, exact: `#,##0.${zeros}${'#'.repeat(9 - places)}` };
}
