import type { breaks } from '../../transforms/marts/breaks.ts';
import { BREAK_CLASSES, type BreakClassName, type CashMovement } from '../../warehouse/vocabulary/reconciliation.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { formatDay, formatMonth } from '../statement/format.ts';
import { type BreakDetails, kindInWords, money, type StripeKind, unbookedInWords } from './break-details.ts';

export type BreakRow = Row<typeof breaks>;

const size = (minor: bigint | null): bigint | null => (minor !== null && minor < 0n ? -minor : minor);

const MOVEMENTS: Readonly<Record<CashMovement, string>> = {
  charge: 'charge',
  charge_failure: 'failure or void of the charge',
  refund: 'refund',
  refund_failure: 'failure or void of the refund',
  dispute: 'withdrawal for the dispute',
  dispute_reversal: 'return of the dispute',
  transfer: 'transfer',
  transfer_reversal: 'reversal of the transfer',
  payout: 'payout to the bank',
  payout_reversal: 'return of the payout to the bank',
  topup: 'top-up',
  topup_reversal: 'return of the top-up',
  other: 'balance transaction',
};

/** Whether it is about what a bank says, and not about Stripe. */
export const isOfBank = (break_class: string): boolean => break_class.startsWith('bank_');

/** What happened, with ids, amounts and days: a few sentences for a finance person. */
export function whatHappened(row: BreakRow, { unbooked = [], kind }: BreakDetails = {}): string {
  const sentence = HAPPENED[row.break_class as BreakClassName]?.({ ...factsOf(row), kind }) ?? row.break_class;
  const happened = [sentence, ...unbookedInWords(unbooked)].join(' ');
  const description = row.description_stripe?.trim();
  if (isOfBank(row.break_class)) return happened;
  return description ? `${happened} Stripe's description: “${description}”.` : happened;
}

/** What the sentences of a break are made of. */
interface Facts {
  /** `charge ch_1`. */
  readonly it: string;
  /** The id after the kind in the id of the break: that of a balance transaction. */
  readonly id: string;
  readonly ours: string;
  readonly theirs: string;
  readonly settled: string;
  readonly fee: string;
  readonly more: string;
  /** ` on 15 January 2026`, or nothing. */
  readonly on: string;
  /** ` in January 2026`, the month of the comparison. */
  readonly inMonth: string;
  readonly kind: StripeKind | undefined;
  readonly row: BreakRow;
}

function factsOf(row: BreakRow): Omit<Facts, 'kind'> {
  const { ledger_minor, stripe_minor, settled_minor, currency, created_at } = row;
  return {
    it: `${MOVEMENTS[row.cash_movement as CashMovement] ?? row.cash_movement} ${row.flow_id}`,
    id: row.break_id.slice(row.break_id.indexOf(':') + 1),
    ours: money(size(ledger_minor), currency),
    theirs: money(size(stripe_minor), row.stripe_currency ?? currency),
    settled: money(size(settled_minor), row.settled_currency),
    fee: money(row.fee_minor, row.settled_currency),
    more: differenceOf(row),
    on: created_at === null ? '' : ` on ${formatDay(created_at)}`,
    inMonth: ` in ${formatMonth(row.period)}`,
    row,
  };
}

function differenceOf({ ledger_minor, stripe_minor, currency }: BreakRow): string {
  const [ours, theirs] = [size(ledger_minor ?? 0n) ?? 0n, size(stripe_minor ?? 0n) ?? 0n];
  const where = ours > theirs ? 'more in our books' : 'more at Stripe';
  return `${money(size(ours - theirs), currency)} ${where}`;
}

function byItself({ id, on, row }: Facts, what: string): string {
  const kind = row.cash_movement === 'other' ? '' : ` (${MOVEMENTS[row.cash_movement as CashMovement]})`;
  return `The balance transaction ${id}${kind} of ${money(row.settled_minor, row.settled_currency)}${on} ${what}.`;
}

const accountOf = ({ account_id_stripe }: BreakRow): string =>
  account_id_stripe === null ? 'an account that was not read' : `the account ${account_id_stripe}`;

/** What was recorded when the file of the bank was read. */
function saidOfBank({ row }: Facts): string {
  return row.description_stripe?.trim() || BREAK_CLASSES[row.break_class as BreakClassName].meaning;
}

