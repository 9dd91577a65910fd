import { minorToDecimal } from '../../warehouse/money.ts';
import { subjectOfPayer } from '../../warehouse/vocabulary/documents.ts';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import type { Locale } from '../statement/format.ts';
import { basesOf, taxOf } from './check-tax.ts';
import type { Invoice, InvoiceKind, InvoiceLine, Party, PrecedingInvoice } from './invoice.ts';
import { INVOICE_KINDS } from './invoice.ts';
import type { Business, InvoiceFile, TaxTreatment } from './invoice-file.ts';
import { INVOICE_WORDS, RULE_SET_ON } from './words.ts';

/** An invoice before it has its number and date. */
export type InvoiceDraft = Omit<Invoice, 'number' | 'issued_on'>;

interface Terms {
  readonly payment_terms: string;
  readonly notes: readonly string[];
}

interface DraftParts {
  readonly invoice_id: string;
  readonly kind: InvoiceKind;
  readonly language: Locale;
  readonly currency: string;
  readonly period: string;
  /** Who is not the issuer: a creator or developer. */
  readonly party: Party;
  readonly lines: readonly Omit<InvoiceLine, 'tax'>[];
  readonly preceding: readonly PrecedingInvoice[];
  readonly file: InvoiceFile;
  readonly settings: Terms & { readonly in_german?: Terms };
  readonly treatment: TaxTreatment;
  /** The tax where somebody else has computed it; otherwise it is computed of the sum. */
  readonly tax_minor?: bigint;
  readonly paid_minor?: bigint;
  /** What only this invoice says. */
  readonly notes?: readonly string[];
}

/** Puts an invoice together by the treatment that the operator has decided. Its sums are those of its lines. */
export function draftOf(parts: DraftParts): InvoiceDraft {
  const { kind, language, file, treatment, party, paid_minor = 0n, notes = [] } = parts;
  const { category, percent, exemption_code } = treatment;
  const isGerman = language === 'de';
  const words = INVOICE_WORDS[language];
  const terms = (isGerman && parts.settings.in_german) || parts.settings;
  const exemption_reason = (isGerman && treatment.exemption_reason_in_german) || treatment.exemption_reason;
  const { isSelfBilled } = INVOICE_KINDS[kind];
  const lines = parts.lines.map((line) => ({ ...line, tax: { category, percent } }));
  const net_minor = [...basesOf(lines).values()].reduce((sum, base) => sum + base, 0n);
  const tax_minor = parts.tax_minor ?? taxOf(net_minor, percent);
  const gross_minor = net_minor + tax_minor;
  // What is outside the scope of tax shows no VAT id (BR-O-02).
  const shown = (each: Party): Party => (category === 'O' ? { ...each, vat_id: null } : each);
  const [issuer, other] = [shown(partyOf(subjectOfPayer(file.payer_id ?? MAIN_PAYER), file.issuer)), shown(party)];
  return {
    schema_version: '1',
    ...{ invoice_id: parts.invoice_id, kind, language, currency: parts.currency, period: parts.period },
    supplier: withoutTaxNumberOfBuyer(isSelfBilled ? other : issuer, true),
    customer: withoutTaxNumberOfBuyer(isSelfBilled ? issuer : other, false),
    preceding: parts.preceding,
    lines,
    taxes: [{ category, percent, base_minor: net_minor, tax_minor, exemption_code, exemption_reason }],
    totals: { net_minor, tax_minor, gross_minor, paid_minor, due_minor: gross_minor - paid_minor },
    payment_terms: terms.payment_terms,
    account: isSelfBilled || paid_minor === gross_minor ? null : file.account,
    notes: [
      ...(isSelfBilled ? [words.selfBilling] : []),
      ...(category === 'AE' ? [words.reverseCharge] : []),
      ...notes,
      ...terms.notes,
    ],
    choices: choicesOf(parts),
    ...{ rule_set_on: RULE_SET_ON, invoice_file_hash: file.file_hash },
  };
}

/** BT-32 is of suppliers alone. */
const withoutTaxNumberOfBuyer = (party: Party, isSupplier: boolean): Party =>
  isSupplier ? party : { ...party, tax_number: null };

export function partyOf(party_id: string, { language: _, ...business }: Business): Party {
  return { party_id, ...business };
}

function choicesOf({ kind, language, file, treatment, party }: DraftParts): string[] {
  const { category, percent, source, checked_on: checked } = treatment;
  const words = INVOICE_WORDS[language];
  const what = percent === null ? category : `${category} ${percent} %`;
  return [
    ...(INVOICE_KINDS[kind].isSelfBilled ? [words.buysLicences] : []),
    words.taxChosen({ what, country: party.address.country, source, checked, decided: file.decided_on }),
  ];
}

/** A line of one unit; what is taken back has a negative quantity, for a price is never negative. */
export function lineOf(
  given: Pick<InvoiceLine, 'name' | 'description' | 'item_id' | 'supplied_in' | 'net_minor'>,
  currency: string,
): Omit<InvoiceLine, 'tax'> {
  const { net_minor } = given;
  const price = minorToDecimal(net_minor < 0n ? -net_minor : net_minor, currency);
  return { ...given, quantity: net_minor < 0n ? '-1' : '1', price };
}
