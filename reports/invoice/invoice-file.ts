import { type Static, Type } from 'typebox';
import { MAIN_PAYER } from '../../warehouse/vocabulary/tax.ts';
import { exactly } from '../exactly.ts';
import { byPayer, faultsByPayer, faultsOfIds, otherPayers } from '../other-payers.ts';
import { type Hashed, settingsFile } from '../settings-file.ts';
import { Country, Day, orNull, text } from '../settings-shapes.ts';
import { LOCALES } from '../statement/format.ts';
import { accountFaults, vatIdFaultOf } from './check-business.ts';
import { TAX_CATEGORIES, type TaxCategory } from './invoice.ts';

const Prefix = Type.String({ pattern: '^[A-Za-z0-9/-]{1,20}$' });

/** A business as it stands on an invoice. */
export const BusinessSchema = exactly(
  {
    name: text(),
    address: exactly(
      { street: text(), city: text(), region: orNull(text()), postal_code: orNull(text(20)), country: Country },
      'Where it is established.',
    ),
    vat_id: Type.Union([Type.String({ pattern: '^[A-Z]{2}[0-9A-Z+*]{2,28}$' }), Type.Null()], {
      description: 'With the letters of its country.',
    }),
    tax_number: orNull(text(50)),
    registration_id: orNull(text(50)),
    email: orNull(text(100)),
    phone: orNull(text(50)),
    language: Type.Optional(Type.Enum([...LOCALES], { description: 'Of the invoices with it; English by default.' })),
  },
  'A business; null where it has none of something.',
);

export type Business = Static<typeof BusinessSchema>;

/** Which tax an invoice shows: decided by the operator for a country and kind of the other party, with the source of the decision. */
const Treatment = exactly(
  {
    countries: Type.Array(Country, { minItems: 1, uniqueItems: true }),
    party: Type.Enum(['with_vat_id', 'without_vat_id']),
    category: Type.Enum([...TAX_CATEGORIES]),
    percent: Type.Union([Type.String({ pattern: '^(0|[1-9]\\d?)(\\.\\d{1,4})?$' }), Type.Null()]),
    exemption_code: Type.Union([Type.String({ pattern: '^VATEX-[A-Z0-9-]+$' }), Type.Null()]),
    exemption_reason: orNull(text()),
    exemption_reason_in_german: Type.Optional(text()),
    source: text(),
    checked_on: Day,
  },
  'The tax of invoices with parties of these countries.',
);

const papers = (description: string) => ({
  number_prefix: Prefix,
  payment_terms: text(500),
  notes: Type.Array(text(1000), { maxItems: 20, description: 'What else the law or a contract demands on it.' }),
  in_german: Type.Optional(
    exactly(
      { payment_terms: text(500), notes: Type.Array(text(1000), { maxItems: 20 }) },
      'The same on German invoices.',
    ),
  ),
  treatments: Type.Array(Treatment, { minItems: 1, description }),
});

const SelfBilling = exactly(
  {
    royalties_are: Type.Literal('supplies_to_the_platform', {
      description:
        'The platform buys the licences and sells them in its own name: royalties after its fee are the price. Where it only acts as an agent, self-billing by these invoices is not built.',
    }),
    agreement_versions: Type.Array(text(50), {
      minItems: 1,
      uniqueItems: true,
      description: 'The versions of the agreement under which invoices are issued.',
    }),
    ...papers('By the country of the creator.'),
  },
  'Self-billing invoices and credit notes for creators.',
);

const USAGE = papers('By the country of the developer.');
const Usage = exactly(USAGE, 'Invoices to developers for metered use.');
const Countries = Type.Array(Country, { minItems: 1, uniqueItems: true });
const OtherUsage = exactly(
  { sells_to: Countries, ...USAGE },
  'Invoices to the developers in the countries to which this company sells; all others are sold to by the issuer of the file.',
);

const Account = Type.Union([
  exactly({ number: text(50), holder: text(), bic: orNull(text(11)) }, 'Where developers pay to.'),
  Type.Null(),
]);

