import { readInvoiceFile } from '../../reports/invoice/invoice-file.ts';
import { INVOICE_WORDS, RULE_SET_ON } from '../../reports/invoice/words.ts';
import { closeOf } from '../../transforms/ledger/closing.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { type NotReady, planInvoices, type Stores } from './plan-invoices.ts';

export interface InvoiceStatus {
  readonly period: string;
  readonly rule_set_on: string;
  readonly notice: string;
  /** False while the month is open; then nothing else is known. */
  readonly is_closed: boolean;
  /** Who is invoiced by the next run, as far as no profile has to be opened, or was already. */
  readonly ready: { readonly subject: string; readonly currency: string }[];
  /** Who is not, and what is missing or wrong. */
  readonly missing: Omit<NotReady, 'outcome'>[];
  /** Creators who are no business, by currency: they have statements alone. */
  readonly private_count: number;
  /** Amounts that are on no invoice, a sentence each. */
  readonly left_out: string[];
  readonly issued_count: Record<string, number>;
  /** Without those that were cancelled. */
  readonly disputed_count: number;
}

/** What the invoices of a month are, and what is missing for whom. Opens no profile. Throws as `readInvoiceFile`. */
export async function invoiceStatus(
  services: Stores & Pick<Services, 'invoiceFile'>,
  period: Period,
): Promise<InvoiceStatus> {
  const file = await readInvoiceFile(services.invoiceFile);
  const status = {
    ...{ period, rule_set_on: RULE_SET_ON, notice: INVOICE_WORDS.en.notice, is_closed: false, private_count: 0 },
    ...{ ready: [], missing: [], left_out: [], ...(await countsOf(services, period)) },
  } as { -readonly [Name in keyof InvoiceStatus]: InvoiceStatus[Name] };
  if (!(await closeOf(services.warehouse, period))) return status;
  status.is_closed = true;
  for await (const planned of planInvoices(services, { period, file })) {
    const { outcome, subject, currency } = planned;
    if (outcome === 'private') status.private_count += 1;
    else if (outcome === 'ready') {
      if (planned.invoice_ids.length > 0) status.ready.push({ subject, currency });
      status.left_out.push(...planned.left_out);
    } else status.missing.push({ subject, currency, because: planned.because });
  }
  return status;
}

async function countsOf(
  { operational }: Pick<Services, 'operational'>,
  period: Period,
): Promise<Pick<InvoiceStatus, 'issued_count' | 'disputed_count'>> {
  const rows = await operational
    .selectFrom('invoices')
    .select(['document_kind', (count) => count.fn.countAll<bigint>().as('invoice_count')])
    .where('period', '=', period)
    .groupBy('document_kind')
    .orderBy('document_kind')
    .execute();
  const answers = await operational
    .selectFrom('invoice_answers')
    .innerJoin('invoices', 'invoices.invoice_id', 'invoice_answers.invoice_id')
    .distinctOn('invoice_answers.invoice_id')
    .select('answer')
    .where('period', '=', period)
    .where('invoices.invoice_id', 'not in', (db) => db.selectFrom('invoice_cancellations').select('invoice_id'))
    .orderBy('invoice_answers.invoice_id')
    .orderBy('invoice_answers.entry', 'desc')
    .execute();
  return {
    issued_count: Object.fromEntries(rows.map((row) => [row.document_kind, Number(row.invoice_count)])),
    disputed_count: answers.filter(({ answer }) => answer === 'disputed').length,
  };
}
