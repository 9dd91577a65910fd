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

const Usage = exactly(papers('By the country of the developer.'), 'Invoices to developers for metered use.');

const OtherPayer = exactly(
  { issuer: BusinessSchema, self_billing: Type.Optional(SelfBilling) },
  'Another company that pays creators, and the self-billing invoices that it issues.',
);

const Invoices = exactly(
  {
    issuer: BusinessSchema,
    account: Type.Union([
      exactly({ number: text(50), holder: text(), bic: orNull(text(11)) }, 'Where developers pay to.'),
      Type.Null(),
    ]),
    decided_on: Day,
    self_billing: Type.Optional(SelfBilling),
    usage: Type.Optional(Usage),
    other_payers: otherPayers(OtherPayer),
  },
  'What the operator has decided for invoices; a kind without settings is not issued.',
);

export type InvoiceSettings = Static<typeof Invoices>;
type PayerSettings = Static<typeof OtherPayer>;
/** As one payer has it. */
export type InvoiceFile = Hashed<InvoiceSettings> & {
  /** As the tax file calls the payer; none is the main one. */
  readonly payer_id?: string;
};
export type TaxTreatment = Static<typeof Treatment>;

export const { read: readInvoiceFile, parse: parseInvoiceFile } = settingsFile({
  called: 'invoice file',
  setting: 'TANTIEME_INVOICE_FILE',
  unset:
    'No invoice can be issued, because nothing is decided for it; set TANTIEME_INVOICE_FILE (reports/invoice/README.md has an example).',
  schema: Invoices,
  faultsBetween: ({ usage, account, other_payers, ...main }) => [
    ...faultsByPayer(byPayer<PayerSettings>(main, other_payers), faultsOfPayer),
    ...faultsOfIds(other_payers, 'the issuer of the file'),
    ...faultsOfPrefixes([main, ...Object.values(other_payers ?? {})]),
    ...(account ? accountFaults(account) : []),
    ...reverseChargeFaults('usage', usage?.treatments ?? [], main.issuer),
    ...treatmentFaults('usage', usage?.treatments ?? []),
    ...(main.self_billing && usage && main.self_billing.number_prefix === usage.number_prefix
      ? ['usage.number_prefix is that of self_billing; give each its own']
      : []),
    ...(usage && main.issuer.vat_id === null && main.issuer.tax_number === null
      ? ['issuer.vat_id is needed for usage, or issuer.tax_number']
      : []),
  ],
});

/** The invoice file as it is for the creators of a payer; undefined if it does not have that payer. */
export function invoiceFileOf(file: InvoiceFile, payer_id: string): InvoiceFile | undefined {
  if (payer_id === MAIN_PAYER) return file;
  const { decided_on, file_hash, other_payers = {} } = file;
  const payer = Object.hasOwn(other_payers, payer_id) ? other_payers[payer_id] : undefined;
  return payer && { ...payer, account: null, decided_on, file_hash, payer_id };
}

function faultsOfPayer({ issuer, self_billing }: PayerSettings): string[] {
  const fault = vatIdFaultOf(issuer);
  const treatments = self_billing?.treatments ?? [];
  return [
    ...(fault === undefined ? [] : [`issuer.vat_id ${fault}`]),
    ...treatmentFaults('self_billing', treatments),
    ...selfBilledVatFaults(treatments),
    ...reverseChargeFaults('self_billing', treatments, issuer),
  ];
}

/** A sequence is the supplier's, whoever its customer is: a creator whose payer changes goes on in it. */
function faultsOfPrefixes(payers: readonly PayerSettings[]): string[] {
  const prefixes = payers.flatMap(({ self_billing }) => self_billing?.number_prefix ?? []);
  return new Set(prefixes).size > 1
    ? ['self_billing.number_prefix must be the same for all payers, because the sequence is that of the creator']
    : [];
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
