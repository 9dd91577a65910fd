import { requireExponent } from '../../warehouse/currencies.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { decimalOf, decimalToMinor, minorToDecimal, parseDecimal } from '../../warehouse/money.ts';
import { parsePeriod, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import type {
  LineKind,
  StatementDocument,
  StatementLine,
  StatementMovement,
  StatementPayout,
  StatementPayoutNotice,
  StatementPayoutReversal,
  StatementWithholding,
} from './document.ts';
import { explainTax, rateOf } from './explain-tax.ts';
import {
  explainNotice,
  explainPayout,
  explainReversal,
  formulaOf,
  isBankAccount,
  noticedReason,
  percentOf,
} from './explanations.ts';
import { type Language, languageOf } from './language.ts';
import { prove } from './prove.ts';
import type {
  Balance,
  Line,
  Movement,
  Payout,
  PayoutNotice,
  PayoutReversal,
  StatementSources,
  Withholding,
} from './read.ts';
import { lineIdOf } from './verify-proof.ts';

/** Throws `Rejected` without an issuer, `InvariantBroken` for rows that do not belong to the seal of their period, or that no sentence explains. */
export function composeStatement(sources: StatementSources): StatementDocument {
  const {
    statement_id,
    issuer,
    payer_id,
    settings,
    close,
    balance,
    lines,
    movements,
    withholdings,
    payouts,
    payoutReversals,
    payoutNotices,
    hashes,
  } = sources;
  const { creator_id, creator_name, country, currency } = balance;
  if (!issuer)
    throw new Rejected(
      `Its payer is ${payer_id}, which the issuer file does not have; add it to other_payers of TANTIEME_ISSUER_FILE.`,
    );
  const period = parsePeriod(balance.period);
  const language = languageOf(settings.locale);
  const movementsByLine = Map.groupBy(movements, lineIdOfMovement);
  const statement = {
    schema_version: '1' as const,
    statement_id,
    ...{ locale: settings.locale, detail_pages: String(settings.detailPages) },
    issuer,
    creator: { creator_id, name: creator_name ?? creator_id, country: country ?? '' },
    period,
    period_starts_on: dayOf(periodStart(period)),
    period_ends_on: dayOf(periodEnd(period) - 1),
    closed_at: close.cutoff_at,
    ...amountsOf(balance, language),
    lines: lines.map((line) => lineOf(line, { movementsByLine, language })),
    tax: withholdings.map((each) => taxOf(each, language)),
    payouts: payouts.map(payoutOf),
    payout_reversals: payoutReversals.map((each) => reversalOf(each, language)),
    payout_notices: payoutNotices.map((each) => noticeOf(each, language)),
    seal: close.seal,
  };
  const paidAhead = minorToDecimal(balance.paid_ahead_minor, currency);
  return prove(statement, { close, hashes, paidAhead, payouts, payoutReversals });
}

/** The figures of a balance, in the form of the statement. */
function amountsOf(
  balance: Balance,
  language: Language,
): Pick<StatementDocument, 'currency' | 'summary' | 'rounding' | 'payout_decision'> {
  const { currency } = balance;
  const amount = (minor: bigint): string => minorToDecimal(minor, currency);
  const lines = balance.earnings_minor - balance.refunds_minor + balance.adjustments_minor;
  const unit = 10n ** BigInt(9 - requireExponent(currency));
  const exact = lines * unit + parseDecimal(balance.carried_out_exact) - parseDecimal(balance.carried_in_exact);
  return {
    currency,
    summary: {
      opening: amount(balance.opening_minor),
      earnings: amount(balance.earnings_minor),
      refunds: amount(balance.refunds_minor),
      adjustments: amount(balance.adjustments_minor),
      tax_withheld: amount(balance.withheld_minor),
      payouts: amount(balance.payouts_minor),
      payout_reversals: amount(balance.payout_reversals_minor),
      closing: amount(balance.closing_minor),
    },
    rounding: {
      carried_in_exact: balance.carried_in_exact,
      lines_exact: decimalOf(exact),
      lines: amount(lines),
      carried_out_exact: balance.carried_out_exact,
    },
    payout_decision: {
      amount: amount(balance.payable_minor),
      held: amount(balance.held_minor),
      reason: balance.payout_reason,
      explanation: explainPayout(balance, language),
    },
  };
}

/** A movement of a correction belongs to the line of the correction, any other one to that of its kind, terms, month and fee. */
function lineIdOfMovement({ movement_id, movement_kind, fee_bps, ...movement }: Movement): string {
  const [, correction_id = null] = /^correction:(.*)$/s.exec(movement_id) ?? [];
  return lineIdOf({ ...movement, kind: movement_kind, fee_bps: String(fee_bps), correction_id });
}

function lineOf(
  line: Line,
  { movementsByLine, language }: { movementsByLine: ReadonlyMap<string, readonly Movement[]>; language: Language },
): StatementLine {
  const line_id = lineIdOf({ ...line, kind: line.line_kind, fee_bps: String(line.fee_bps) });
  return {
    line_id,
    kind: line.line_kind as LineKind,
    asset_id: line.asset_id,
    asset_title: line.asset_title ?? line.asset_id ?? language.say.lines.balanceAdjustment,
    license_type: line.license_type as LicenseType | null,
    earned_period: line.earned_period,
    // A correction has the terms of other lines, but the day is that of its own movement.
    first_on: line.correction_id === null ? dayAt(line.first_at) : null,
    last_on: line.correction_id === null ? dayAt(line.last_at) : null,
    revenue_event_count: String(line.revenue_event_count),
    units: line.units,
    gross_exact: line.gross_amount,
    platform_fee_exact: line.platform_fee_amount,
    platform_fee_rate: percentOf(line.fee_bps),
    share_rate: percentOf(line.share_bps),
    amount_exact: line.line_amount_exact,
    amount: minorToDecimal(line.line_amount_minor, line.currency),
    formula: formulaOf(line, language),
    terms_id: line.terms_id,
    rate: line.rate,
    correction_id: line.correction_id,
    corrected_kind: line.corrected_kind,
    corrected_id: line.corrected_id,
    correction_reason: line.correction_reason,
    movements: (movementsByLine.get(line_id) ?? []).map(movementOf),
  };
}

const dayAt = (instant: string | null): string | null => instant?.slice(0, 10) ?? null;

function movementOf({ movement_id, sale_id, occurred_at, gross_amount, royalty_amount }: Movement): StatementMovement {
  return { movement_id, sale_id, occurred_at, gross_exact: gross_amount, amount_exact: royalty_amount };
}

function taxOf(withheld: Withholding, language: Language): StatementWithholding {
  const amount = (minor: bigint): string => minorToDecimal(minor, withheld.currency);
  return {
    credited_on: withheld.credited_on,
    payer_country: withheld.payer_country,
    payee_status: withheld.payee_status as StatementWithholding['payee_status'],
    status_basis: withheld.status_basis as StatementWithholding['status_basis'],
    withholding_rule_id: withheld.withholding_rule_id,
    rate: rateOf(withheld.withholding_rate_ppm),
    credited_exact: withheld.credited_amount,
    taxable_exact: withheld.taxable_amount,
    withheld: amount(withheld.withheld_minor),
    withheld_of_year: amount(withheld.withheld_of_year_minor),
    not_given_back: amount(withheld.not_given_back_minor),
    explanation: explainTax(withheld, language),
  };
}

function payoutOf(payout: Payout): StatementPayout {
  return {
    payout_id: payout.payout_id,
    paid_period: payout.payout_period,
    sent_on: payout.occurred_at.slice(0, 10),
    transfer_id_stripe: payout.transfer_id_stripe,
    amount: minorToDecimal(decimalToMinor(payout.amount, payout.currency), payout.currency),
  };
}

function reversalOf(reversal: PayoutReversal, language: Language): StatementPayoutReversal {
  const { currency } = reversal;
  return {
    reversal_id_stripe: reversal.reversal_id_stripe,
    payout_id: reversal.payout_id,
    paid_period: reversal.payout_period,
    reversed_on: reversal.occurred_at.slice(0, 10),
    transfer_id_stripe: reversal.transfer_id_stripe,
    amount: minorToDecimal(decimalToMinor(reversal.amount, currency), currency),
    explanation: explainReversal(reversal, language),
  };
}

function noticeOf(notice: PayoutNotice, language: Language): StatementPayoutNotice {
  const { currency } = notice;
  return {
    payout_id: notice.payout_id,
    paid_period: notice.payout_period,
    noticed_on: notice.occurred_at.slice(0, 10),
    outcome: notice.outcome as StatementPayoutNotice['outcome'],
    amount: minorToDecimal(decimalToMinor(notice.amount, currency), currency),
    reason: noticedReason(notice, language),
    ...(isBankAccount(notice.account_id_stripe) && { to_bank_account: true }),
    explanation: explainNotice(notice, language),
  };
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
