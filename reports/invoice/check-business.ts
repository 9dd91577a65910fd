import { isValidBIC } from 'ibantools';
import { ibanFault, vatIdFault } from '../../ingest/tax/tax-numbers.ts';
import type { Party, PaymentAccount } from './invoice.ts';

/** The letters of VAT ids where they are not those of the country: Greece writes EL, Northern Ireland XI, and Monaco has those of France. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = { GR: ['EL'], GB: ['GB', 'XI'], MC: ['FR'] };

/** What is wrong with the VAT id of a business; undefined if nothing is or it has none. Nothing asks VIES. */
export function vatIdFaultOf({ vat_id, address: { country } }: Pick<Party, 'vat_id' | 'address'>): string | undefined {
  if (vat_id === null) return undefined;
  const prefixes = PREFIXES[country] ?? [country];
  if (!prefixes.includes(vat_id.slice(0, 2)))
    return `must begin with ${prefixes.join(' or ')}, for the address is in ${country}`;
  return vatIdFault(country === 'MC' ? 'FR' : country, vat_id) === undefined
    ? undefined
    : `is not a VAT id of ${country}: its length or its check digit is wrong`;
}

/** Every fault of an account. A number that begins as an IBAN must be one. */
export function accountFaults({ number, bic }: Pick<PaymentAccount, 'number' | 'bic'>): string[] {
  const iban = /^[A-Z]{2}\d{2}/i.test(number) ? ibanFault(number) : undefined;
  return [
    ...(iban === undefined ? [] : [`account.number ${iban}`]),
    ...(bic === null || isValidBIC(bic) ? [] : ['account.bic is not a BIC: eight or eleven letters and digits']),
  ];
}
