import { derivedId } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import { nameOfLicense } from '../statement/describe-line.ts';
import { languageOf } from '../statement/language.ts';
import { draftOf, type InvoiceDraft, lineOf } from './draft.ts';
import type { Party, PrecedingInvoice } from './invoice.ts';
import type { InvoiceFile, TaxTreatment } from './invoice-file.ts';
import { plainText } from './plain-text.ts';
import type { RoyaltyLine } from './read.ts';

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

export interface SelfBillingParts {
  readonly divided: DividedRoyalties;
  readonly period: string;
  readonly party: Party;
  readonly file: InvoiceFile;
  readonly settings: NonNullable<InvoiceFile['self_billing']>;
  readonly treatment: TaxTreatment;
  /** The invoice of each earlier month of which something is taken back. */
  readonly invoiceOfMonth: ReadonlyMap<string, PrecedingInvoice>;
}

export const selfBilledId = (
  kind: 'self_billed_invoice' | 'self_billed_credit_note',
  { period, creator_id, currency }: { period: string; creator_id: string; currency: string },
): string => derivedId('inv', kind, period, creator_id, currency);

/**
 * The self-billing invoice of a month and, if something was taken back of earlier months, the credit note that names their invoices. Asserts that
 * both together are what the statement says.
 */
export function composeSelfBilling(parts: SelfBillingParts): InvoiceDraft[] {
  const { divided, invoiceOfMonth, period } = parts;
  const { invoiced, credited, creator_id, currency } = divided;
  const months = [...new Set(credited.map(({ earned_period }) => earned_period))];
  const preceding = months.flatMap((month) => invoiceOfMonth.get(month) ?? []);
  const unique = [...new Map(preceding.map((each) => [each.number, each])).values()];
  const drafts = [
    ...(invoiced.length === 0 ? [] : [draft(parts, { kind: 'self_billed_invoice', lines: invoiced, preceding: [] })]),
    ...(credited.length === 0
      ? []
      : [draft(parts, { kind: 'self_billed_credit_note', lines: credited, preceding: unique })]),
  ].filter(({ totals }) => totals.net_minor !== 0n);
  const shown = drafts.reduce(
    (sum, { kind, totals }) => sum + (kind === 'self_billed_invoice' ? totals.net_minor : -totals.net_minor),
    0n,
  );
  const owed = sumOf(invoiced) + sumOf(credited);
  invariant(
    shown === owed,
    `The invoices of ${creator_id} for ${period} must sum to ${owed} minor units of ${currency}, not to ${shown}.`,
  );
  return drafts;
}

function draft(
  { divided, period, party, file, settings, treatment }: SelfBillingParts,
  part: {
    kind: 'self_billed_invoice' | 'self_billed_credit_note';
    lines: readonly RoyaltyLine[];
    preceding: readonly PrecedingInvoice[];
  },
): InvoiceDraft {
  const { creator_id, currency } = divided;
  const sign = part.kind === 'self_billed_invoice' ? 1n : -1n;
  return draftOf({
    invoice_id: selfBilledId(part.kind, { period, creator_id, currency }),
    ...{ kind: part.kind, currency, period, party, file, settings, treatment, preceding: part.preceding },
    lines: part.lines.map((line) =>
      lineOf(
        {
          name: plainText(line.asset_title, line.asset_id ?? 'Royalties'),
          description: describe(line),
          item_id: line.asset_id,
          supplied_in: line.earned_period,
          net_minor: sign * line.line_amount_minor,
        },
        currency,
      ),
    ),
  });
}

/** Invoices have no other language yet. */
const ENGLISH = languageOf('en');

/** `One-time licence · 3 purchases`. */
function describe({ license_type, line_kind, revenue_event_count, correction_id }: RoyaltyLine): string {
  const type = license_type as LicenseType | null;
  const license = type === null ? 'Royalties' : nameOfLicense(type, ENGLISH);
  if (correction_id !== null) return `${license} · correction ${plainText(correction_id, '-')}`;
  const counted = line_kind === 'earning' ? type : (line_kind as 'refund' | 'adjustment');
  return counted === null ? license : `${license} · ${ENGLISH.say.lines.counts[counted](String(revenue_event_count))}`;
}
