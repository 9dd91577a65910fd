import type { balances } from '../../transforms/marts/balances.ts';
import type { payoutReversals } from '../../transforms/marts/payout_reversals.ts';
import type { statementLines } from '../../transforms/marts/statement_lines.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { formatMonth, groupDigits, nameOfCorrected, splitAmount } from './format.ts';
import type { PayoutNotice } from './read.ts';

/** The sentences and rates of a statement. */

/** 2000n → `20 %`, 3333n → `33.33 %`. */
export function percentOf(bps: bigint): string {
  const fraction = (bps % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${bps / 100n}${fraction && `.${fraction}`} %`;
}

/** What a line is a share of, with the noun that it counts in singular and plural. */
const SHARE_OF: Readonly<Record<string, readonly [string, string, string]>> = {
  'earning one_time': ['what buyers paid for', 'licence', 'licences'],
  'earning subscription': ['what buyers paid in', 'subscription payment', 'subscription payments'],
  'earning metered': ['what buyers paid for', 'use', 'uses'],
  refund: ['what buyers got back in', 'refund', 'refunds'],
  adjustment: ['what buyers got back in', 'lost dispute', 'lost disputes'],
};

/** What a correction is about and why, and what it changes. */
function correctionFormulaOf(line: Row<typeof statementLines>): string {
  const { currency, corrected_kind, earned_period, share_bps, fee_bps, line_amount_exact } = line;
  const [gross, fee, amount] = [line.gross_amount, line.platform_fee_amount, line_amount_exact].map((exact) =>
    money(exact.replace(/^-/, ''), currency),
  );
  const reason = /[.!?]$/.test(line.correction_reason ?? '') ? line.correction_reason : `${line.correction_reason}.`;
  const change = line_amount_exact.startsWith('-') ? 'is deducted from your balance' : 'is added to your balance';
  if (corrected_kind === 'balance') return `Adjustment of your balance: ${reason} ${amount} ${change}.`;
  const share = share_bps === 10_000n ? 'Your share' : `Your ${percentOf(share_bps)} share`;
  const about = `Correction of ${nameOfCorrected(line)}, earned in ${formatMonth(earned_period)}: ${reason}`;
  return `${about} ${share} of the difference is ${gross}; after the platform fee of ${percentOf(fee_bps)} (${fee}), ${amount} ${change}.`;
}

/** How the amount of a line is calculated, with its figures. Refunds, lost disputes and corrections are worded without minus signs. */
export function formulaOf(line: Row<typeof statementLines>): string {
  if (line.correction_id !== null) return correctionFormulaOf(line);
  const [source, one, many] = requirePresent(
    SHARE_OF[line.line_kind] ?? SHARE_OF[`${line.line_kind} ${line.license_type}`],
    `A line of kind ${line.line_kind} and licence type ${line.license_type} must have a wording.`,
  );
  const { currency } = line;
  const count = `${line.revenue_event_count} ${line.revenue_event_count === 1n ? one : many}`;
  const perUnit = `at ${money(line.rate, currency)}`;
  const priced = line.units === '1' ? `1 unit ${perUnit}` : `${groupDigits(line.units)} units ${perUnit} each`;
  const units = line.license_type === 'metered' ? ` (${priced})` : '';
  const share = line.share_bps === 10_000n ? 'Your share' : `Your ${percentOf(line.share_bps)} share`;
  const isEarning = line.line_kind === 'earning';
  const [gross, fee, amount] = [line.gross_amount, line.platform_fee_amount, line.line_amount_exact].map((exact) =>
    money(isEarning ? exact : exact.replace(/^-/, ''), currency),
  );
  const result = isEarning ? `you earn ${amount}` : `${amount} is deducted from your balance`;
  return `${share} of ${source} ${count}${units} is ${gross}; after the platform fee of ${percentOf(line.fee_bps)} (${fee}), ${result}.`;
}

/** An exact amount as text: with at least the decimal places of its currency, and any further digits. */
function money(exact: string, currency: string): string {
  const { main, tail } = splitAmount(exact, currency);
  return `${currency} ${main}${tail}`;
}

/** What came back of a payout, in words for the creator. */
export function explainReversal({ payout_period, amount, currency }: Row<typeof payoutReversals>): string {
  return `Payout of ${formatMonth(payout_period)} reversed: ${money(amount, currency)} came back to us and is owed to you again.`;
}

/** Why a payout was held or cancelled, and why a bank returned one, in words for the creator. */
export const REASONS: Readonly<Record<string, string>> = {
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
  not_transferred: 'Stripe did not make the transfer',
};

/** The reason of a notice, as a word. What Stripe said of a payout that failed is for finance, not for the creator. */
export function noticedReason({ outcome, reason }: PayoutNotice): string | null {
  return outcome === 'failed' && (reason === null || !Object.hasOwn(REASONS, reason)) ? 'not_transferred' : reason;
}

/** What became of a payout that moved no money of ours, in words for the creator. */
export function explainNotice(notice: PayoutNotice): string {
  const { outcome, payout_period, amount, currency, account_id_stripe } = notice;
  const reason = noticedReason(notice);
  const sum = money(amount.replace(/^-/, ''), currency);
  const plain =
    reason === null ? '' : (REASONS[reason] ?? (/^[a-z_]+$/.test(reason) ? reason.replaceAll('_', ' ') : reason));
  const why = plain === '' ? '' : `: ${plain.replace(/[.]$/, '')}`;
  const whose = payout_period === null ? 'Payout' : `Payout of ${formatMonth(payout_period)}`;
  const back = account_id_stripe === null ? '' : ` See your Stripe account ${account_id_stripe}.`;
  const sentences: Readonly<Record<string, string>> = {
    held: `${whose} held: ${sum} was not sent yet${why}.`,
    failed: `${whose} failed: ${sum} was not sent and is still owed to you${why}.`,
    cancelled: `${whose} cancelled: ${sum} was not sent and is still owed to you${why}.`,
    bank_failed: `Your bank returned the payout of ${sum}${why}.${back}`,
    bank_returned: `Your bank returned the payout of ${sum}${why}.${back}`,
    bank_canceled: `The payout of ${sum} to your bank was canceled.${back}`,
    bank_reversed: `The payout of ${sum} to your bank was taken back.${back}`,
  };
  return requirePresent(sentences[outcome], `The outcome ${outcome} of a payout must have a sentence.`);
}

/** What happens with the closing balance, in words for the creator. What is on hold is shown apart. */
export function explainPayout(balance: Row<typeof balances>): string {
  const amount = (minor: bigint): string => money(minorToDecimal(minor, balance.currency), balance.currency);
  const ahead =
    balance.paid_ahead_minor > 0n
      ? ` ${amount(balance.paid_ahead_minor)} of the balance was already sent before this statement.`
      : '';
  const sentences: Readonly<Record<string, string>> = {
    payable: `${amount(balance.payable_minor)} will be sent to your Stripe account ${balance.account_id_stripe}.`,
    nothing_owed: 'There is nothing to pay out.',
    negative_balance:
      'Your refunds and lost disputes exceed your earnings. The difference is carried forward and deducted from your next earnings.',
    frozen_by_dispute: 'Nothing is paid out while a buyer’s dispute about your earnings is open.',
    payout_unconfirmed:
      'Nothing is paid out until it is certain whether an earlier payout to you was made. You need to do nothing.',
    charge_unconfirmed: 'Nothing is paid out until the buyers’ payments for your earnings are confirmed.',
    below_minimum: `The amount available for payout is below the minimum of ${amount(balance.minimum_minor)}. Your balance is carried forward.`,
    below_stripe_minimum: `The amount available for payout is below ${amount(balance.minimum_minor)}, the smallest payout that Stripe makes to a bank in your country. Your balance is carried forward.`,
    identity_not_verified: 'Your identity is not verified yet. Your balance is carried forward until it is.',
    payout_account_missing:
      'You have not connected a Stripe account yet. Your balance is carried forward until you do.',
    payout_account_not_active: `Your Stripe account ${balance.account_id_stripe} cannot receive transfers at the moment. Your balance is carried forward until it can.`,
  };
  return `${requirePresent(sentences[balance.payout_reason], `The payout reason ${balance.payout_reason} must have a sentence.`)}${ahead}`;
}
