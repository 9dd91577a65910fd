import type { DocumentFormat } from '../../warehouse/vocabulary/documents.ts';
import { assertInvoice } from './check-invoice.ts';
import { renderCii } from './cii.ts';
import type { Invoice } from './invoice.ts';
import { renderInvoicePdf } from './pdf.ts';
import { renderUbl } from './ubl.ts';

/** The bytes of each format: `xml` is UBL, and the PDF holds the CII. Throws `Rejected` for an invoice that breaks a rule. */
export function renderInvoice(invoice: Invoice): Readonly<Partial<Record<DocumentFormat, Uint8Array>>> {
  assertInvoice(invoice);
  const ubl = renderUbl(invoice);
  return { pdf: renderInvoicePdf(invoice, { ubl, cii: renderCii(invoice) }), xml: ubl };
}
