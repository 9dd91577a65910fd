import { derivedId } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import { nameOfLicense } from '../statement/describe-line.ts';
import type { Locale } from '../statement/format.ts';
import { languageOf } from '../statement/language.ts';
import { creditOf, takenBack } from './credit.ts';
import { draftOf, type InvoiceDraft, lineOf } from './draft.ts';
import type { Invoice, InvoiceLine, Party } from './invoice.ts';
import type { InvoiceFile, TaxTreatment } from './invoice-file.ts';
import { plainText } from './plain-text.ts';
import type { RoyaltyLine } from './read.ts';
import { INVOICE_WORDS } from './words.ts';

/** What of a creator's month is invoiced, credited, or neither. All sums together are those of the statement. */
export interface DividedRoyalties {
  readonly creator_id: string;
  readonly currency: string;
  /** What was earned, less what was taken back of the same month. */
  readonly invoiced: readonly RoyaltyLine[];
  /** What was taken back of earlier months. */
  readonly credited: readonly RoyaltyLine[];
  /** Corrections of the balance: they are no royalty. */
  readonly balanceAdjusted: readonly RoyaltyLine[];
}

/** Throws `InvariantBroken` unless the lines sum to what the balance of the statement has of them. */
export function divideRoyalties(lines: readonly RoyaltyLine[], period: string): DividedRoyalties {
  const [first] = lines;
  invariant(first, 'A creator whose month is divided has lines.');
  const { creator_id, currency, stated_minor } = first;
  const sum = sumOf(lines);
  invariant(
    sum === stated_minor,
    `The lines of ${creator_id} in ${period} must sum to ${stated_minor} minor units of ${currency}, as in its balance, not to ${sum}; run verify ${period}.`,
  );
  const partOf = (line: RoyaltyLine): 'balanceAdjusted' | 'credited' | 'invoiced' => {
    if (line.corrected_kind === 'balance') return 'balanceAdjusted';
    return line.earned_period < period && line.line_amount_minor < 0n ? 'credited' : 'invoiced';
  };
  const parts = Map.groupBy(
    lines.filter(({ line_amount_minor }) => line_amount_minor !== 0n),
    partOf,
  );
  const { invoiced = [], credited = [], balanceAdjusted = [] } = Object.fromEntries(parts);
  return { creator_id, currency, invoiced, credited, balanceAdjusted };
}

export const sumOf = (lines: readonly RoyaltyLine[]): bigint =>
  lines.reduce((sum, { line_amount_minor }) => sum + line_amount_minor, 0n);

/** What a period takes back of an earlier month and of one invoice: a credit note. */
export interface Credit {
  readonly month: string;
  readonly invoice: Invoice;
  readonly lines: readonly RoyaltyLine[];
}

export interface SelfBillingParts {
  readonly divided: DividedRoyalties;
  readonly period: string;
  readonly party: Party;
  /** Of the invoice; a credit note has that of its invoice. */
  readonly language: Locale;
  readonly file: InvoiceFile;
  readonly settings: NonNullable<InvoiceFile['self_billing']>;
  readonly treatment: TaxTreatment;
  /** What is taken back of earlier months. */
  readonly credits: readonly Credit[];
  /** The lines of credit notes that had reduced the cancelled invoices of this month. */
  readonly reduced?: readonly { readonly number: string; readonly lines: readonly InvoiceLine[] }[];
  /** How many invoices of this month were cancelled before. */
  readonly cancelledCount?: number;
}

interface KeyOfMonth {
  readonly period: string;
  readonly creator_id: string;
  readonly currency: string;
}

/** The id of the invoice of a month; another one once so many were cancelled. */
export const selfBilledId = ({ period, creator_id, currency }: KeyOfMonth, cancelledCount = 0): string =>
  derivedId('inv', 'self_billed_invoice', period, creator_id, currency, ...afterCancelled(cancelledCount));

export const afterCancelled = (count: number): string[] => (count === 0 ? [] : [String(count)]);

