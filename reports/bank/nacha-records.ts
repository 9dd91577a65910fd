import { invariant } from '../../warehouse/invariant.ts';

/** The records of ACH files, 94 ASCII columns each, by the format specifications of the Nacha Operating Rules (appendix three). */

export const RECORD_LENGTH = 94;
export const RECORDS_PER_BLOCK = 10;

/** Digits are right-aligned with zeros, text is left-aligned with blanks, and what has a value is always that. */
type Column = readonly [name: string, length: number, kind: 'digits' | 'text' | { readonly always: string }];
type Layout = readonly Column[];
export type Values<L extends Layout> = { readonly [Name in L[number][0]]: string };

const type = (digit: string) => ['type', 1, { always: digit }] as const;

export const FILE_HEADER = [
  type('1'),
  ['priority', 2, { always: '01' }],
  ['immediate_destination', 10, 'text'],
  ['immediate_origin', 10, 'text'],
  ['created_on', 6, 'digits'],
  ['created_time', 4, 'text'],
  ['file_id_modifier', 1, 'text'],
  ['record_size', 3, { always: '094' }],
  ['blocking_factor', 2, { always: '10' }],
  ['format', 1, { always: '1' }],
  ['destination_name', 23, 'text'],
  ['origin_name', 23, 'text'],
  ['reference', 8, 'text'],
] as const satisfies Layout;

export const BATCH_HEADER = [
  type('5'),
  ['service_class', 3, 'digits'],
  ['company_name', 16, 'text'],
  ['discretionary', 20, 'text'],
  ['company_id', 10, 'text'],
  ['entry_class', 3, 'text'],
  ['entry_description', 10, 'text'],
  ['descriptive_date', 6, 'text'],
  ['effective_on', 6, 'text'],
  ['settlement_day', 3, 'text'],
  ['originator_status', 1, 'text'],
  ['odfi', 8, 'digits'],
  ['batch_number', 7, 'digits'],
] as const satisfies Layout;

export const ENTRY = [
  type('6'),
  ['transaction_code', 2, 'digits'],
  ['rdfi', 8, 'digits'],
  ['check_digit', 1, 'digits'],
  ['account', 17, 'text'],
  ['amount', 10, 'digits'],
  ['individual_id', 15, 'text'],
  ['name', 22, 'text'],
  ['discretionary', 2, 'text'],
  ['has_addenda', 1, 'digits'],
  ['trace', 15, 'digits'],
] as const satisfies Layout;

export const PAYMENT_ADDENDA = [
  type('7'),
  ['addenda_type', 2, { always: '05' }],
  ['information', 80, 'text'],
  ['sequence', 4, 'digits'],
  ['entry_number', 7, 'digits'],
] as const satisfies Layout;

export const RETURN_ADDENDA = [
  type('7'),
  ['addenda_type', 2, { always: '99' }],
  ['code', 3, 'text'],
  ['original_trace', 15, 'text'],
  ['date_of_death', 6, 'text'],
  ['original_rdfi', 8, 'text'],
  ['information', 44, 'text'],
  ['trace', 15, 'text'],
] as const satisfies Layout;

export const CHANGE_ADDENDA = [
  type('7'),
  ['addenda_type', 2, { always: '98' }],
  ['code', 3, 'text'],
  ['original_trace', 15, 'text'],
  ['reserved_1', 6, 'text'],
  ['original_rdfi', 8, 'text'],
  ['corrected', 29, 'text'],
  ['reserved_2', 15, 'text'],
  ['trace', 15, 'text'],
] as const satisfies Layout;

export const BATCH_CONTROL = [
  type('8'),
  ['service_class', 3, 'digits'],
  ['count', 6, 'digits'],
  ['entry_hash', 10, 'digits'],
  ['debits', 12, 'digits'],
  ['credits', 12, 'digits'],
  ['company_id', 10, 'text'],
  ['authentication', 19, 'text'],
  ['reserved', 6, 'text'],
  ['odfi', 8, 'digits'],
  ['batch_number', 7, 'digits'],
] as const satisfies Layout;

export const FILE_CONTROL = [
  type('9'),
  ['batch_count', 6, 'digits'],
  ['block_count', 6, 'digits'],
  ['count', 8, 'digits'],
  ['entry_hash', 10, 'digits'],
  ['debits', 12, 'digits'],
  ['credits', 12, 'digits'],
  ['reserved', 39, 'text'],
] as const satisfies Layout;

/** A record of its values; what is left out is blank or zero. Throws `InvariantBroken` for a value that does not fit. */
export function writeRecord<L extends Layout>(layout: L, values: Partial<Values<L>>): string {
  const given: Readonly<Record<string, string | undefined>> = values;
  return layout
    .map(([name, length, kind]) => {
      const value = typeof kind === 'object' ? kind.always : (given[name] ?? '');
      const fits = kind === 'digits' ? /^\d*$/.test(value) : /^[ -~]*$/.test(value);
      invariant(fits && value.length <= length, `The value of ${name} fits into ${length} columns.`);
      return kind === 'digits' ? value.padStart(length, '0') : value.padEnd(length);
    })
    .join('');
}

/** The values of a record of 94 columns by their names, without the blanks at their ends. */
export function readRecord<L extends Layout>(layout: L, record: string): Values<L> {
  const values: Record<string, string> = {};
  let at = 0;
  for (const [name, length] of layout) {
    values[name] = record.slice(at, at + length).trim();
    at += length;
  }
  return values as Values<L>;
}

/** The last ten digits of the sum of the routing numbers of all entries, each without its check digit. */
export function entryHashOf(rdfis: readonly string[]): string {
  return (rdfis.reduce((sum, rdfi) => sum + BigInt(rdfi), 0n) % 10n ** 10n).toString().padStart(10, '0');
}

/** Whether a text is a routing number of the American Bankers Association: nine digits, the last of which checks the others. */
export function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text) || text === '000000000') return false;
  const sum = [...text].reduce((total, digit, at) => total + Number(digit) * ([3, 7, 1][at % 3] ?? 0), 0);
  return sum % 10 === 0;
}
