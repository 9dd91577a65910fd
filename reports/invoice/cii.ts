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
} from './invoice.ts';
import { EN_16931 } from './ubl.ts';

const NAMESPACES = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
} as const;

/** The invoice as UN/CEFACT CII D16B by CEN/TS 16931-3-3: what a Factur-X PDF of the profile EN 16931 holds. Equal invoices have equal bytes. */
export function renderCii(invoice: Invoice): Uint8Array {
  const { kind, notes, lines, currency } = invoice;
  const context = xml('rsm:ExchangedDocumentContext', [
    xml('ram:GuidelineSpecifiedDocumentContextParameter', [xml('ram:ID', EN_16931)]),
  ]);
  const document = xml('rsm:ExchangedDocument', [
    xml('ram:ID', invoice.number),
    xml('ram:TypeCode', INVOICE_KINDS[kind].code),
    xml('ram:IssueDateTime', [day(invoice.issued_on)]),
    ...notes.map((note) => xml('ram:IncludedNote', [xml('ram:Content', note)])),
  ]);
  const transaction = xml('rsm:SupplyChainTradeTransaction', [
    ...lines.map((line, at) => lineXml(line, { id: at + 1, currency })),
    xml('ram:ApplicableHeaderTradeAgreement', [
      party('ram:SellerTradeParty', invoice.supplier),
      party('ram:BuyerTradeParty', invoice.customer),
    ]),
    xml('ram:ApplicableHeaderTradeDelivery', []),
    settlement(invoice),
  ]);
  return writeXml(xml('rsm:CrossIndustryInvoice', [context, document, transaction], NAMESPACES));
}

/** A date as CII writes it: 20260131. */
const day = (date: string, prefix = 'udt'): Written =>
  xml(`${prefix}:DateTimeString`, date.replaceAll('-', ''), { format: '102' });

const period = (from: string, to: string): Written =>
  xml('ram:BillingSpecifiedPeriod', [xml('ram:StartDateTime', [day(from)]), xml('ram:EndDateTime', [day(to)])]);

function lineXml(line: InvoiceLine, { id, currency }: { id: number; currency: string }): Written {
  const { supplied_in, tax } = line;
  return xml('ram:IncludedSupplyChainTradeLineItem', [
    xml('ram:AssociatedDocumentLineDocument', [xml('ram:LineID', String(id))]),
    xml('ram:SpecifiedTradeProduct', [
      xmlIf('ram:SellerAssignedID', line.item_id),
      xml('ram:Name', line.name),
      xml('ram:Description', line.description),
    ]),
    xml('ram:SpecifiedLineTradeAgreement', [
      xml('ram:NetPriceProductTradePrice', [xml('ram:ChargeAmount', line.price)]),
    ]),
    xml('ram:SpecifiedLineTradeDelivery', [xml('ram:BilledQuantity', line.quantity, { unitCode: 'C62' })]),
    xml('ram:SpecifiedLineTradeSettlement', [
      xml('ram:ApplicableTradeTax', [
        xml('ram:TypeCode', 'VAT'),
        xml('ram:CategoryCode', tax.category),
        xmlIf('ram:RateApplicablePercent', tax.percent),
      ]),
      period(firstDayOf(supplied_in), lastDayOf(supplied_in)),
      xml('ram:SpecifiedTradeSettlementLineMonetarySummation', [
        xml('ram:LineTotalAmount', minorToDecimal(line.net_minor, currency)),
      ]),
    ]),
  ]);
}

function party(element: string, given: Party): Written {
  const { party_id, name, address, vat_id, tax_number, registration_id, email, phone } = given;
  const registered = (id: string | null, schemeID: string) =>
    id === null ? undefined : xml('ram:SpecifiedTaxRegistration', [xml('ram:ID', id, { schemeID })]);
  const contact = [
    phone === null ? undefined : xml('ram:TelephoneUniversalCommunication', [xml('ram:CompleteNumber', phone)]),
    email === null ? undefined : xml('ram:EmailURIUniversalCommunication', [xml('ram:URIID', email)]),
  ];
  return xml(element, [
    xml('ram:ID', party_id),
    xml('ram:Name', name),
    registration_id === null ? undefined : xml('ram:SpecifiedLegalOrganization', [xml('ram:ID', registration_id)]),
    contact.some((each) => each) ? xml('ram:DefinedTradeContact', contact) : undefined,
    xml('ram:PostalTradeAddress', [
      xmlIf('ram:PostcodeCode', address.postal_code),
      xml('ram:LineOne', address.street),
      xml('ram:CityName', address.city),
      xml('ram:CountryID', address.country),
      xmlIf('ram:CountrySubDivisionName', address.region),
    ]),
    registered(vat_id, 'VA'),
    registered(tax_number, 'FC'),
  ]);
}

function settlement(invoice: Invoice): Written {
  const { currency, totals, taxes, preceding } = invoice;
  const money = (name: string, minor: bigint): Written => xml(`ram:${name}`, minorToDecimal(minor, currency));
  return xml('ram:ApplicableHeaderTradeSettlement', [
    xml('ram:InvoiceCurrencyCode', currency),
    paymentMeans(invoice),
    ...taxes.map((tax) =>
      xml('ram:ApplicableTradeTax', [
        money('CalculatedAmount', tax.tax_minor),
        xml('ram:TypeCode', 'VAT'),
        xmlIf('ram:ExemptionReason', tax.exemption_reason),
        money('BasisAmount', tax.base_minor),
        xml('ram:CategoryCode', tax.category),
        xmlIf('ram:ExemptionReasonCode', tax.exemption_code),
        xmlIf('ram:RateApplicablePercent', tax.percent),
      ]),
    ),
    period(...suppliedFromTo(invoice)),
    xml('ram:SpecifiedTradePaymentTerms', [xml('ram:Description', invoice.payment_terms)]),
    xml('ram:SpecifiedTradeSettlementHeaderMonetarySummation', [
      money('LineTotalAmount', totals.net_minor),
      money('TaxBasisTotalAmount', totals.net_minor),
      xml('ram:TaxTotalAmount', minorToDecimal(totals.tax_minor, currency), { currencyID: currency }),
      money('GrandTotalAmount', totals.gross_minor),
      totals.paid_minor === 0n ? undefined : money('TotalPrepaidAmount', totals.paid_minor),
      money('DuePayableAmount', totals.due_minor),
    ]),
    ...preceding.map(({ number, issued_on }) =>
      xml('ram:InvoiceReferencedDocument', [
        xml('ram:IssuerAssignedID', number),
        xml('ram:FormattedIssueDateTime', [day(issued_on, 'qdt')]),
      ]),
    ),
  ]);
}

/** UNTDID 4461: a credit transfer. */
function paymentMeans({ account }: Invoice): Written | undefined {
  if (account === null) return undefined;
  const { number, holder, bic } = account;
  const isIban = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(number);
  return xml('ram:SpecifiedTradeSettlementPaymentMeans', [
    xml('ram:TypeCode', '30'),
    xml('ram:PayeePartyCreditorFinancialAccount', [
      isIban ? xml('ram:IBANID', number) : undefined,
      xml('ram:AccountName', holder),
      isIban ? undefined : xml('ram:ProprietaryID', number),
    ]),
    bic === null ? undefined : xml('ram:PayeeSpecifiedCreditorFinancialInstitution', [xml('ram:BICID', bic)]),
  ]);
}
