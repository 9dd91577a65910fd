import { COLUMN_WIDTH, drawColumns, type TaggedBlocks } from '../../render/pdf/columns.ts';
import { DETAILS_X, drawDetails } from '../../render/pdf/details.ts';
import type { PageWriter } from '../../render/pdf/page-writer.ts';
import { type Block, setFitting, setName, setText } from '../../render/pdf/paragraph.ts';
import { PAGE, SECTION_GAP, STYLE } from '../../render/pdf/theme.ts';
import { FORMATS_OF } from '../../statement/format.ts';
import { INVOICE_KINDS, type Invoice, type Party, suppliedFromTo } from '../invoice.ts';
import { INVOICE_WORDS, type InvoiceWords } from '../words.ts';

const LABEL_WIDTH = 62;

/** Draws the top of the first page: title, number, dates, supplier and customer. */
export function drawInvoiceHeader(page: PageWriter, invoice: Invoice): void {
  const top = page.y;
  const { kind, supplier, customer } = invoice;
  const { isSelfBilled } = INVOICE_KINDS[kind];
  const [words, formats] = [INVOICE_WORDS[invoice.language], FORMATS_OF[invoice.language]];
  const issuer = isSelfBilled ? customer : supplier;
  const width = DETAILS_X - PAGE.left - 24;
  page.write('P', setName(issuer.name, issuer.party_id, { style: STYLE.issuer, width, maxLines: 4 }));
  page.y += 10;
  page.write('H1', setFitting(words.titles[kind], { style: STYLE.title, width }));
  page.y += 4;
  page.write('P', setText(formats.dateRange(...suppliedFromTo(invoice)), { style: STYLE.period, width }));
  page.y = Math.max(page.y, drawDetails(page, detailsOf(invoice), { top, labelWidth: LABEL_WIDTH })) + 18;
  drawColumns(
    page,
    partyOf(supplier, { words, role: words.supplier, isIssuer: !isSelfBilled }),
    partyOf(customer, { words, role: words.customer, isIssuer: isSelfBilled }),
  );
  page.y += SECTION_GAP;
}

function detailsOf({ language, number, issued_on, currency, preceding }: Invoice): (readonly [string, string])[] {
  const [words, { day }] = [INVOICE_WORDS[language], FORMATS_OF[language]];
  return [
    [words.number, number],
    [words.issuedOn, day(issued_on)],
    [words.currency, currency],
    ...preceding.map((each) => [words.reduces, words.of(each.number, day(each.issued_on))] as const),
  ];
}

function partyOf(
  party: Party,
  { words, role, isIssuer }: { words: InvoiceWords; role: string; isIssuer: boolean },
): TaggedBlocks {
  const width = COLUMN_WIDTH;
  const { address } = party;
  const line = (text: string): Block => setText(text, { style: STYLE.value, width });
  const town = [address.postal_code, address.city].filter(Boolean).join(' ');
  const numbers = [
    [words.vatId, party.vat_id],
    [words.taxNumber, party.tax_number],
    [words.registration, party.registration_id],
    [words.ourId, isIssuer ? null : party.party_id],
  ] as const;
  const contact = [party.email, party.phone].filter((each) => each !== null).join(' · ');
  return [
    ['H2', setText(role, { style: STYLE.label, width })],
    ['P', setName(party.name, party.party_id, { style: STYLE.cellStrong, width, maxLines: 4 })],
    ['P', line(address.street)],
    ['P', line([town, address.region, address.country].filter(Boolean).join(', '))],
    ...numbers.flatMap(([label, value]) => (value === null ? [] : [['P', line(`${label}: ${value}`)] as const])),
    ...(contact === '' ? [] : [['P', line(contact)] as const]),
  ];
}
