import { isValidBIC, ValidationErrorsIBAN, validateIBAN } from 'ibantools';
import { BankTexts } from './bank-text.ts';
import { commonFaults, type Fault } from './order-faults.ts';
import type { Address, SepaOrder, SepaPayment, TextChange } from './payment-order.ts';

/**
 * The rules of the EPC for SEPA credit transfers that the schema of pain.001 does not know: the rulebook of 2025 and its customer-to-bank
 * guidelines (EPC125-05, EPC132-08), the character set (EPC230-15), the countries (EPC409-09 of December 2025) and addresses (EPC153-22).
 */

const EEA = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ');
const OUTSIDE_EEA = 'AD AL CH GB GI MC MD ME MK RS SM VA'.split(' ');

/** 999,999,999.99 euro (AT-T002). */
export const LARGEST_SEPA_MINOR = 99_999_999_999n;

export const NAME_LENGTH = 70;
export const REMITTANCE_LENGTH = 140;
const ADDRESS_LENGTHS = { street: 70, building: 16, postcode: 16, town: 35, line: 70 } as const;

/** The texts of a payment as the file carries them. */
export interface SepaTexts {
  readonly name: string;
  readonly remittance: string | null;
  readonly address: Address | null;
}

export interface CheckedSepa {
  readonly faults: readonly Fault[];
  readonly changes: readonly TextChange[];
  readonly debtor: SepaTexts;
  /** Those of the payments, by payout id. Without a meaning as long as there are faults. */
  readonly texts: ReadonlyMap<string, SepaTexts>;
}

/** Every fault of an order by the rules of the EPC, and the texts that its file would carry. */
export function checkSepa(order: SepaOrder): CheckedSepa {
  const texts = new BankTexts();
  const faults = commonFaults(order, { currency: 'EUR', largest: LARGEST_SEPA_MINOR });
  const add = (creator_id: string | null, field: string, reason: string | undefined): void => {
    if (reason !== undefined) faults.push({ creator_id, field, reason });
  };
  add(null, 'order_id', faultOfId(order.order_id));
  add(null, 'IBAN', faultOfIban(order.debtor.iban));
  add(null, 'BIC', faultOfBic(order.debtor.bic));
  if (order.debtor.address === null && [order.debtor, ...order.payments].some(({ iban }) => isOutsideEea(iban)))
    add(null, 'address', 'it is missing, and an account outside the EEA is paid from or to');
  const debtor = textsOf(texts, { ...order.debtor, creator_id: null, remittance: null });
  const byPayout = new Map<string, SepaTexts>();
  for (const payment of order.payments) {
    add(payment.creator_id, 'IBAN', faultOfIban(payment.iban));
    add(payment.creator_id, 'BIC', faultOfBic(payment.bic));
    byPayout.set(payment.payout_id, textsOf(texts, payment));
  }
  return { faults: [...faults, ...texts.faults], changes: texts.changes, debtor, texts: byPayout };
}

type WithTexts = Pick<SepaPayment, 'name' | 'remittance' | 'address'> & { readonly creator_id: string | null };

function textsOf(texts: BankTexts, { creator_id, name, remittance, address }: WithTexts): SepaTexts {
  return {
    name: texts.of(name, { creator_id, field: 'name', longest: NAME_LENGTH }),
    remittance: texts.ofOptional(remittance, { creator_id, field: 'remittance', longest: REMITTANCE_LENGTH }),
    address: address && addressOf(texts, creator_id, address),
  };
}

function addressOf(texts: BankTexts, creator_id: string | null, address: Address): Address {
  const before = texts.faults.length;
  const partOf = (part: 'street' | 'building' | 'postcode'): string | null =>
    texts.ofOptional(address[part], { creator_id, field: `address, ${part}`, longest: ADDRESS_LENGTHS[part] });
  const written = {
    street: partOf('street'),
    building: partOf('building'),
    postcode: partOf('postcode'),
    town: texts.of(address.town, { creator_id, field: 'address, town', longest: ADDRESS_LENGTHS.town }),
    country: address.country,
    lines: address.lines.map((line) =>
      texts.of(line, { creator_id, field: 'address, line', longest: ADDRESS_LENGTHS.line }),
    ),
  };
  // A part that cannot be written has its fault already.
  if (texts.faults.length === before)
    for (const reason of faultsOfAddress(written)) texts.faults.push({ creator_id, field: 'address', reason });
  return written;
}

/** What is wrong with an address as a whole, each without a full stop. */
export function faultsOfAddress(address: Address): string[] {
  const faults: string[] = [];
  if (address.town === '') faults.push('it has no town, so it is not structured');
  if (!/^[A-Z]{2}$/.test(address.country))
    faults.push('its country is not a code of two letters, so it is not structured');
  if (address.lines.length > 2) faults.push('it has more than two lines that are not structured');
  for (const said of [address.street, address.postcode, address.town])
    if (said && address.lines.some((line) => hasWords(line, said))) faults.push(`its lines repeat “${said}”`);
  return faults;
}

/** Whether a text has these words, as whole words. */
function hasWords(text: string, words: string): boolean {
  const plain = (of: string): string =>
    ` ${of
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim()} `;
  return plain(text).includes(plain(words));
}

/** What is wrong with an id of ours: it is carried as it is, so it must fit. */
export function faultOfId(id: string): string | undefined {
  if (!/^[A-Za-z0-9/\-?:().,'+ ]{1,35}$/.test(id) || id.trim() !== id)
    return "it is not 1 to 35 of the characters a-z A-Z 0-9 / - ? : ( ) . , ' + and blanks between them";
  if (id.startsWith('/') || id.endsWith('/') || id.includes('//')) return 'it begins or ends with / or has //';
  return undefined;
}

/** What is wrong with an account, without showing it. */
export function faultOfIban(iban: string): string | undefined {
  const country = iban.slice(0, 2);
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]+$/.test(iban))
    return 'it is not an IBAN in electronic form: capital letters and digits only';
  if (!EEA.includes(country) && !OUTSIDE_EEA.includes(country)) return `its country ${country} is not in SEPA`;
  const { valid, errorCodes } = validateIBAN(iban);
  if (valid) return undefined;
  if (errorCodes.includes(ValidationErrorsIBAN.WrongBBANLength))
    return `it has ${iban.length} characters, which is wrong for ${country}`;
  if (errorCodes.includes(ValidationErrorsIBAN.WrongIBANChecksum))
    return 'its check digits are wrong; at least one character is mistyped';
  return `its account part does not have the form of ${country}`;
}

export function faultOfBic(bic: string | null): string | undefined {
  return bic === null || isValidBIC(bic) ? undefined : 'it is not a BIC of 8 or 11 characters';
}

function isOutsideEea(iban: string): boolean {
  return OUTSIDE_EEA.includes(iban.slice(0, 2));
}
