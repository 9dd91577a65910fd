import { dividedHalfAway, minorToDecimal, parseDecimal } from '../../warehouse/money.ts';
import type { Invoice, TaxCategory, TaxRate, TaxSubtotal } from './invoice.ts';

/** 100 % in billionths of a per cent. */
const HUNDRED_PERCENT = 100_000_000_000n;

/**
 * What a category of tax demands beside its rate: BR-S, BR-Z, BR-E, BR-AE, BR-G and BR-O of EN 16931. With reverse charge both parties have a VAT
 * id (Article 226(3) and (4) of Directive 2006/112/EC), and, as only Article 196 is built, are established in different countries.
 */
interface CategoryRules {
  readonly rate: 'positive' | 'zero' | 'none';
  readonly reason: 'needed' | 'none';
  /** `known`: a VAT id, or the number of the supplier at its tax office. */
  readonly supplier: 'known' | 'vat_id' | 'none';
  /** `abroad`: a VAT id, in another country than that of the supplier. */
  readonly customer: 'any' | 'abroad' | 'none';
}

const RULES: Readonly<Record<TaxCategory, CategoryRules>> = {
  S: { rate: 'positive', reason: 'none', supplier: 'known', customer: 'any' },
  Z: { rate: 'zero', reason: 'none', supplier: 'known', customer: 'any' },
  E: { rate: 'zero', reason: 'needed', supplier: 'known', customer: 'any' },
  AE: { rate: 'zero', reason: 'needed', supplier: 'vat_id', customer: 'abroad' },
  G: { rate: 'zero', reason: 'needed', supplier: 'vat_id', customer: 'any' },
  O: { rate: 'none', reason: 'needed', supplier: 'none', customer: 'none' },
};

/** base × rate, rounded to the minor unit, half away from zero (BR-CO-17). */
export function taxOf(base_minor: bigint, percent: string | null): bigint {
  return percent === null ? 0n : dividedHalfAway(base_minor * parseDecimal(percent), HUNDRED_PERCENT);
}

/** Lines by category and rate, with their sums, in the order of the lines. */
export function basesOf(lines: Invoice['lines']): ReadonlyMap<string, bigint> {
  const bases = new Map<string, bigint>();
  for (const { tax, net_minor } of lines) bases.set(keyOf(tax), (bases.get(keyOf(tax)) ?? 0n) + net_minor);
  return bases;
}

const keyOf = ({ category, percent }: TaxRate): string => `${category} ${percent ?? '-'}`;

/** Every fault of the taxes of an invoice. A tax that was rounded line by line may differ from that of the sum by one minor unit a line. */
export function taxFaults(invoice: Invoice): string[] {
  const { taxes, lines, currency } = invoice;
  const bases = basesOf(lines);
  const keys = taxes.map(keyOf);
  const most = BigInt(lines.length);
  return [
    ...[...bases.keys()].filter((key) => !keys.includes(key)).map((key) => `taxes: ${key} of a line is missing`),
    ...(new Set(keys).size === keys.length ? [] : ['taxes: a category and rate is there twice']),
    ...(taxes.length > 1 && taxes.some(({ category }) => category === 'O')
      ? ['taxes: what is outside the scope of tax stands alone (BR-O-11)']
      : []),
    ...taxes.flatMap((tax) => {
      const base = bases.get(keyOf(tax)) ?? 0n;
      const difference = tax.tax_minor - taxOf(tax.base_minor, tax.percent);
      return [
        ...(tax.base_minor === base
          ? []
          : [`taxes: the base of ${keyOf(tax)} must be ${minorToDecimal(base, currency)}`]),
        ...(difference <= most && difference >= -most
          ? []
          : [`taxes: ${minorToDecimal(tax.tax_minor, currency)} is not the tax of ${keyOf(tax)} (BR-CO-17)`]),
        ...categoryFaults(tax, invoice),
      ];
    }),
  ];
}

function categoryFaults(tax: TaxSubtotal, { supplier, customer, currency }: Invoice): string[] {
  const { category, percent, exemption_code, exemption_reason } = tax;
  const rules = RULES[category];
  const nanos = percent === null ? null : parseDecimal(percent);
  const rate = nanos === null ? 'none' : nanos === 0n ? 'zero' : nanos > 0n ? 'positive' : 'negative';
  const isKnown = supplier.vat_id !== null || supplier.tax_number !== null;
  const [seller, buyer] = [supplier.party_id, customer.party_id];
  const hasReason = exemption_code !== null || exemption_reason !== null;
  return [
    ...(rate === rules.rate ? [] : [`taxes: the rate of ${category} is ${rules.rate}, not ${rate}`]),
    ...(category === 'S' ? currencyFaults(supplier.address.country, currency) : []),
    ...(rules.reason === 'needed' && !hasReason ? [`taxes: ${category} needs the reason of its exemption`] : []),
    ...(rules.reason === 'none' && hasReason ? [`taxes: ${category} is no exemption`] : []),
    ...(rules.supplier === 'known' && !isKnown
      ? [`vat_id of supplier ${seller}: ${category} needs it, or tax_number`]
      : []),
    ...(rules.supplier === 'vat_id' && supplier.vat_id === null
      ? [`vat_id of supplier ${seller}: ${category} needs it`]
      : []),
    ...(rules.customer === 'abroad' && customer.vat_id === null
      ? [`vat_id of customer ${buyer}: ${category} needs it`]
      : []),
    ...(rules.customer === 'abroad' && supplier.address.country === customer.address.country
      ? [`taxes: ${category} is for parties in two countries, and both are in ${supplier.address.country}`]
      : []),
    ...(rules.supplier === 'none' && (supplier.vat_id !== null || customer.vat_id !== null)
      ? [`vat_id: what is outside the scope of tax has none (BR-O-02)`]
      : []),
  ];
}

/** Countries with VAT by their currency. Bulgaria has the euro since 2026-01-01. Source: ISO 4217. */
const EURO = 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC MT NL PT SI SK'.split(' ');
const OWN_CURRENCIES: Readonly<Record<string, string>> = {
  ...{
    CH: 'CHF',
    CZ: 'CZK',
    DK: 'DKK',
    GB: 'GBP',
    HU: 'HUF',
    IS: 'ISK',
    LI: 'CHF',
    NO: 'NOK',
    PL: 'PLN',
    RO: 'RON',
    SE: 'SEK',
  },
  ...Object.fromEntries(EURO.map((country) => [country, 'EUR'])),
};

/** VAT is also stated in the currency of its country (Article 230 of Directive 2006/112/EC; BT-6, of the country of the seller), which is not built. */
function currencyFaults(country: string, currency: string): string[] {
  const own = OWN_CURRENCIES[country];
  return own === undefined || own === currency
    ? []
    : [
        `currency: VAT of ${country} must be stated in ${own}, and an invoice in ${currency} cannot do that yet (BT-6 and BT-111 are not built); invoice it in another way`,
      ];
}
