import { elementAt, elementsAt, parseXml, textAt, type XmlElement } from '../../../reports/bank/xml.ts';

/** What an invoice says, read back from UBL or CII by the bindings CEN/TS 16931-3-2 and 16931-3-3: by term of EN 16931, as text. */
export type Read = Readonly<Record<string, string | readonly string[] | undefined>>;

/** For each term the paths in UBL and in CII; `@` is an attribute. Dates of CII are written as those of UBL. */
const CII_TRADE = 'SupplyChainTradeTransaction';
const TERMS: Readonly<Record<string, readonly [ubl: string, cii: string]>> = {
  'BT-1': ['ID', 'ExchangedDocument/ID'],
  'BT-2': ['IssueDate', 'ExchangedDocument/IssueDateTime/DateTimeString'],
  'BT-5': ['DocumentCurrencyCode', settled('InvoiceCurrencyCode')],
  'BT-20': ['PaymentTerms/Note', settled('SpecifiedTradePaymentTerms/Description')],
  'BT-22': ['Note', 'ExchangedDocument/IncludedNote/Content'],
  'BT-24': ['CustomizationID', 'ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID'],
  'BT-25': ['BillingReference/InvoiceDocumentReference/ID', settled('InvoiceReferencedDocument/IssuerAssignedID')],
  'BT-26': [
    'BillingReference/InvoiceDocumentReference/IssueDate',
    settled('InvoiceReferencedDocument/FormattedIssueDateTime/DateTimeString'),
  ],
  'BT-73': ['InvoicePeriod/StartDate', settled('BillingSpecifiedPeriod/StartDateTime/DateTimeString')],
  'BT-74': ['InvoicePeriod/EndDate', settled('BillingSpecifiedPeriod/EndDateTime/DateTimeString')],
  'BT-84': ['PaymentMeans/PayeeFinancialAccount/ID', means('PayeePartyCreditorFinancialAccount/IBANID')],
  'BT-85': ['PaymentMeans/PayeeFinancialAccount/Name', means('PayeePartyCreditorFinancialAccount/AccountName')],
  'BT-86': [
    'PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID',
    means('PayeeSpecifiedCreditorFinancialInstitution/BICID'),
  ],
  'BT-106': ['LegalMonetaryTotal/LineExtensionAmount', summed('LineTotalAmount')],
  'BT-109': ['LegalMonetaryTotal/TaxExclusiveAmount', summed('TaxBasisTotalAmount')],
  'BT-110': ['TaxTotal/TaxAmount', summed('TaxTotalAmount')],
  'BT-112': ['LegalMonetaryTotal/TaxInclusiveAmount', summed('GrandTotalAmount')],
  'BT-113': ['LegalMonetaryTotal/PrepaidAmount', summed('TotalPrepaidAmount')],
  'BT-115': ['LegalMonetaryTotal/PayableAmount', summed('DuePayableAmount')],
  'BT-116': ['TaxTotal/TaxSubtotal/TaxableAmount', settled('ApplicableTradeTax/BasisAmount')],
  'BT-117': ['TaxTotal/TaxSubtotal/TaxAmount', settled('ApplicableTradeTax/CalculatedAmount')],
  'BT-118': ['TaxTotal/TaxSubtotal/TaxCategory/ID', settled('ApplicableTradeTax/CategoryCode')],
  'BT-119': ['TaxTotal/TaxSubtotal/TaxCategory/Percent', settled('ApplicableTradeTax/RateApplicablePercent')],
  'BT-120': ['TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason', settled('ApplicableTradeTax/ExemptionReason')],
  'BT-121': [
    'TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode',
    settled('ApplicableTradeTax/ExemptionReasonCode'),
  ],
};

/** The same of a line. */
const LINE_TERMS: typeof TERMS = {
  'BT-126': ['ID', 'AssociatedDocumentLineDocument/LineID'],
  'BT-129': ['', 'SpecifiedLineTradeDelivery/BilledQuantity'],
  'BT-131': [
    'LineExtensionAmount',
    'SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount',
  ],
  'BT-134': [
    'InvoicePeriod/StartDate',
    'SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/StartDateTime/DateTimeString',
  ],
  'BT-135': ['InvoicePeriod/EndDate', 'SpecifiedLineTradeSettlement/BillingSpecifiedPeriod/EndDateTime/DateTimeString'],
  'BT-146': ['Price/PriceAmount', 'SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount'],
  'BT-151': ['Item/ClassifiedTaxCategory/ID', 'SpecifiedLineTradeSettlement/ApplicableTradeTax/CategoryCode'],
  'BT-152': [
    'Item/ClassifiedTaxCategory/Percent',
    'SpecifiedLineTradeSettlement/ApplicableTradeTax/RateApplicablePercent',
  ],
  'BT-153': ['Item/Name', 'SpecifiedTradeProduct/Name'],
  'BT-154': ['Item/Description', 'SpecifiedTradeProduct/Description'],
  'BT-155': ['Item/SellersItemIdentification/ID', 'SpecifiedTradeProduct/SellerAssignedID'],
};