/** The id of the credit note for what a month takes back of an earlier one, and of one of its invoices. */
export const selfBilledCreditId = (
  { period, creator_id, currency }: KeyOfMonth,
  { month, invoice }: Pick<Credit, 'month' | 'invoice'>,
): string => derivedId('inv', 'self_billed_credit_note', period, creator_id, currency, month, invoice.number);

/**
 * The self-billing invoice of a month and, for each earlier month of which something was taken back, a credit note that names its invoice and has
 * its parties and its tax. Asserts that all together are what the statement says.
 */
export function composeSelfBilling(parts: SelfBillingParts): InvoiceDraft[] {
  const { credits, reduced = [] } = parts;
  const { invoiced, creator_id, currency } = parts.divided;
  const drafts = [
    ...(invoiced.length === 0 ? [] : [invoiceOfLines(parts)]),
    ...credits.map((credit) => creditOfLines(parts, credit)),
  ].filter(({ totals }) => totals.net_minor !== 0n);
  const shown = drafts.reduce(
    (sum, { kind, totals }) => sum + (kind === 'self_billed_invoice' ? totals.net_minor : -totals.net_minor),
    0n,
  );
  const before = reduced.flatMap(({ lines }) => lines).reduce((sum, { net_minor }) => sum + net_minor, 0n);
  const owed = sumOf([...invoiced, ...credits.flatMap(({ lines }) => lines)]) - before;
  invariant(
    shown === owed,
    `The invoices of ${creator_id} for ${parts.period} must sum to ${owed} minor units of ${currency}, not to ${shown}.`,
  );
  return drafts;
}

/** What takes the place of a cancelled invoice is less by what was credited of that: the credit note that cancelled it was, too. */
function invoiceOfLines({ divided, cancelledCount, reduced = [], ...parts }: SelfBillingParts): InvoiceDraft {
  const { currency, invoiced } = divided;
  const credited = reduced.flatMap((note) => takenBack(note, INVOICE_WORDS[parts.language]));
  return draftOf({
    ...parts,
    invoice_id: selfBilledId({ ...divided, period: parts.period }, cancelledCount),
    ...{ kind: 'self_billed_invoice', currency, preceding: [] },
    lines: [
      ...invoiced.map((line) => lineIn(line, { currency, language: parts.language, sign: 1n })),
      ...credited.map(({ tax: _, ...line }) => line),
    ],
  });
}

function creditOfLines(
  { divided, period }: SelfBillingParts,
  { month, invoice: original, lines }: Credit,
): InvoiceDraft {
  const { currency } = divided;
  return creditOf(original, {
    ...{ invoice_id: selfBilledCreditId({ ...divided, period }, { month, invoice: original }), period },
    lines: lines.map((line) => lineIn(line, { currency, language: original.language, sign: -1n })),
  });
}

function lineIn(
  line: RoyaltyLine,
  { currency, language, sign }: { currency: string; language: Locale; sign: 1n | -1n },
): Omit<InvoiceLine, 'tax'> {
  return lineOf(
    {
      name: plainText(line.asset_title, line.asset_id ?? INVOICE_WORDS[language].royalties),
      description: describe(line, language),
      ...{ item_id: line.asset_id, supplied_in: line.earned_period, net_minor: sign * line.line_amount_minor },
    },
    currency,
  );
}

/** `One-time licence · 3 purchases`. */
function describe(
  { license_type, line_kind, revenue_event_count, correction_id }: RoyaltyLine,
  locale: Locale,
): string {
  const [language, words] = [languageOf(locale), INVOICE_WORDS[locale]];
  const type = license_type as LicenseType | null;
  const license = type === null ? words.royalties : nameOfLicense(type, language);
  if (correction_id !== null) return `${license} · ${words.correction(plainText(correction_id, '-'))}`;
  const counted = line_kind === 'earning' ? type : (line_kind as 'refund' | 'adjustment');
  return counted === null ? license : `${license} · ${language.say.lines.counts[counted](String(revenue_event_count))}`;
}
