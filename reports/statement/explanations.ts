import type { balances } from '../../transforms/marts/balances.ts';
import type { payoutReversals } from '../../transforms/marts/payout_reversals.ts';
import type { statementLines } from '../../transforms/marts/statement_lines.ts';
import { lastFourOf } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { nameOfCorrected } from './describe-line.ts';
import type { Language } from './language.ts';
import type { PayoutNotice } from './read.ts';

/** The sentences and rates of a statement. */

/** 2000n → `20 %`, 3333n → `33.33 %`. */
export function percentOf(bps: bigint): string {
  const fraction = (bps % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${bps / 100n}${fraction && `.${fraction}`} %`;
}

const withoutSign = (exact: string): string => exact.replace(/^-/, '');

/** The creator's share as it is written; null for a creator without others. */
const shareOf = (bps: bigint, { rate }: Language): string | null => (bps === 10_000n ? null : rate(percentOf(bps)));

/** What a correction is about and why, and what it changes. */
function correctionFormulaOf(line: Row<typeof statementLines>, language: Language): string {
  const { currency, corrected_kind, earned_period, share_bps, fee_bps, line_amount_exact } = line;
  const { formula } = language.say;
  const [gross = '', fee = '', amount = ''] = [line.gross_amount, line.platform_fee_amount, line_amount_exact].map(
    (exact) => language.money(withoutSign(exact), currency),
  );
  const given = line.correction_reason ?? '';
  const reason = /[.!?]$/.test(given) ? given : `${given}.`;
  const isDeducted = line_amount_exact.startsWith('-');
  if (corrected_kind === 'balance') return formula.balanceAdjustment({ reason, amount, isDeducted });
  return formula.correction({
    ...{ what: nameOfCorrected(line, language), month: language.month(earned_period), reason, isDeducted },
    ...{ share: shareOf(share_bps, language), gross, feeRate: language.rate(percentOf(fee_bps)), fee, amount },
  });
}

/** How the amount of a line is calculated, with its figures. Refunds, lost disputes and corrections are worded without minus signs. */
export function formulaOf(line: Row<typeof statementLines>, language: Language): string {
  if (line.correction_id !== null) return correctionFormulaOf(line, language);
  const { formula } = language.say;
  const sources: Readonly<Record<string, ((count: string) => string) | undefined>> = formula.sources;
  const source = requirePresent(
    sources[line.line_kind] ?? sources[`${line.line_kind} ${line.license_type}`],
    `A line of kind ${line.line_kind} and licence type ${line.license_type} must have a wording.`,
  );
  const { currency } = line;
  const units =
    line.license_type === 'metered'
      ? formula.units(language.digits(line.units), language.money(line.rate, currency))
      : '';
  const isEarning = line.line_kind === 'earning';
  const [gross = '', fee = '', amount = ''] = [line.gross_amount, line.platform_fee_amount, line.line_amount_exact].map(
    (exact) => language.money(isEarning ? exact : withoutSign(exact), currency),
  );
  return formula.line({
    ...{ share: shareOf(line.share_bps, language), source: source(String(line.revenue_event_count)) + units },
    ...{ gross, feeRate: language.rate(percentOf(line.fee_bps)), fee, amount, isEarning },
  });
}

/** What came back of a payout, in words for the creator. */
export function explainReversal(
  { payout_period, amount, currency }: Row<typeof payoutReversals>,
  { say, month, money }: Language,
): string {
  return say.reversed(month(payout_period), money(amount, currency));
}

/** Whether an account to which a creator is paid is one at a bank, and not at Stripe. */
export const isBankAccount = (account: string | null): boolean => account !== null && lastFourOf(account) !== undefined;

/** Why a payout was held, cancelled or returned, in words of its rail; as it is if there are none. */
export function reasonInWords(reason: string, { say }: Language, isBank: boolean): string {
  const reasons: Readonly<Record<string, string | undefined>> = { ...say.reasons, ...(isBank && say.bankReasons) };
  return reasons[reason] ?? (/^[a-z_]+$/.test(reason) ? reason.replaceAll('_', ' ') : reason);
}

/** The reason of a notice, as a word. What Stripe said of a payout that failed is for finance, not for the creator. */
export function noticedReason({ outcome, reason }: PayoutNotice, { say }: Language): string | null {
  return outcome === 'failed' && (reason === null || !Object.hasOwn(say.reasons, reason)) ? 'not_transferred' : reason;
}

/** What became of a payout that moved no money of ours, in words for the creator. */
export function explainNotice(notice: PayoutNotice, language: Language): string {
  const { outcome, payout_period, amount, currency, account_id_stripe } = notice;
  const reason = noticedReason(notice, language);
  const sentences: Readonly<Record<string, typeof language.say.notices.held | undefined>> = language.say.notices;
  const sentence = requirePresent(sentences[outcome], `The outcome ${outcome} of a payout must have a sentence.`);
  return sentence({
    month: payout_period === null ? null : language.month(payout_period),
    sum: language.money(withoutSign(amount), currency),
    why: reason === null ? '' : reasonInWords(reason, language, isBankAccount(account_id_stripe)).replace(/[.]$/, ''),
    account: account_id_stripe ?? '',
  });
}

/** What happens with the closing balance, in words for the creator. What is on hold is shown apart. */
export function explainPayout(balance: Row<typeof balances>, { say, money }: Language): string {
  const amount = (minor: bigint): string => money(minorToDecimal(minor, balance.currency), balance.currency);
  const sentences: Readonly<Record<string, typeof say.payout.payable | undefined>> = say.payout;
  const sentence = requirePresent(
    sentences[balance.payout_reason],
    `The payout reason ${balance.payout_reason} must have a sentence.`,
  );
  const decided = { sum: amount(balance.payable_minor), minimum: amount(balance.minimum_minor) };
  const ahead = balance.paid_ahead_minor > 0n ? ` ${say.paidAhead(amount(balance.paid_ahead_minor))}` : '';
  return `${sentence({ ...decided, account: balance.account_id_stripe ?? '' })}${ahead}`;
}