const OtherCompany = exactly(
  {
    issuer: BusinessSchema,
    account: Type.Optional(Account),
    self_billing: Type.Optional(SelfBilling),
    usage: Type.Optional(OtherUsage),
  },
  'Another company that pays creators or sells to developers, and the invoices that it issues.',
);

const Invoices = exactly(
  {
    issuer: BusinessSchema,
    account: Account,
    decided_on: Day,
    self_billing: Type.Optional(SelfBilling),
    usage: Type.Optional(Usage),
    other_payers: otherPayers(OtherCompany),
  },
  'What the operator has decided for invoices; a kind without settings is not issued.',
);

export type InvoiceSettings = Static<typeof Invoices>;
type Company = Omit<Static<typeof OtherCompany>, 'usage'> & { readonly usage?: Static<typeof Usage> };
/** As one company has it. */
export type InvoiceFile = Hashed<InvoiceSettings> & {
  /** As the file, and the tax file, call the company; none is the main one. */
  readonly payer_id?: string;
};
export type TaxTreatment = Static<typeof Treatment>;

export const { read: readInvoiceFile, parse: parseInvoiceFile } = settingsFile({
  called: 'invoice file',
  setting: 'TANTIEME_INVOICE_FILE',
  unset:
    'No invoice can be issued, because nothing is decided for it; set TANTIEME_INVOICE_FILE (reports/invoice/README.md has an example).',
  schema: Invoices,
  faultsBetween: ({ other_payers, ...main }) => [
    ...faultsByPayer(byPayer<Company>(main, other_payers), faultsOfCompany),
    ...faultsOfIds(other_payers, 'the issuer of the file'),
    ...faultsOfPrefixes([main, ...Object.values(other_payers ?? {})]),
    ...faultsOfSellers(Object.entries(other_payers ?? {})),
  ],
});

/** The companies that have settings of their own, the issuer of the file first. */
export const companiesOf = (file: InvoiceFile): Company[] => [file, ...Object.values(file.other_payers ?? {})];

/** The invoice file as it is for the company that sells to developers in a country. */
export function sellerIn(file: InvoiceFile, country: string): InvoiceFile {
  const [id] = Object.entries(file.other_payers ?? {}).find(([, { usage }]) => usage?.sells_to.includes(country)) ?? [];
  return (id !== undefined && invoiceFileOf(file, id)) || file;
}

/** The invoice file as it is for a company, such as the payer of a creator; undefined if it does not have that one. */
export function invoiceFileOf(file: InvoiceFile, payer_id: string): InvoiceFile | undefined {
  if (payer_id === MAIN_PAYER) return file;
  const { decided_on, file_hash, other_payers = {} } = file;
  const company = Object.hasOwn(other_payers, payer_id) ? other_payers[payer_id] : undefined;
  return company && { account: null, ...company, decided_on, file_hash, payer_id };
}

function faultsOfCompany({ issuer, account, self_billing, usage }: Company): string[] {
  const fault = vatIdFaultOf(issuer);
  const kinds = { self_billing: self_billing?.treatments ?? [], usage: usage?.treatments ?? [] };
  return [
    ...(fault === undefined ? [] : [`issuer.vat_id ${fault}`]),
    ...(account ? accountFaults(account) : []),
    ...selfBilledVatFaults(kinds.self_billing),
    ...Object.entries(kinds).flatMap(([kind, treatments]) => [
      ...treatmentFaults(kind, treatments),
      ...reverseChargeFaults(kind, treatments, issuer),
    ]),
    ...(usage && issuer.vat_id === null && issuer.tax_number === null
      ? ['issuer.vat_id is needed for usage, or issuer.tax_number']
      : []),
  ];
}

/**
 * A sequence is the supplier's. That of a creator goes on when its customer, the payer, changes; each company that sells has one of its own, and no two
 * invoices that are told apart by their numbers alone.
 */
function faultsOfPrefixes(companies: readonly Company[]): string[] {
  const ofCreators = companies.flatMap(({ self_billing }) => self_billing?.number_prefix ?? []);
  const ofSellers = companies.flatMap(({ usage }) => usage?.number_prefix ?? []);
  return [
    ...(new Set(ofCreators).size > 1
      ? ['self_billing.number_prefix must be the same for all payers, because the sequence is that of the creator']
      : []),
    ...(ofSellers.some((prefix) => ofCreators.includes(prefix))
      ? ['usage.number_prefix is that of self_billing; give each its own']
      : []),
    ...(new Set(ofSellers).size < ofSellers.length
      ? ['usage.number_prefix is the same for two companies; give each its own']
      : []),
  ];
}

