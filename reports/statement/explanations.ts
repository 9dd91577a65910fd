import type { balances } from '../../transforms/marts/balances.ts';
import type { statementLines } from '../../transforms/marts/statement_lines.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { minorToDecimal } from '../../warehouse/money.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import { figure, grouped } from './format.ts';

/** What statements say in words. */

/** 2000n → `20 %`, 3333n → `33.33 %`. */
export function percentOf(bps: bigint): string {
  const fraction = (bps % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return `${bps / 100n}${fraction && `.${fraction}`} %`;
}

const FACTS: Readonly<Record<string, readonly [string, string]>> = {
  'earning one_time': ['licence', 'licences'],
  'earning subscription': ['subscription payment', 'subscription payments'],
  'earning metered': ['use', 'uses'],
  refund: ['refund', 'refunds'],
  adjustment: ['lost dispute', 'lost disputes'],
};

/** How a line's amount came about, with its figures. What was given back is told as such, without minus signs. */
export function formulaOf(line: Row<typeof statementLines>): string {
  const [one, many] = requirePresent(
    FACTS[line.line_kind] ?? FACTS[`${line.line_kind} ${line.license_type}`],
    `No words for ${line.line_kind} of ${line.license_type}.`,
  );
  const { currency } = line;
  const count = `${line.revenue_event_count} ${line.revenue_event_count === 1n ? one : many}`;
  const units =
    line.license_type === 'metered' ? ` of ${grouped(line.units)} units at ${money(line.rate, currency)} each` : '';
  const part = line.share_bps === 10_000n ? 'your part' : `your ${percentOf(line.share_bps)} part`;
  const isEarning = line.line_kind === 'earning';
  const [gross, fee, amount] = [line.gross_amount, line.platform_fee_amount, line.line_amount_exact].map((exact) =>
    money(isEarning ? exact : exact.replace(/^-/, ''), currency),
  );
  const [verb, result] = isEarning ? ['paid', ` gives ${amount}`] : ['got back', `, so that ${amount} is taken back`];
  return `${count}${units}: ${part} of what buyers ${verb} is ${gross}, less ${percentOf(line.fee_bps)} platform fee of ${fee}${result}.`;
}

/** An exact amount in words: with at least the places of its currency, and all that it has beyond them. */
function money(exact: string, currency: string): string {
  const { main, tail } = figure(exact, currency);
  return `${currency} ${main}${tail}`;
}

/** What happens to the closing balance, for its creator; what an open dispute holds back stands beside it. */
export function explainPayout(balance: Row<typeof balances>): string {
  const amount = (minor: bigint): string => money(minorToDecimal(minor, balance.currency), balance.currency);
  const ahead =
    balance.paid_ahead_minor > 0n
      ? ` ${amount(balance.paid_ahead_minor)} of the balance were sent before this statement.`
      : '';
  const sentences: Readonly<Record<string, string>> = {
    payable: `${amount(balance.payable_minor)} will be sent to your Stripe account ${balance.account_id_stripe}.`,
    nothing_owed: 'Nothing is left to be paid out.',
    negative_balance:
      'Refunds were larger than your earnings; the difference is carried forward and taken off what you earn next.',
    frozen_by_dispute: 'Nothing is paid out while a buyer disputes what was earned.',
    below_minimum: `Your balance is below the minimum of ${amount(balance.minimum_minor)} for a payout; it is carried forward.`,
    identity_not_verified: 'Your identity is not verified yet; the balance is carried forward until it is.',
    payout_account_missing: 'You have not connected a Stripe account yet; the balance is carried forward until you do.',
    payout_account_not_active: `Your Stripe account ${balance.account_id_stripe} cannot take transfers at present; the balance is carried forward until it can.`,
  };
  return `${requirePresent(sentences[balance.payout_reason], `No words for ${balance.payout_reason}.`)}${ahead}`;
}