const HAPPENED: Readonly<Record<BreakClassName, (facts: Facts) => string>> = {
  missing_in_stripe: ({ it, ours, inMonth }) =>
    `Our books have the ${it} of ${ours}${inMonth}; Stripe has no record of it.`,
  missing_in_ledger: ({ it, theirs, on }) => `Stripe has the ${it} of ${theirs}${on}; our books do not have it.`,
  destination_charge: ({ it, theirs, on, row }) =>
    `Stripe has sent the ${it} of ${theirs} to ${accountOf(row)} by itself${on}, for a charge with a destination; our books do not have it.`,
  amount_differs: ({ it, ours, theirs, more }) => `The ${it} is ${ours} in our books and ${theirs} at Stripe: ${more}.`,
  currency_differs: ({ it, ours, theirs }) => `The ${it} is ${ours} in our books and ${theirs} at Stripe.`,
  duplicate: ({ it, ours, theirs, more }) =>
    `What our books have under the ${it} sums to ${ours}, and Stripe's record is ${theirs}: ${more}.`,
  wrong_destination: ({ it, theirs, row }) =>
    `The ${it} of ${theirs} went to ${accountOf(row)}; our books have another account.`,
  reversed_after_settlement: ({ it, theirs, on }) =>
    `Stripe has a ${it} of ${theirs}${on}; our books still have the payout in full.`,
  payout_differs: ({ row, ours, theirs, inMonth }) =>
    `The books promised ${row.flow_id} ${ours}${inMonth}, and the payouts of that balance sum to ${theirs}: ${differenceOf(
      row,
    )
      .replace('in our books', 'were promised')
      .replace('at Stripe', 'were paid')}.`,
  account_debited: ({ row, settled, on }) =>
    `${settled} ${(row.settled_minor ?? 0n) < 0n ? 'went back to' : 'came from'} ${accountOf(row)}${on} (${row.flow_id}); our books do not have it.`,
  fee_differs: ({ row, fee, settled, on }) =>
    `Stripe's fee for the ${MOVEMENTS[row.flow_kind as CashMovement] ?? row.flow_kind} ${row.flow_id} of ${settled}${on} is ${fee}, more than the rates configured allow.`,
  payout_failed: ({ row, settled, on }) => `The payout ${row.flow_id} to the bank came back${on}: ${settled}.`,
  topup_reversed: ({ row, settled, on }) => `The top-up ${row.flow_id} was taken back${on}: ${settled}.`,
  record_differs: (facts) =>
    byItself(facts, `does not agree with the record of ${facts.row.flow_id} in amount or state`),
  carried_differs: ({ row, theirs, on }) =>
    `Stripe's automatic payout ${row.flow_id} of ${theirs}${on} carried balance transactions that sum to ${money(row.settled_minor, row.settled_currency)}.`,
  unlinked: (facts) => byItself(facts, 'belongs to no object of Stripe that was read'),
  links_differ: (facts) =>
    `Stripe's records do not agree on what the balance transaction of the ${facts.it} of ${facts.settled}${facts.on} belongs to: several name it as theirs, or its source is another one than names it.`,
  sign_differs: (facts) => byItself(facts, 'moves the balance in the opposite direction of its kind'),
  unpaired: (facts) => byItself(facts, 'stands alone, though it is one of two that take each other back'),
  unclassified: (facts) => byItself(facts, `is of a kind that this version does not know${kindInWords(facts.kind)}`),
  unexplained: (facts) => byItself(facts, "is explained by Stripe's description alone"),
  balance_differs: ({ row, ours, theirs }) =>
    `The balance transactions of the balance ${row.flow_id} in ${row.currency} sum to ${signed(row.ledger_minor, row, ours)}; Stripe's own balance gives ${signed(row.stripe_minor, row, theirs)}.`,
  bank_amount_differs: saidOfBank,
  bank_contradicts: saidOfBank,
  bank_line_edited: saidOfBank,
  bank_payment_unknown: saidOfBank,
  bank_payout_returned: saidOfBank,
  bank_entry_unexplained: saidOfBank,
  bank_balance_differs: ({ row }) =>
    `The last bank statement in ${row.currency} ends with ${money(row.stripe_minor, row.currency)}; our books have ${money(row.ledger_minor, row.currency)}, without what is in transit.`,
  books_differ: ({ row }) =>
    `The account ${row.flow_id} in ${row.currency} is ${money(row.ledger_minor, row.currency)} in our books; Stripe's balance transactions give ${money(row.stripe_minor, row.currency)}.`,
};

const signed = (minor: bigint | null, { currency }: BreakRow, plain: string): string =>
  minor !== null && minor < 0n ? money(minor, currency) : plain;

/** Why a period is reconciled that was compared completely. */
export const RECONCILED = 'Every movement in our books is at Stripe with the same amount, and Stripe has no others.';

/** The result of a comparison in words; `own` is what our books need not have. */
export function resultInWords(match_status: string): string {
  return match_status === 'own' ? 'Stripe only, explained' : match_status.replaceAll('_', ' ');
}

/** What stands for an amount that our books need not have. */
export const NONE = '–';

type Cure = { readonly cure: string };

/** What to do about each class of breaks, and about those that need something of their own, in a language. */
interface Cures {
  readonly breaks: Readonly<Record<BreakClassName, Cure>>;
  readonly ownCures: Readonly<Record<OwnCure, Cure>>;
}

