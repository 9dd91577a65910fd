import { derivedId } from '../../warehouse/ids.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import { FORMATS_OF, type Locale } from '../statement/format.ts';
import { draftOf, type InvoiceDraft, lineOf } from './draft.ts';
import type { Party } from './invoice.ts';
import type { InvoiceFile, TaxTreatment } from './invoice-file.ts';
import { plainText } from './plain-text.ts';
import type { ReportedUsage } from './read.ts';
import { afterCancelled } from './self-billing.ts';
import { INVOICE_WORDS } from './words.ts';

interface UsageParts {
  /** Of one developer and currency. */
  readonly reported: readonly ReportedUsage[];
  readonly period: string;
  readonly party: Party;
  readonly language: Locale;
  readonly file: InvoiceFile;
  readonly settings: NonNullable<InvoiceFile['usage']>;
  readonly treatment: TaxTreatment;
  /** How many invoices of this month were cancelled before. */
  readonly cancelledCount?: number;
}

/** The id of the invoice of a month; another one once so many were cancelled. */
export const usageInvoiceId = (period: string, { developer_id, currency }: ReportedUsage, cancelledCount = 0): string =>
  derivedId('inv', 'invoice', period, developer_id, currency, ...afterCancelled(cancelledCount));

/**
 * The invoice of a developer for metered use: a line for each invoice that was reported, with the tax that was reported. Throws `Rejected` if an
 * amount is no whole number of minor units.
 */
export function composeUsage(parts: UsageParts): InvoiceDraft {
  const { reported, period, party, language, file, settings, treatment, cancelledCount } = parts;
  const words = INVOICE_WORDS[language];
  const [first] = reported as readonly [ReportedUsage, ...ReportedUsage[]];
  const { currency } = first;
  const minor = (amount: string | null): bigint => decimalToMinor(amount ?? '', currency);
  const total = (rows: readonly ReportedUsage[]): bigint =>
    rows.reduce((sum, { amount, tax_amount }) => sum + minor(amount) + minor(tax_amount), 0n);
  const charged = reported.filter(({ charge_id_stripe }) => charge_id_stripe !== null);
  return draftOf({
    invoice_id: usageInvoiceId(period, first, cancelledCount),
    ...{ kind: 'invoice', language, currency, period, party, file, settings, treatment, preceding: [] },
    lines: reported.map(({ invoice_id, usage_period, amount }) =>
      lineOf(
        {
          name: words.meteredUse(FORMATS_OF[language].month(usage_period)),
          description: words.reference(plainText(invoice_id, '-')),
          item_id: null,
          supplied_in: usage_period,
          net_minor: minor(amount),
        },
        currency,
      ),
    ),
    tax_minor: reported.reduce((sum, { tax_amount }) => sum + minor(tax_amount), 0n),
    paid_minor: total(charged),
    notes: charged.map(({ charge_id_stripe }) => words.paidBy(plainText(charge_id_stripe, '-'))),
  });
}

/** Why reported invoices cannot become one: a sentence each. */
export function faultsOfUsage(reported: readonly ReportedUsage[]): string[] {
  return reported.flatMap(({ invoice_id, amount, tax_amount, correction_count }) => [
    ...(amount === null || tax_amount === null
      ? [`${invoice_id} was reported without an amount that can be read`]
      : []),
    ...(correction_count > 0n ? [`${invoice_id} was corrected; decide by hand what is invoiced`] : []),
  ]);
}
