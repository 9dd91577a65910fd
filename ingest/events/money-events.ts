import { columnOf, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import { CATALOGUE } from './catalogue.ts';
import { isOtherType } from './violations.ts';

/** What only events about money have: an amount, a quantity, or what the money was paid or given back for. */
const MONEY_PROPERTIES: ReadonlySet<string> = new Set<FieldName>([
  'amount',
  'units',
  'sale_id',
  'use_id',
  'refund_id',
  'dispute_id',
  'invoice_id',
  'payout_id',
  'correction_id',
]);

const MONEY_EVENTS: ReadonlySet<string> = new Set(
  CATALOGUE.filter(({ properties }) => properties.map(columnOf).some(({ name }) => MONEY_PROPERTIES.has(name))).map(
    ({ name }) => name,
  ),
);

/** Whether a message tells of money: by its declaration or, for a misspelt or undeclared event or type, by what it contains. */
export function isAboutMoney({ type, event, properties }: Readonly<Record<string, unknown>>): boolean {
  if (isOtherType(type)) return false;
  if (typeof event === 'string' && MONEY_EVENTS.has(event)) return true;
  return typeof properties === 'object' && Object.keys(properties ?? {}).some((name) => MONEY_PROPERTIES.has(name));
}
