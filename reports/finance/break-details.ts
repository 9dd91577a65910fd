import { CURRENCIES } from '../../warehouse/currencies.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import { formatDay, groupDigits } from '../statement/format.ts';

/** `1,234.56 USD`; minor units of a currency that this version does not know. */
export function money(minor: bigint | null, currency: string | null): string {
  if (minor === null) return 'nothing';
  if (currency === null || !CURRENCIES.includes(currency))
    return `${minor} minor units of ${currency ?? 'no currency'}`;
  return `${groupDigits(minorToDecimal(minor, currency))} ${currency}`;
}

/**
 * A balance transaction by which the books of a closed period differ from Stripe: not in them by then, there with another amount, or without
 * a record at Stripe. Net amounts in minor units.
 */
export type UnbookedMovement = {
  readonly balance_type: string;
  /** `stripe:` and Stripe's id of it; `opening:` and the balance for the sum of those of before the books. */
  readonly journal_id: string;
  readonly currency: string;
  readonly reporting_category: string | null;
  readonly source_id_stripe: string | null;
  readonly net_minor: bigint | null;
  readonly booked_minor: bigint | null;
  readonly created_at: string | null;
  /** How many there are in that balance. */
  readonly movement_count: bigint;
};

/** What Stripe calls the kind of a balance transaction. */
export type StripeKind = {
  readonly reporting_category: string;
  readonly balance_transaction_type: string;
  readonly balance_type: string;
};

/** What a break does not have itself. */
export interface BreakDetails {
  /** The first of the balance transactions by which a balance in the books differs. */
  readonly unbooked?: readonly UnbookedMovement[] | undefined;
  /** Of a balance transaction of a kind that is not known. */
  readonly kind?: StripeKind | undefined;
}

/** Each of them, in one sentence; none for none. */
export function unbookedInWords(unbooked: readonly UnbookedMovement[]): string[] {
  const [first] = unbooked;
  if (first === undefined) return [];
  const more = Number(first.movement_count) - unbooked.length;
  const each = unbooked.map(({ journal_id, currency, reporting_category, source_id_stripe, ...amounts }) => {
    if (journal_id.startsWith('opening:'))
      return `those of before the books sum to ${money(amounts.net_minor ?? 0n, currency)}, and the opening entry is ${money(amounts.booked_minor ?? 0n, currency)}`;
    const id = journal_id.slice(journal_id.indexOf(':') + 1);
    if (amounts.net_minor === null) return `${id} of ${money(amounts.booked_minor, currency)} is in those books alone`;
    const what = [reporting_category, ...(source_id_stripe === null ? [] : [source_id_stripe])].join(' ');
    const on = amounts.created_at === null ? '' : ` on ${formatDay(amounts.created_at)}`;
    const booked =
      amounts.booked_minor === null ? 'is not in those books' : `is ${money(amounts.booked_minor, currency)} there`;
    return `${id} (${what}) of ${money(amounts.net_minor, currency)}${on} ${booked}`;
  });
  return [`The balance transactions that differ: ${[...each, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')}.`];
}

/** `: the category other_adjustment of the type adjustment, in the balance payments`. */
export const kindInWords = (kind: StripeKind | undefined): string =>
  kind === undefined
    ? ''
    : `: the category ${kind.reporting_category} of the type ${kind.balance_transaction_type}, in the balance ${kind.balance_type}`;
