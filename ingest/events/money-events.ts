import { columnOf, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import { assetUploaded, assetWithdrawn } from './assets.ts';
import { CATALOGUE } from './catalogue.ts';
import { isOtherType } from './violations.ts';

/**
 * What only events about money have: an amount, a quantity, or what the money was paid or given back for; or what decides whose money it
 * is and whether it is paid: terms, an owner, a consent, an identity check, a payout account, tax.
 */
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
  'terms_id',
  'owner_id',
  'consent_receipt_id',
  'kyc_status',
  'account_id_stripe',
  'tax_form',
  'undocumented_treatment',
]);

const MONEY_EVENTS: ReadonlySet<string> = new Set([
  // The first owner of an asset, and the end of what it earns; neither has a property of its own.
  assetUploaded.name,
  assetWithdrawn.name,
  ...CATALOGUE.filter(({ properties }) => properties.map(columnOf).some(({ name }) => MONEY_PROPERTIES.has(name))).map(
    ({ name }) => name,
  ),
]);

/** Whether a message is about money, or decides about it: by its declaration or, for a misspelt or undeclared event or type, by what it contains. */
export function isAboutMoney({ type, event, properties }: Readonly<Record<string, unknown>>): boolean {
  if (isOtherType(type)) return false;
  if (typeof event === 'string' && MONEY_EVENTS.has(event)) return true;
  return typeof properties === 'object' && Object.keys(properties ?? {}).some((name) => MONEY_PROPERTIES.has(name));
}
