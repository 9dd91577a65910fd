import type { LineState } from '../../../jobs/payouts/payout-life.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { SCHEDULES } from '../../../jobs/schedule.ts';
import { explainPayout, isBankAccount, reasonInWords } from '../../../reports/statement/explanations.ts';
import { languageOf } from '../../../reports/statement/language.ts';
import type { balances } from '../../../transforms/marts/balances.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { nextPeriod, type Period } from '../../../warehouse/period.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import type { Locale, Words } from '../words.ts';
import type { Tone } from './notice.ts';

/** A balance as the API shows it. */
export type Balance = Row<typeof balances>;

/** A payout as the API shows it to its creator. */
export interface Payout {
  readonly payout_id: string;
  readonly period: string;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly account_id_stripe: string | null;
  readonly state: LineState;
  readonly reason: string | null;
  readonly transfer_id_stripe: string | null;
  readonly planned_at: string;
  readonly changed_at: string;
}

/** An issued statement as the API lists it. */
export interface ListedStatement {
  readonly statement_id: string;
  readonly period: string;
  readonly currency: string;
  readonly issued_at: string;
}

/** What happens with a balance, in the words of statements. */
export const explainBalance = (balance: Balance, locale: Locale): string => explainPayout(balance, languageOf(locale));

/** How much of a balance is held back, and what for. */
export function heldBack({ held_minor, currency }: Pick<Balance, 'held_minor' | 'currency'>, locale: Locale): string {
  const { say, money } = languageOf(locale);
  return say.decision.held(money(minorToDecimal(held_minor, currency), currency));
}

/** The reasons that end once the payout account is in order. */
const ACCOUNT_REASONS: readonly string[] = [
  'payout_account_missing',
  'payout_account_not_active',
  'payout_account_rejected',
  'payout_account_under_review',
  'payout_account_changed',
  'identity_not_verified',
  'not_transferred',
];
export const isAboutAccount = (reason: string | null): boolean => reason !== null && ACCOUNT_REASONS.includes(reason);

/** How a payout stands and why, in sentences. `balance` is that of its month, if it is known. */
export function explainStanding(
  { state, reason, account_id_stripe }: Pick<Payout, 'state' | 'reason' | 'account_id_stripe'>,
  { words, locale, balance }: { words: Words; locale: Locale; balance?: Balance | undefined },
): string {
  const { payouts } = words.creator;
  if (state === 'skipped' && balance?.payout_reason === reason) return explainBalance(balance, locale);
  const why =
    reason === null
      ? ''
      : ` ${payouts.because(reasonInWords(reason, languageOf(locale), isBankAccount(account_id_stripe)))}`;
  return `${payouts.says[state]}${why}`;
}

export const STATE_TONES: Readonly<Record<LineState, Tone>> = {
  ...{ planned: 'plain', approved: 'plain', sending: 'plain', sent: 'good', confirmed: 'good' },
  ...{ held: 'warn', reversed: 'warn', failed: 'bad', cancelled: 'bad', skipped: 'plain' },
};

/** `acct_1234567890` → `acct_…7890`. */
export const maskedAccount = (id: string | null): string =>
  id === null ? '–' : id.length <= 9 ? id : `${id.slice(0, 5)}…${id.slice(-4)}`;

/** The first and the last day on which the payouts of a month are planned, by the schedule. */
export function planningDays(period: Period): readonly [from: string, until: string] {
  const days = SCHEDULES.find(({ job }) => job === planPayouts)?.cron.split(' ')[2] ?? '';
  const [first = '1', last = first] = days.split('-');
  const month = nextPeriod(period);
  return [`${month}-${first.padStart(2, '0')}`, `${month}-${last.padStart(2, '0')}`];
}
