import { isDay } from '../../warehouse/clock.ts';
import { CURRENCIES, requireExponent } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { dividedHalfAway, minorToDecimal, parseDecimal, roundedMinor } from '../../warehouse/money.ts';
import { taxFaults } from './check-tax.ts';
import { INVOICE_KINDS, type Invoice, type InvoiceLine, type Party } from './invoice.ts';
import { INVOICE_WORDS } from './words.ts';

/** What the figures of EN 16931 can have (BR-DEC-01 to BR-DEC-28). */
const MOST_PLACES = 2;
/** XML 1.0 has no other control characters, and a name has no line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;
/** 10⁹ nanos in a unit. */
const NANOS = 1_000_000_000n;

/** Throws `Rejected` with every fault, one a line, unless an invoice keeps our rules. Outside validators check the rest in tests. */
export function assertInvoice(invoice: Invoice): void {
  const faults = faultsOfInvoice(invoice);
  if (faults.length === 0) return;
  throw new Rejected(`${nameOf(invoice)} cannot be issued: ${faults.join('; ')}.`);
}

const nameOf = ({ kind, number, supplier }: Invoice): string =>
  `${INVOICE_WORDS.en.titles[kind]} ${number} of ${supplier.party_id}`;

/** Every fault of an invoice, with its field. The names in brackets are rules of EN 16931. */
export function faultsOfInvoice(invoice: Invoice): string[] {
  const { currency } = invoice;
  if (!CURRENCIES.includes(currency)) return [`currency: ${currency} is not supported`];
  if (requireExponent(currency) > MOST_PLACES)
    return [
      `currency: ${currency} has ${requireExponent(currency)} decimal places, and an invoice of EN 16931 at most two; invoice it in another way`,
    ];
  return [
    ...headFaults(invoice),
    ...partyFaults('supplier', invoice.supplier),
    ...partyFaults('customer', invoice.customer),
    ...invoice.lines.flatMap((line, at) => lineFaults(line, { at, currency })),
    ...totalFaults(invoice),
    ...taxFaults(invoice),
  ];
}

function headFaults({ kind, language, number, issued_on, lines, preceding, notes, payment_terms }: Invoice): string[] {
  const { isCredit, isSelfBilled } = INVOICE_KINDS[kind];
  return [
    ...textFaults('number', number),
    ...textFaults('payment_terms', payment_terms),
    ...notes.flatMap((note, at) => textFaults(`notes ${at + 1}`, note)),
    ...(isDay(issued_on) ? [] : [`issued_on: ${JSON.stringify(issued_on)} is no day`]),
    ...(lines.length > 0 ? [] : ['lines: there is none (BR-16)']),
    ...(isCredit && preceding.length === 0 ? ['preceding: a credit note names the invoice that it reduces'] : []),
    ...(!isCredit && preceding.length > 0 ? ['preceding: an invoice reduces no other'] : []),
    // Article 226(10a) of Directive 2006/112/EC.
    ...(isSelfBilled && !notes.includes(INVOICE_WORDS[language].selfBilling)
      ? [`notes: the word ${INVOICE_WORDS[language].selfBilling} is missing`]
      : []),
  ];
}

function partyFaults(role: string, party: Party): string[] {
  const { party_id, address, vat_id } = party;
  const texts = [
    ['name', party.name],
    ['street', address.street],
    ['city', address.city],
    ['region', address.region],
    ['postal_code', address.postal_code],
    ['tax_number', party.tax_number],
    ['registration_id', party.registration_id],
    ['email', party.email],
    ['phone', party.phone],
  ] as const;
  const of = (field: string) => `${field} of ${role} ${party_id}`;
  return [
    ...texts.flatMap(([field, text]) => (text === null ? [] : textFaults(of(field), text))),
    ...(/^[A-Z]{2}$/.test(address.country) ? [] : [`${of('country')}: it is two letters (BR-09)`]),
    ...(vat_id === null || /^[A-Z]{2}[0-9A-Z+*]{2,}$/.test(vat_id)
      ? []
      : [`${of('vat_id')}: it begins with the letters of its country (BR-CO-09)`]),
  ];
}

function lineFaults(line: InvoiceLine, { at, currency }: { at: number; currency: string }): string[] {
  const { name, description, item_id, quantity, price, net_minor } = line;
  const of = (field: string) => `${field} of line ${at + 1}`;
  const worth = dividedHalfAway(parseDecimal(quantity) * parseDecimal(price), NANOS);
  return [
    ...textFaults(of('name'), name),
    ...textFaults(of('description'), description),
    ...(item_id === null ? [] : textFaults(of('item_id'), item_id)),
    ...(parseDecimal(price) < 0n ? [`${of('price')}: it is negative (BR-27)`] : []),
    ...(roundedMinor(worth, currency) === net_minor
      ? []
      : [`${of('net_minor')}: ${quantity} at ${price} is not ${minorToDecimal(net_minor, currency)}`]),
  ];
}

function totalFaults({ lines, taxes, totals, currency }: Invoice): string[] {
  const { net_minor, tax_minor, gross_minor, paid_minor, due_minor } = totals;
  const sums = [
    ['net_minor', net_minor, lines.reduce((sum, line) => sum + line.net_minor, 0n), 'BR-CO-10'],
    ['tax_minor', tax_minor, taxes.reduce((sum, tax) => sum + tax.tax_minor, 0n), 'BR-CO-14'],
    ['gross_minor', gross_minor, net_minor + tax_minor, 'BR-CO-15'],
    ['due_minor', due_minor, gross_minor - paid_minor, 'BR-CO-16'],
  ] as const;
  const shown = (minor: bigint) => minorToDecimal(minor, currency);
  return [
    ...sums.flatMap(([field, has, must, rule]) =>
      has === must ? [] : [`${field}: it must be ${shown(must)}, not ${shown(has)} (${rule})`],
    ),
    ...(net_minor > 0n ? [] : [`the sum without tax is ${shown(net_minor)} ${currency}, which is nothing to invoice`]),
    ...(paid_minor >= 0n && due_minor >= 0n
      ? []
      : [
          `the amount paid is ${shown(paid_minor)} ${currency}; it must be between nothing and the total of ${shown(gross_minor)} ${currency}`,
        ]),
  ];
}

function textFaults(field: string, text: string): string[] {
  if (text.trim() === '') return [`${field}: it is empty`];
  return CONTROL.test(text) || !text.isWellFormed() ? [`${field}: it has characters that XML cannot hold`] : [];
}