/** A developer is sold to by one company. */
function faultsOfSellers(others: readonly (readonly [string, Static<typeof OtherCompany>])[]): string[] {
  const claims = others.flatMap(([id, { usage }]) => (usage?.sells_to ?? []).map((country) => [country, id] as const));
  return [...Map.groupBy(claims, ([country]) => country)].flatMap(([country, of]) =>
    of.length > 1
      ? [`other_payers: ${of.map(([, id]) => id).join(' and ')} both sell to ${country}; decide which one does`]
      : [],
  );
}

function treatmentFaults(kind: string, treatments: readonly TaxTreatment[]): string[] {
  const keys = treatments.flatMap(({ countries, party }) => countries.map((country) => `${country} ${party}`));
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at);
  return [
    ...[...new Set(twice)].map((key) => `${kind}.treatments: ${key} is decided twice`),
    ...treatments.flatMap((each, at) => ofTreatment(each).map((fault) => `${kind}.treatments.${at}.${fault}`)),
  ];
}

/** The ledger has no VAT on royalties and a payout pays none: an invoice with it would say that more is due than is owed. */
function selfBilledVatFaults(treatments: readonly TaxTreatment[]): string[] {
  return treatments.flatMap(({ category }, at) =>
    category === 'S'
      ? [
          `self_billing.treatments.${at}.category cannot be S: the ledger does not book VAT on royalties and no payout pays it, so the invoice would say more than what is paid; leave these countries out`,
        ]
      : [],
  );
}

/** Articles 196 and 226(3) and (4) of Directive 2006/112/EC: two VAT ids, and two countries. */
function reverseChargeFaults(kind: string, treatments: readonly TaxTreatment[], issuer: Business): string[] {
  return treatments.flatMap(({ category, party, countries }, at) => {
    if (category !== 'AE') return [];
    const of = `${kind}.treatments.${at}`;
    const { country } = issuer.address;
    return [
      ...(issuer.vat_id === null ? [`issuer.vat_id is needed for AE in ${of}`] : []),
      ...(party === 'with_vat_id' ? [] : [`${of}.party must be with_vat_id for AE`]),
      ...(countries.includes(country)
        ? [`${of}.countries has ${country}, where the issuer is, so AE cannot be right`]
        : []),
    ];
  });
}

const CODES: Partial<Readonly<Record<TaxCategory, string>>> = { AE: 'VATEX-EU-AE', G: 'VATEX-EU-G', O: 'VATEX-EU-O' };

function ofTreatment({ category, percent, exemption_code, exemption_reason }: TaxTreatment): string[] {
  const isZero = percent !== null && /^0(\.0+)?$/.test(percent);
  const rate = percent === null ? 'null' : isZero ? 'zero' : 'positive';
  const wanted = category === 'O' ? 'null' : category === 'S' ? 'positive' : 'zero';
  const code = CODES[category];
  const isTaxed = category === 'S' || category === 'Z';
  return [
    ...(rate === wanted ? [] : [`percent must be ${wanted} for ${category}`]),
    ...(code !== undefined && exemption_code !== code ? [`exemption_code must be ${code} for ${category}`] : []),
    ...(category === 'E' && exemption_code === null && exemption_reason === null
      ? ['exemption_reason is needed for E, or exemption_code']
      : []),
    ...(isTaxed && (exemption_code !== null || exemption_reason !== null)
      ? [`exemption_reason and exemption_code must be null for ${category}`]
      : []),
  ];
}

/** The treatment of a party; undefined if none was decided. */
export function treatmentOf(
  treatments: readonly TaxTreatment[],
  { country, hasVatId }: { readonly country: string; readonly hasVatId: boolean },
): TaxTreatment | undefined {
  const kind = hasVatId ? 'with_vat_id' : 'without_vat_id';
  return treatments.find(({ countries, party }) => party === kind && countries.includes(country));
}
