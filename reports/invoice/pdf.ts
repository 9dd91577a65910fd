import { PageWriter } from '../render/pdf/page-writer.ts';
import { legibleName, setText } from '../render/pdf/paragraph.ts';
import { type MetadataSchema, openTaggedPdf } from '../render/pdf/tagged-pdf.ts';
import { STYLE, WIDTH } from '../render/pdf/theme.ts';
import { FORMATS_OF } from '../statement/format.ts';
import type { Invoice } from './invoice.ts';
import { drawInvoiceHeader } from './pdf/header.ts';
import { drawInvoiceLines } from './pdf/lines.ts';
import { drawTotals } from './pdf/totals.ts';
import { INVOICE_WORDS } from './words.ts';

/** The name that Factur-X demands. */
const CII_NAME = 'factur-x.xml';
const UBL_NAME = 'invoice-ubl.xml';

/** That the PDF holds an invoice, in which file, and by which profile: Factur-X 1.0, 6.4. */
const FACTUR_X: MetadataSchema = {
  name: 'Factur-X PDFA Extension Schema',
  namespace: 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#',
  prefix: 'fx',
  properties: (
    [
      ['DocumentFileName', CII_NAME, 'The name of the embedded XML document'],
      ['DocumentType', 'INVOICE', 'The type of the hybrid document in capital letters'],
      ['Version', '1.0', 'The version of the standard that applies to the embedded XML document'],
      ['ConformanceLevel', 'EN 16931', 'The conformance level of the embedded XML document'],
    ] as const
  ).map(([name, value, description]) => ({ name, value, description, type: 'Text', category: 'external' })),
};

/** The same invoice in the two syntaxes of EN 16931. */
interface InvoiceXml {
  readonly ubl: Uint8Array;
  readonly cii: Uint8Array;
}

/**
 * The invoice as a tagged PDF for people with both XML forms attached: PDF/A-3a, PDF/UA-1, and Factur-X of the profile EN 16931, whose invoice
 * is the CII. Equal invoices have equal bytes: every date in the file is that of the invoice.
 */
export function renderInvoicePdf(invoice: Invoice, { ubl, cii }: InvoiceXml): Buffer {
  const words = INVOICE_WORDS[invoice.language];
  const title = words.titles[invoice.kind];
  const at = new Date(`${invoice.issued_on}T00:00:00.000Z`);
  // pdfkit writes the title into XML without escaping it.
  const shownNumber = invoice.number.replace(/[^\w./ -]/g, '_');
  const pdf = openTaggedPdf({
    ...{ title: `${title} ${shownNumber}`, at, schemas: [FACTUR_X] },
    lang: invoice.language,
  });
  const file = { type: 'text/xml', relationship: 'Alternative', creationDate: at, modifiedDate: at } as const;
  pdf.file(Buffer.from(cii), { ...file, name: CII_NAME, description: 'This invoice as CII (Factur-X, EN 16931)' });
  pdf.file(Buffer.from(ubl), { ...file, name: UBL_NAME, description: 'This invoice as UBL 2.1' });
  const page = new PageWriter(pdf);
  drawInvoiceHeader(page, invoice);
  drawInvoiceLines(page, invoice);
  drawTotals(page, invoice);
  drawNotes(page, invoice);
  const supplier = legibleName(invoice.supplier.name, invoice.supplier.party_id);
  page.finish({ head: [words.head(title, supplier), invoice.number], foot: `${title} ${invoice.number}` });
  return pdf.toBytes();
}

function drawNotes(page: PageWriter, { language, notes, payment_terms, choices, rule_set_on }: Invoice): void {
  const words = INVOICE_WORDS[language];
  const write = (type: string, text: string, style = STYLE.body as typeof STYLE.body): void => {
    page.write(type, setText(text, { style, width: WIDTH }));
    page.y += 3;
  };
  page.ensureSpace(60);
  write('H2', words.notes, STYLE.heading);
  for (const text of [...notes, payment_terms]) write('P', text);
  page.y += 10;
  page.ensureSpace(60);
  write('H2', words.about, STYLE.heading);
  const rules = words.rulesAsOf(FORMATS_OF[language].day(rule_set_on));
  for (const text of [...choices, words.attached(CII_NAME, UBL_NAME), `${words.notice} ${rules}`])
    write('P', text, STYLE.quietBody as typeof STYLE.body);
}
