import type { Selectable } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { InvoiceAnswersTable, InvoicesTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Services } from '../job.ts';

export type Answer = Omit<Selectable<InvoiceAnswersTable>, 'entry'>;

export interface GivenAnswer {
  readonly invoice_id: string;
  readonly answer: InvoiceAnswersTable['answer'];
  readonly because: string | null;
}

/** Whose invoice it is. Throws `NotFound`. */
export async function requireInvoice(
  { operational }: Pick<Services, 'operational'>,
  invoiceId: string,
): Promise<Pick<InvoicesTable, 'subject' | 'document_kind'>> {
  const found = await operational
    .selectFrom('invoices')
    .select(['subject', 'document_kind'])
    .where('invoice_id', '=', invoiceId)
    .executeTakeFirst();
  if (!found) throw unknownInvoice(invoiceId);
  return found;
}

export const unknownInvoice = (invoiceId: string): NotFound => new NotFound(`There is no invoice ${invoiceId}.`);

/** Records that the other party has accepted an invoice, or disputes it; the last answer counts. Throws `NotFound`, and `Rejected` for a dispute without a reason. */
export async function recordAnswer(
  services: Pick<Services, 'operational' | 'clock'>,
  { invoice_id, answer, because }: GivenAnswer,
  by: string,
): Promise<Answer> {
  await requireInvoice(services, invoice_id);
  if (answer === 'disputed' && !because?.trim()) {
    throw new Rejected(`The invoice ${invoice_id} is disputed only for a reason; say it in one sentence.`);
  }
  const { operational, clock } = services;
  const row = {
    invoice_id,
    answer,
    because: because?.trim() || null,
    answered_by: by,
    answered_at: instant(clock.now()),
  };
  await operational.insertInto('invoice_answers').values(row).execute();
  return row;
}
