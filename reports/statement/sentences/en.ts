import { lastFourOf } from '../../../warehouse/ids.ts';
import { FORMATS_OF } from '../format.ts';
import { EN_TAX } from './en-tax.ts';

const { digits } = FORMATS_OF.en;
const counted = (count: string, [one, many]: readonly [string, string]): string =>
  `${count} ${count === '1' ? one : many}`;
/** A code as words: `bank_failed` → `Bank failed`. */
const readable = (code: string): string => `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`;
/** `Stripe account acct_1`, or `bank account ending in 3000`. */
const accountInWords = (account: string): string => {
  const atBank = lastFourOf(account);
  if (atBank === undefined) return `Stripe account ${account}`;
  return atBank.lastFour === null ? 'bank account' : `bank account ending in ${atBank.lastFour}`;
};
const shareOf = (share: string | null): string => (share === null ? 'Your share' : `Your ${share} share`);

/**
 * All that statements say in English, as text for people. The type of every other language follows from it. Amounts, rates, months and days
 * are given as they are written in the language; counts as decimal digits.
 */
export const EN = {
  title: 'Royalty statement',
  titleOf: (month: string) => `Royalty statement for ${month}`,
  attached: { json: 'This statement as JSON', csv: 'The figures of this statement as one table' },
  foot: (seal: string) => `Ledger seal: ${seal}…`,
  details: {
    statement: 'Statement',
    issuedOn: 'Issued on',
    currency: 'Currency',
    creator: 'Creator',
    country: 'Country',
  },
  issuer: {
    taxId: (id: string) => `Tax id ${id}`,
    vatId: (id: string) => `VAT id ${id}`,
    logo: (name: string) => `Logo of ${name}`,
  },

  summary: {
    title: (currency: string) => `Summary in ${currency}`,
    opening: 'Opening balance',
    earnings: 'Earnings',
    refunds: 'Refunds',
    adjustments: 'Adjustments',
    taxWithheld: 'Tax withheld',
    payouts: 'Payouts',
    payoutReversals: 'Payouts reversed',
    closing: 'Closing balance',
  },
  decision: {
    title: 'Your payout',
    payableNow: 'Payable now',
    held: (sum: string) => `Held back because of an open dispute, or a payment or payout that is not confirmed: ${sum}`,
  },
  chart: {
    title: (currency: string) => `Earnings by asset in ${currency}`,
    others: (count: string) => `${count} others`,
    alternative: (bars: readonly (readonly [label: string, sum: string])[]) =>
      `Bar chart of earnings by asset. ${bars.map(([label, sum]) => `${label}: ${sum}.`).join(' ')}`,
  },

  lines: {
    title: 'Line by line',
    none: 'You had no sales, uses, refunds or adjustments in this period.',
    asset: 'Asset',
    units: 'Units',
    gross: 'Gross',
    fee: 'Platform fee',
    share: 'Your share',
    amount: 'Amount',
    groups: { earning: 'Earnings', refund: 'Refunds', adjustment: 'Adjustments' },
    totals: { earning: 'Total earnings', refund: 'Total refunds', adjustment: 'Total adjustments' },
    balanceAdjustment: 'Adjustment of your balance',
    earnedIn: (month: string) => `earned in ${month}`,
    correction: (id: string) => `Correction ${id}`,
    correctionOf: (what: string) => `Correction of ${what}`,
    licenses: { one_time: 'One-time licence', subscription: 'Subscription', metered: 'Metered use' },
    counts: {
      one_time: (count: string) => counted(digits(count), ['purchase', 'purchases']),
      subscription: (count: string) => counted(digits(count), ['payment', 'payments']),
      metered: (count: string) => counted(digits(count), ['use', 'uses']),
      refund: (count: string) => counted(digits(count), ['refund', 'refunds']),
      adjustment: (count: string) => counted(digits(count), ['lost dispute', 'lost disputes']),
    },
    zero: (count: string, zero: string) => `${digits(count)} lines that come to ${zero}`,
    zeroNote: (exact: string) =>
      `Each is too small to be booked on its own; together they are exactly ${exact}. The attached files list each of them.`,
    further: (count: string) => counted(digits(count), ['more line', 'more lines']),
    furtherNote: (pages: string) =>
      `So that this file has no more than ${counted(digits(pages), ['page', 'pages'])} of lines, only the attached files list them.`,
    movement: (sale: string, by: 'refund' | 'dispute', id: string) => `${sale} (${by} ${id})`,
    sales: (names: readonly string[], more: string) =>
      `${names.length === 1 && more === '0' ? 'Sale' : 'Sales'} ${names.join(', ')}${
        more === '0' ? '' : ` and ${digits(more)} more, which are listed in the attached files`
      }.`,
  },
  /** What is corrected, before its id. */
  corrected: (kind: string): string => (kind === 'outcome' ? 'outcome of dispute' : kind),

  payouts: {
    title: (currency: string) => `Payouts in ${currency} during the period`,
    reversedTitle: (currency: string) => `Payouts in ${currency} that came back during the period`,
    noticesTitle: (currency: string) => `Other payouts in ${currency} since your last statement`,
    sentOn: 'Sent on',
    reversedOn: 'Reversed on',
    balanceOf: 'Balance of',
    payout: 'Payout',
    transfer: 'Transfer',
    reversal: 'Reversal',
    on: 'On',
    whatBecame: 'What became of it',
    total: 'Total payouts',
    totalReversed: 'Total reversed',
  },

  guide: {
    title: 'How to read this statement',
    terms:
      '“Gross” is the amount before the platform fee. The sentence below each line shows how your amount is calculated.',
    finer: (currency: string) => `Grey digits are fractions of the smallest unit of ${currency} that can be paid out.`,
    carried: (sums: { readonly carriedIn: string; exact: string; booked: string; carriedOut: string }) =>
      `Fractions that are too small to pay out are not lost: they are carried forward. ${sums.carriedIn} was carried ` +
      `forward from earlier statements, and the lines add up to exactly ${sums.exact}. Of this, ` +
      `${sums.booked} is booked on this statement, and ${sums.carriedOut} is carried forward to your next one.`,
    files: (names: readonly string[]) =>
      `For your own calculations, the exact figures are attached to this file: ${names.join(' and ')}.`,
    sealed: (seal: string) =>
      `The accounts of this period are closed. Anything recorded later appears on a later statement. Ledger seal (SHA-256): ${seal}`,
    lacking: (sign: string) =>
      `${sign} stands for characters that no font of this file has. The attached files contain the full text.`,
  },

  formula: {
    /** What a line is a share of, by its kind and, for earnings, its licence type. */
    sources: {
      'earning one_time': (count: string) => `what buyers paid for ${counted(count, ['licence', 'licences'])}`,
      'earning subscription': (count: string) =>
        `what buyers paid in ${counted(count, ['subscription payment', 'subscription payments'])}`,
      'earning metered': (count: string) => `what buyers paid for ${counted(count, ['use', 'uses'])}`,
      refund: (count: string) => `what buyers got back in ${counted(count, ['refund', 'refunds'])}`,
      adjustment: (count: string) => `what buyers got back in ${counted(count, ['lost dispute', 'lost disputes'])}`,
    },
    units: (units: string, rate: string) =>
      units === '1' ? ` (1 unit at ${rate})` : ` (${units} units at ${rate} each)`,
    /** `share` is null for a creator without others. */
    line: (of: {
      readonly share: string | null;
      source: string;
      gross: string;
      feeRate: string;
      fee: string;
      amount: string;
      isEarning: boolean;
    }) =>
      `${shareOf(of.share)} of ${of.source} is ${of.gross}; after the platform fee of ${of.feeRate} (${of.fee}), ${
        of.isEarning ? `you earn ${of.amount}` : `${of.amount} is deducted from your balance`
      }.`,
    balanceAdjustment: (of: { readonly reason: string; amount: string; isDeducted: boolean }) =>
      `Adjustment of your balance: ${of.reason} ${of.amount} ${of.isDeducted ? 'is deducted from your balance' : 'is added to your balance'}.`,
    correction: (of: {
      readonly what: string;
      month: string;
      reason: string;
      share: string | null;
      gross: string;
      feeRate: string;
      fee: string;
      amount: string;
      isDeducted: boolean;
    }) =>
      `Correction of ${of.what}, earned in ${of.month}: ${of.reason} ${shareOf(of.share)} of the difference is ${of.gross}; ` +
      `after the platform fee of ${of.feeRate} (${of.fee}), ${of.amount} ${of.isDeducted ? 'is deducted from your balance' : 'is added to your balance'}.`,
  },

  reversed: (month: string, sum: string) =>
    `Payout of ${month} reversed: ${sum} came back to us and is owed to you again.`,
  /** What became of a payout, by its outcome; `why` and `account` are empty if nothing is known. */
  notices: {
    held: (of: Notice) => `${whose(of)} held: ${of.sum} was not sent yet${because(of)}.`,
    failed: (of: Notice) => `${whose(of)} failed: ${of.sum} was not sent and is still owed to you${because(of)}.`,
    cancelled: (of: Notice) => `${whose(of)} cancelled: ${of.sum} was not sent and is still owed to you${because(of)}.`,
    bank_failed: (of: Notice) => `Your bank returned the payout of ${of.sum}${because(of)}.${seeAccount(of)}`,
    bank_returned: (of: Notice) => `Your bank returned the payout of ${of.sum}${because(of)}.${seeAccount(of)}`,
    bank_canceled: (of: Notice) => `The payout of ${of.sum} to your bank was canceled.${seeAccount(of)}`,
    bank_reversed: (of: Notice) => `The payout of ${of.sum} to your bank was taken back.${seeAccount(of)}`,
  },
  /** Why a payout was held or cancelled, and why a bank returned one. */
  reasons: {
    period_closed: 'it was not sent before the next month was closed',
    break_open: 'a difference with Stripe about this money is being looked into',
    frozen_by_dispute: 'a buyer’s dispute about your earnings is open',
    dispute_open: 'a buyer’s dispute about your earnings is open',
    by_finance: 'the marketplace is looking into it',
    to_be_cancelled: 'the marketplace is looking into it',
    refused: 'Stripe did not accept it; the marketplace is looking into it',
    changed_after_approval: 'the marketplace is looking into it',
    above_limit: 'the amount is being checked',
    balance_changed: 'the amount is being checked',
    paid_since_closing: 'you were already paid since the statement',
    balance_insufficient: 'the money for it has not arrived at Stripe yet',
    currency_not_held: 'the marketplace has no balance in this currency at Stripe',
    transfer_repeated: 'it is being checked whether you were already paid',
    transfer_differs: 'it is being checked whether you were already paid',
    identity_not_verified: 'your identity is not verified',
    payout_account_missing: 'you have no Stripe account connected',
    payout_account_not_active: 'your Stripe account cannot receive transfers',
    payout_account_changed: 'your Stripe account was changed a short time ago',
    payout_account_of_another: 'the Stripe account is not known to be yours',
    payout_account_rejected: 'Stripe has rejected your account',
    payout_account_under_review: 'Stripe is reviewing your account',
    below_stripe_minimum: 'it is below the smallest payout that Stripe makes to a bank in your country',
    insufficient_capabilities_for_transfer: 'your Stripe account cannot receive transfers',
    account_closed: 'the bank account is closed',
    no_account: 'there is no such bank account',
    account_frozen: 'the bank account is frozen',
    could_not_process: 'the bank could not process it',
    invalid_account_number: 'the account number is not valid',
    incorrect_account_holder_name: 'the name of the account holder is not right',
    debit_not_authorized: 'the bank account does not allow debits',
    not_transferred: 'the transfer was not made',
  },
  /** The same, where they differ, for a payout to a bank account. */
  bankReasons: {
    refused: 'the bank did not accept it; the marketplace is looking into it',
    payout_account_missing: 'we have no bank account of yours',
    payout_account_not_active: 'your bank account cannot receive payments',
    payout_account_changed: 'your bank account was changed a short time ago',
    payout_account_of_another: 'the bank account is not known to be yours',
    payout_account_rejected: 'the bank has rejected your account',
    break_open: 'a difference about this money is being looked into',
    balance_insufficient: 'the money for it has not arrived yet',
    currency_not_held: 'the marketplace has no balance in this currency',
    payout_account_under_review: 'your bank account is being reviewed',
    below_stripe_minimum: 'it is below the smallest payout to a bank in your country',
    insufficient_capabilities_for_transfer: 'your bank account cannot receive payments',
  },
  /** What happens with the closing balance, by the payout reason. */
  payout: {
    payable: ({ sum, account }: Decided) => `${sum} will be sent to your ${accountInWords(account)}.`,
    nothing_owed: () => 'There is nothing to pay out.',
    negative_balance: () =>
      'Your refunds and lost disputes exceed your earnings. The difference is carried forward and deducted from your next earnings.',
    frozen_by_dispute: () => 'Nothing is paid out while a buyer’s dispute about your earnings is open.',
    payout_unconfirmed: () =>
      'Nothing is paid out until it is certain whether an earlier payout to you was made. You need to do nothing.',
    charge_unconfirmed: () => 'Nothing is paid out until the buyers’ payments for your earnings are confirmed.',
    below_minimum: ({ minimum }: Decided) =>
      `The amount available for payout is below the minimum of ${minimum}. Your balance is carried forward.`,
    below_stripe_minimum: ({ minimum }: Decided) =>
      `The amount available for payout is below ${minimum}, the smallest payout that Stripe makes to a bank in your country. Your balance is carried forward.`,
    identity_not_verified: () => 'Your identity is not verified yet. Your balance is carried forward until it is.',
    payout_account_missing: () =>
      'You have not connected a Stripe account yet. Your balance is carried forward until you do.',
    payout_account_not_active: ({ account }: Decided) =>
      `Your ${accountInWords(account)} cannot receive transfers at the moment. Your balance is carried forward until it can.`,
  },
  paidAhead: (sum: string) => `${sum} of the balance was already sent before this statement.`,

  tax: EN_TAX,

  /** A code of a line, a payout decision, a notice or a correction. */
  code: readable,
};

interface Notice {
  readonly month: string | null;
  readonly sum: string;
  readonly why: string;
  readonly account: string;
}
interface Decided {
  readonly sum: string;
  readonly minimum: string;
  readonly account: string;
}
const whose = ({ month }: Notice): string => (month === null ? 'Payout' : `Payout of ${month}`);
const because = ({ why }: Notice): string => why && `: ${why}`;
const seeAccount = ({ account }: Notice): string =>
  account && lastFourOf(account) === undefined ? ` See your Stripe account ${account}.` : '';
