import { minorToDecimal } from '../../warehouse/money.ts';
import { type Written, writeXml, xml, xmlIf } from '../bank/xml.ts';
import {
  firstDayOf,
  INVOICE_KINDS,
  type Invoice,
  type InvoiceLine,
  lastDayOf,
  type Party,
  suppliedFromTo,
  type TaxRate,
} from './invoice.ts';

/** BT-24: the specification that is followed, without extension or restriction of a country. */
export const EN_16931 = 'urn:cen.eu:en16931:2017';

const NAMESPACES = {
  'xmlns:cac': 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2',
  'xmlns:cbc': 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2',
} as const;

/** The invoice as UBL 2.1 by CEN/TS 16931-3-2. Equal invoices have equal bytes. */
export function renderUbl(invoice: Invoice): Uint8Array {
  const { kind, currency, notes } = invoice;
  const { code, isCredit } = INVOICE_KINDS[kind];
  const root = isCredit ? 'CreditNote' : 'Invoice';
  const [from, to] = suppliedFromTo(invoice);
  return writeXml(
    xml(
      root,
      [
        xml('cbc:CustomizationID', EN_16931),
        xml('cbc:ID', invoice.number),
        xml('cbc:IssueDate', invoice.issued_on),
        xml(`cbc:${root}TypeCode`, code),
        ...notes.map((note) => xml('cbc:Note', note)),
        xml('cbc:DocumentCurrencyCode', currency),
        period(from, to),
        ...invoice.preceding.map(({ number, issued_on }) =>
          xml('cac:BillingReference', [
            xml('cac:InvoiceDocumentReference', [xml('cbc:ID', number), xml('cbc:IssueDate', issued_on)]),
          ]),
        ),
        xml('cac:AccountingSupplierParty', [party(invoice.supplier)]),
        xml('cac:AccountingCustomerParty', [party(invoice.customer)]),
        paymentMeans(invoice),
        xml('cac:PaymentTerms', [xml('cbc:Note', invoice.payment_terms)]),
        taxTotal(invoice),
        totals(invoice),
        ...invoice.lines.map((line, at) => lineXml(line, { id: at + 1, currency, isCredit })),
      ],
      { xmlns: `urn:oasis:names:specification:ubl:schema:xsd:${root}-2`, ...NAMESPACES },
    ),
  );
}

const money = (name: string, minor: bigint, currency: string): Written =>
  xml(`cbc:${name}`, minorToDecimal(minor, currency), { currencyID: currency });

const period = (from: string, to: string): Written =>
  xml('cac:InvoicePeriod', [xml('cbc:StartDate', from), xml('cbc:EndDate', to)]);

const SCHEME = xml('cac:TaxScheme', [xml('cbc:ID', 'VAT')]);

function party({ party_id, name, address, vat_id, tax_number, registration_id, email, phone }: Party): Written {
  return xml('cac:Party', [
    xml('cac:PartyIdentification', [xml('cbc:ID', party_id)]),
    xml('cac:PostalAddress', [
      xml('cbc:StreetName', address.street),
      xml('cbc:CityName', address.city),
      xmlIf('cbc:PostalZone', address.postal_code),
      xmlIf('cbc:CountrySubentity', address.region),
      xml('cac:Country', [xml('cbc:IdentificationCode', address.country)]),
    ]),
    vat_id === null ? undefined : xml('cac:PartyTaxScheme', [xml('cbc:CompanyID', vat_id), SCHEME]),
    tax_number === null
      ? undefined
      : xml('cac:PartyTaxScheme', [xml('cbc:CompanyID', tax_number), xml('cac:TaxScheme', [xml('cbc:ID', 'TAX')])]),
    xml('cac:PartyLegalEntity', [xml('cbc:RegistrationName', name), xmlIf('cbc:CompanyID', registration_id)]),
    phone === null && email === null
      ? undefined
      : xml('cac:Contact', [xmlIf('cbc:Telephone', phone), xmlIf('cbc:ElectronicMail', email)]),
  ]);
}

/** UNTDID 4461: a credit transfer. */
function paymentMeans({ account }: Invoice): Written | undefined {
  if (account === null) return undefined;
  const { number, holder, bic } = account;
  const branch = bic === null ? undefined : xml('cac:FinancialInstitutionBranch', [xml('cbc:ID', bic)]);
  return xml('cac:PaymentMeans', [
    xml('cbc:PaymentMeansCode', '30'),
    xml('cac:PayeeFinancialAccount', [xml('cbc:ID', number), xml('cbc:Name', holder), branch]),
  ]);
}

function taxTotal({ taxes, totals: { tax_minor }, currency }: Invoice): Written {
  return xml('cac:TaxTotal', [
    money('TaxAmount', tax_minor, currency),
    ...taxes.map((tax) =>
      xml('cac:TaxSubtotal', [
        money('TaxableAmount', tax.base_minor, currency),
        money('TaxAmount', tax.tax_minor, currency),
        category('cac:TaxCategory', tax, [
          xmlIf('cbc:TaxExemptionReasonCode', tax.exemption_code),
          xmlIf('cbc:TaxExemptionReason', tax.exemption_reason),
        ]),
      ]),
    ),
  ]);
}

function category(name: string, tax: TaxRate, reasons: readonly (Written | undefined)[] = []): Written {
  return xml(name, [xml('cbc:ID', tax.category), xmlIf('cbc:Percent', tax.percent), ...reasons, SCHEME]);
}

function totals({ totals: sums, currency }: Invoice): Written {
  return xml('cac:LegalMonetaryTotal', [
    money('LineExtensionAmount', sums.net_minor, currency),
    money('TaxExclusiveAmount', sums.net_minor, currency),
    money('TaxInclusiveAmount', sums.gross_minor, currency),
    sums.paid_minor === 0n ? undefined : money('PrepaidAmount', sums.paid_minor, currency),
    money('PayableAmount', sums.due_minor, currency),
  ]);
}

function lineXml(
  line: InvoiceLine,
  { id, currency, isCredit }: { id: number; currency: string; isCredit: boolean },
): Written {
  const item_id =
    line.item_id === null ? undefined : xml('cac:SellersItemIdentification', [xml('cbc:ID', line.item_id)]);
  return xml(isCredit ? 'cac:CreditNoteLine' : 'cac:InvoiceLine', [
    xml('cbc:ID', String(id)),
    xml(isCredit ? 'cbc:CreditedQuantity' : 'cbc:InvoicedQuantity', line.quantity, { unitCode: 'C62' }),
    money('LineExtensionAmount', line.net_minor, currency),
    period(firstDayOf(line.supplied_in), lastDayOf(line.supplied_in)),
    xml('cac:Item', [
      xml('cbc:Description', line.description),
      xml('cbc:Name', line.name),
      item_id,
      category('cac:ClassifiedTaxCategory', line.tax),
    ]),
    xml('cac:Price', [xml('cbc:PriceAmount', line.price, { currencyID: currency })]),
  ]);
}
