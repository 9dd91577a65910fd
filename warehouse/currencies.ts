import { Rejected } from './errors.ts';

/**
 * The active currencies of ISO 4217 as of 2026-01-01, by the decimal places of their minor unit, with its funds codes; BGN, which ended
 * on that day, stays for refunds. Metals, test codes and units without a minor unit are no money. What Stripe takes for the minor unit
 * of a currency is Stripe's matter: ingest/stripe/amounts.ts. A currency that is not listed is refused, never guessed.
 */
const CODES: readonly (readonly [places: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD
    MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
    RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

const EXPONENTS = new Map(
  CODES.flatMap(([places, codes]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, places] as const),
  ).sort(),
);

export const CURRENCIES: readonly string[] = [...EXPONENTS.keys()];

/** Decimal places of the minor unit: 2 for USD, 0 for JPY. Throws `Rejected` for an unsupported currency. */
export function requireExponent(currency: string): number {
  const exponent = EXPONENTS.get(currency);
  if (exponent === undefined) throw new Rejected(`The currency ${JSON.stringify(currency)} is not supported.`);
  return exponent;
}
