import { derivedId } from '../../warehouse/ids.ts';
import { decimalToMinor } from '../../warehouse/money.ts';
import { formatMonth } from '../statement/format.ts';
import { draftOf, type InvoiceDraft, lineOf } from './draft.ts';
import type { Party } from './invoice.ts';
import type { InvoiceFile, TaxTreatment } from './invoice-file.ts';
import { plainText } from './plain-text.ts';
import type { ReportedUsage } from './read.ts';

export interface UsageParts {
  /** Of one developer and currency. */
  readonly reported: readonly ReportedUsage[];
  readonly period: string;
  readonly party: Party;
  readonly file: InvoiceFile;
  readonly settings: NonNullable<InvoiceFile['usage']>;
  readonly treatment: TaxTreatment;
}

export const usageInvoiceId = (period: string, { developer_id, currency }: ReportedUsage): string =>
  derivedId('inv', 'invoice', period, developer_id, currency);

/**
 * The invoice of a developer for metered use: a line for each invoice that was reported, with the tax that was reported. Throws `Rejected` if an
 * amount is no whole number of minor units.
 */
export function composeUsage({ reported, period, party, file, settings, treatment }: UsageParts): InvoiceDraft {
  const [first] = reported as readonly [ReportedUsage, ...ReportedUsage[]];
  const { currency } = first;
  const minor = (amount: string | null): bigint => decimalToMinor(amount ?? '', currency);
  const total = (rows: readonly ReportedUsage[]): bigint =>
    rows.reduce((sum, { amount, tax_amount }) => sum + minor(amount) + minor(tax_amount), 0n);
  const charged = reported.filter(({ charge_id_stripe }) => charge_id_stripe !== null);
  return draftOf({
    invoice_id: usageInvoiceId(period, first),
    ...{ kind: 'invoice', currency, period, party, file, settings, treatment, preceding: [] },
    lines: reported.map(({ invoice_id, usage_period, amount }) =>
      lineOf(
        {
          name: `Metered use in ${formatMonth(usage_period)}`,
          description: `Reference ${plainText(invoice_id, '-')}`,
          item_id: null,
          supplied_in: usage_period,
          net_minor: minor(amount),
        },
        currency,
      ),
    ),
    tax_minor: reported.reduce((sum, { tax_amount }) => sum + minor(tax_amount), 0n),
    paid_minor: total(charged),
    notes: charged.map(({ charge_id_stripe }) => `Paid by the charge ${plainText(charge_id_stripe, '-')}.`),
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
