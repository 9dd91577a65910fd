import type { Selectable } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { InvoiceAnswersTable, InvoicesTable } from '../../warehouse/operational/invoice-tables.ts';
import type { Services } from '../job.ts';

export type Answer = Omit<Selectable<InvoiceAnswersTable>, 'entry'>;

interface GivenAnswer {
  readonly invoice_id: string;
  readonly answer: InvoiceAnswersTable['answer'];
  readonly because: string | null;
  /** Where the other party has given it: a letter, a message. Null if it answers itself. */
  readonly reference: string | null;
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

/**
 * Records that the other party has accepted an invoice, or disputes it; the last answer counts. Throws `NotFound`, and `Rejected` for a dispute without a
 * reason, and for an answer that somebody else records without a reason and a reference: accepting a self-billing invoice is up to its supplier
 * (Article 224 of Directive 2006/112/EC).
 */
export async function recordAnswer(
  services: Pick<Services, 'operational' | 'clock'>,
  given: GivenAnswer,
  { by, isParty }: { readonly by: string; readonly isParty: boolean },
): Promise<Answer> {
  const { invoice_id, answer } = given;
  await requireInvoice(services, invoice_id);
  const [because, reference] = [given.because?.trim() || null, given.reference?.trim() || null];
  if (!isParty && (because === null || reference === null)) {
    throw new Rejected(
      `The answer to the invoice ${invoice_id} is up to the other party; to record it for them, say why in because, and in reference where they gave it, such as the date of a letter.`,
    );
  }
  if (answer === 'disputed' && because === null) {
    throw new Rejected(`The invoice ${invoice_id} is disputed only for a reason; say it in one sentence.`);
  }
  const { operational, clock } = services;
  const row = {
    ...{ invoice_id, answer, because, reference: isParty ? null : reference },
    ...{ answered_by: by, answered_at: instant(clock.now()) },
  };
  await operational.insertInto('invoice_answers').values(row).execute();
  return row;
}