/** What to do about a break of this class and movement; in English, unless there are other words. */
export function cureOf(
  { break_class, flow_kind, cash_movement }: Pick<BreakRow, 'break_class' | 'flow_kind' | 'cash_movement'>,
  { breaks: classes, ownCures }: Cures = { breaks: BREAK_CLASSES, ownCures: OWN_CURES },
): string {
  if (break_class === ('missing_in_ledger' satisfies BreakClassName) && flow_kind === 'transfer')
    return ownCures.unknown_transfer.cure;
  if (break_class === ('missing_in_stripe' satisfies BreakClassName) && cash_movement === 'charge_failure')
    return ownCures.charge_stands.cure;
  return classes[break_class as BreakClassName].cure;
}

/** What to do about some movements, of which that of their class would be wrong. */
export const OWN_CURES = {
  /** No service may report a payout: only what sends payouts does. */
  unknown_transfer: {
    cure: 'If it is of a batch of payouts ("tantieme payouts status" of its month lists it), find out why its event has not landed. If somebody made it by hand, find out who and why: reverse it at Stripe if it was a mistake; if it paid what the creator is owed, adjust the balance of the creator by the amount. Then acknowledge the break.',
  },
  charge_stands: {
    cure: 'The sale is void in our books, and the buyer has paid for it. If it is to stay void, refund the buyer at Stripe, and acknowledge this break and that of the refund; if it was made void by mistake, correct that.',
  },
} as const;

export type OwnCure = keyof typeof OWN_CURES;

interface Curable {
  readonly break_state: string;
  readonly break_class: string;
  readonly cure: string;
}

/** What to do about a break of this state: in grace, first to wait for what may cure it by itself. */
export function whatToDo({ break_state, break_class, cure }: Curable): string {
  if (break_state !== 'in_grace') return cure;
  return break_class === 'missing_in_stripe'
    ? `Wait for the next pull: it is later than the last one. If it stays: ${cure}`
    : `Wait: its event may still come. If it does not: ${cure}`;
}

/** How many creators a sentence names. */
const NAMED = 5;

/**
 * Whose money it is: of which creators, of the platform, or why that cannot be said. `creators` are those of the mart `break_creators`;
 * `isHolding` says whether the break keeps their payouts back.
 */
export function whoseMoney(
  row: BreakRow,
  creators: readonly string[],
  { isHolding = false }: { readonly isHolding?: boolean } = {},
): string {
  const whose = ownersOf(row, creators);
  return isHolding && creators.length > 0 ? `${whose} Until it is gone or acknowledged, they are not paid.` : whose;
}

function ownersOf(row: BreakRow, creators: readonly string[]): string {
  const { flow_kind, break_class } = row;
  if (break_class === 'fee_differs') return "The platform's: it bears Stripe's fees.";
  if (break_class === 'balance_differs')
    return 'Not known until the balance transaction that is missing is found: it may be of a buyer, a creator or the platform.';
  if (NOBODY_KNOWS.includes(break_class))
    return 'Not known until it is found out what the bank has booked: it may be of a creator, a buyer or the platform.';
  if (break_class === 'books_differ')
    return 'That of the buyer or creator whom the balance transactions that differ are about; of fees, reserves and payouts to the bank, of the platform.';
  if (creators.length === 0 && isOfBank(break_class))
    return 'Not known: the bank does not say which payouts of ours it is about.';
  if (creators.length > 0) return `${WHOSE[flow_kind] ?? 'It concerns'} ${named(creators)}.`;
  if (flow_kind === 'charge' && row.ledger_minor !== null) {
    return 'No single creator: it paid for metered use, or its sales are not allocated.';
  }
  if (flow_kind === 'charge' && break_class !== 'account_debited')
    return 'Not known: no sale in our books names this charge.';
  if (flow_kind === 'refund' || flow_kind === 'dispute') return 'Not known: no sale in our books is behind it.';
  if (flow_kind === 'transfer' || break_class === 'account_debited') {
    return row.account_id_stripe === null
      ? 'Not known: its account was not read.'
      : `Not known: the account ${row.account_id_stripe} belongs to no creator in our books.`;
  }
  return "The platform's.";
}

/** The breaks of a bank that are about no payout of ours. */
const NOBODY_KNOWS: readonly string[] = [
  'bank_entry_unexplained',
  'bank_payment_unknown',
  'bank_balance_differs',
] satisfies BreakClassName[];

const WHOSE: Readonly<Record<string, string>> = {
  charge: 'It was earned, in part, by',
  refund: 'It reduces what was earned by',
  dispute: 'It reduces what was earned by',
  transfer: 'It was paid, or is to be paid, to',
};

function named(creators: readonly string[]): string {
  const shown = creators.slice(0, NAMED);
  const more = creators.length - shown.length;
  return new Intl.ListFormat('en-GB').format([...shown, ...(more > 0 ? [`${more} more`] : [])]);
}