const PARTY_TERMS: typeof TERMS = {
  id: ['PartyIdentification/ID', 'ID'],
  name: ['PartyLegalEntity/RegistrationName', 'Name'],
  registration: ['PartyLegalEntity/CompanyID', 'SpecifiedLegalOrganization/ID'],
  street: ['PostalAddress/StreetName', 'PostalTradeAddress/LineOne'],
  city: ['PostalAddress/CityName', 'PostalTradeAddress/CityName'],
  postal_code: ['PostalAddress/PostalZone', 'PostalTradeAddress/PostcodeCode'],
  region: ['PostalAddress/CountrySubentity', 'PostalTradeAddress/CountrySubDivisionName'],
  country: ['PostalAddress/Country/IdentificationCode', 'PostalTradeAddress/CountryID'],
  tax_ids: ['PartyTaxScheme/CompanyID', 'SpecifiedTaxRegistration/ID'],
  phone: ['Contact/Telephone', 'DefinedTradeContact/TelephoneUniversalCommunication/CompleteNumber'],
  email: ['Contact/ElectronicMail', 'DefinedTradeContact/EmailURIUniversalCommunication/URIID'],
};

function settled(path: string): string {
  return `${CII_TRADE}/ApplicableHeaderTradeSettlement/${path}`;
}
function summed(path: string): string {
  return settled(`SpecifiedTradeSettlementHeaderMonetarySummation/${path}`);
}
function means(path: string): string {
  return settled(`SpecifiedTradeSettlementPaymentMeans/${path}`);
}

export function readUbl(bytes: Uint8Array): Read {
  const root = parseXml(bytes, 'The UBL');
  const kind = root.name;
  const quantity = kind === 'Invoice' ? 'InvoicedQuantity' : 'CreditedQuantity';
  return {
    'BT-3': textAt(root, `${kind}TypeCode`),
    ...termsOf(root, { terms: TERMS, at: 0 }),
    ...prefixed('seller', elementAt(root, 'AccountingSupplierParty/Party'), 0),
    ...prefixed('buyer', elementAt(root, 'AccountingCustomerParty/Party'), 0),
    ...linesOf(elementsAt(root, `${kind}Line`), { at: 0, quantity }),
  };
}

export function readCii(bytes: Uint8Array): Read {
  const root = parseXml(bytes, 'The CII');
  return {
    'BT-3': textAt(root, 'ExchangedDocument/TypeCode'),
    ...termsOf(root, { terms: TERMS, at: 1 }),
    ...prefixed('seller', elementAt(root, `${CII_TRADE}/ApplicableHeaderTradeAgreement/SellerTradeParty`), 1),
    ...prefixed('buyer', elementAt(root, `${CII_TRADE}/ApplicableHeaderTradeAgreement/BuyerTradeParty`), 1),
    ...linesOf(elementsAt(root, `${CII_TRADE}/IncludedSupplyChainTradeLineItem`), { at: 1, quantity: '' }),
  };
}

function termsOf(element: XmlElement, { terms, at }: { terms: typeof TERMS; at: 0 | 1 }): Record<string, string[]> {
  const found = Object.entries(terms).flatMap(([term, paths]) => {
    if (paths[at] === '') return [];
    const texts = elementsAt(element, paths[at]).map(({ text, attributes }) =>
      attributes.format === '102' ? text.replace(/(....)(..)(..)/, '$1-$2-$3') : text,
    );
    return texts.length === 0 ? [] : [[term, texts] as const];
  });
  return Object.fromEntries(found);
}

function prefixed(role: string, element: XmlElement | undefined, at: 0 | 1): Read {
  if (!element) return {};
  const found = Object.entries(termsOf(element, { terms: PARTY_TERMS, at }));
  return Object.fromEntries(found.map(([term, texts]) => [`${role} ${term}`, texts]));
}

function linesOf(lines: readonly XmlElement[], { at, quantity }: { at: 0 | 1; quantity: string }): Read {
  const found = lines.flatMap((line, index) => {
    const terms = termsOf(line, { terms: LINE_TERMS, at });
    const texts = quantity === '' ? terms : { ...terms, 'BT-129': [textAt(line, quantity) ?? ''] };
    return Object.entries(texts).map(([term, each]) => [`${index + 1} ${term}`, each] as const);
  });
  return Object.fromEntries(found);
}
