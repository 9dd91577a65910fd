import { decimalOf } from '../../../warehouse/money.ts';
import { readDecimal } from './amounts.ts';
import type { ClosedPeriod } from './books.ts';
import type { RawRow } from './facts.ts';

/** A row of a mart as text by column; only the columns that are compared. */
export type TextRow = Readonly<Record<string, string>>;
/** The rows of a period by mart. */
export type TextBooks = Readonly<Record<ComparedTable, readonly TextRow[]>>;

/** What is compared: the columns of each mart, of which the first ones are its key within a period. */
export const COMPARED = {
  royalties: {
    key: ['movement_id', 'creator_id'],
    values: [
      ...['movement_kind', 'license_type', 'terms_id', 'currency', 'fee_bps', 'share_bps', 'earned_period'],
      ...['revenue_event_count', 'units', 'gross_amount', 'platform_fee_amount', 'royalty_amount'],
    ],
  },
  statement_lines: {
    key: ['creator_id', 'currency', 'line_kind', 'terms_id', 'fee_bps', 'earned_period', 'correction_id'],
    values: [
      ...['revenue_event_count', 'units', 'corrected_kind', 'corrected_id'],
      ...['gross_amount', 'platform_fee_amount', 'line_amount_exact', 'line_amount_minor'],
    ],
  },
  carried_fractions: { key: ['creator_id', 'currency'], values: ['carried_in_exact', 'carried_out_exact'] },
  withholdings: {
    key: ['creator_id', 'currency', 'credited_on'],
    values: [
      ...['payer_country', 'payee_status', 'status_basis', 'withholding_rule_id'],
      ...['withholding_rate_ppm', 'credited_amount', 'taxable_amount'],
      ...['withheld_minor', 'withheld_of_year_minor', 'not_given_back_minor'],
    ],
  },
  balances: {
    key: ['creator_id', 'currency'],
    values: [
      ...['opening_minor', 'earnings_minor', 'refunds_minor', 'adjustments_minor', 'withheld_minor'],
      ...['payouts_minor', 'payout_reversals_minor', 'closing_minor'],
      ...['held_minor', 'paid_ahead_minor', 'payable_minor', 'payout_reason', 'carried_in_exact', 'carried_out_exact'],
    ],
  },
  suspended_facts: {
    key: ['fact_kind', 'fact_id'],
    values: ['exception_reason', 'suspended_period', 'suspended_amount', 'currency', 'occurred_at', 'recorded_at'],
  },
  flagged_facts: {
    key: ['fact_kind', 'fact_id', 'exception_reason'],
    values: [
      ...['flagged_period', 'flagged_amount', 'currency', 'message_id', 'other_message_id'],
      ...['other_amount', 'other_currency', 'occurred_at', 'recorded_at'],
    ],
  },
  period_totals: {
    key: ['currency'],
    values: [
      ...['buyers_net_amount', 'creators_amount', 'platform_fee_amount', 'refunds_amount'],
      ...['rounding_amount', 'suspense_amount', 'residual_amount'],
    ],
  },
  postings: { key: ['source_reference', 'account'], values: ['currency', 'posting_amount'] },
} as const satisfies Record<string, { key: readonly string[]; values: readonly string[] }>;
export type ComparedTable = keyof typeof COMPARED;
/** Of the postings, those of taxes are compared, without the other side. */
export const COMPARED_ROWS: Partial<Record<ComparedTable, string>> = {
  postings: `journal_kind = 'tax' and account <> 'tax_payable'`,
};
export const COMPARED_TABLES = Object.keys(COMPARED) as readonly ComparedTable[];

/** The books of a period as rows of the marts. */
export function rowsOf(period: ClosedPeriod): TextBooks {
  const { royalties, lines, carries, withholdings, balances, suspended, flagged, totals } = period;
  return {
    royalties: royalties
      .filter(({ correction }) => correction?.kind !== 'balance')
      .map((row) => ({
        ...{ movement_id: row.movement, creator_id: row.creatorId, movement_kind: row.kind, currency: row.currency },
        ...{ license_type: row.terms.licenseType ?? '', terms_id: row.terms.id, earned_period: row.earned },
        ...{ fee_bps: `${row.feeBps}`, share_bps: `${row.bps}`, revenue_event_count: `${row.count}` },
        ...{ units: decimalOf(row.units), ...feeOf(row), royalty_amount: decimalOf(row.royalty) },
      })),
    statement_lines: lines.map((row) => ({
      ...{ creator_id: row.creatorId, currency: row.currency, line_kind: row.kind },
      ...{ terms_id: row.termsId, fee_bps: `${row.feeBps}`, earned_period: row.earned },
      ...{ revenue_event_count: `${row.count}`, units: decimalOf(row.units), ...feeOf(row) },
      ...{ correction_id: row.correction?.id ?? '', corrected_kind: row.correction?.kind ?? '' },
      ...{ corrected_id: row.correction?.correctedId ?? '' },
      ...{ line_amount_exact: decimalOf(row.royalty), line_amount_minor: `${row.minor}` },
    })),
    carried_fractions: [...carries.values()].map((row) => ({
      ...{ creator_id: row.creatorId, currency: row.currency },
      ...{ carried_in_exact: decimalOf(row.carriedIn), carried_out_exact: decimalOf(row.carriedOut) },
    })),
    withholdings: withholdings.map((row) => ({
      ...{ creator_id: row.creatorId, currency: row.currency, credited_on: row.creditedOn },
      ...{ payer_country: row.payerCountry, payee_status: row.status, status_basis: row.basis },
      ...{ withholding_rule_id: row.ruleId, withholding_rate_ppm: `${row.ppm}` },
      ...{ credited_amount: decimalOf(row.credited), taxable_amount: decimalOf(row.taxable) },
      ...{ withheld_minor: `${row.minor}`, withheld_of_year_minor: `${row.ofYear}` },
      not_given_back_minor: `${row.notGivenBack}`,
    })),
    balances: [...balances.values()].map((row) => ({
      ...{ creator_id: row.creatorId, currency: row.currency, opening_minor: `${row.opening}` },
      ...{ earnings_minor: `${row.earnings}`, refunds_minor: `${row.refunds}`, payouts_minor: `${row.payouts}` },
      ...{ withheld_minor: `${row.withheld}`, payout_reversals_minor: `${row.payoutReversals}` },
      ...{ adjustments_minor: `${row.adjustments}`, closing_minor: `${row.closing}`, held_minor: `${row.held}` },
      ...{ paid_ahead_minor: `${row.paidAhead}`, payable_minor: `${row.payable}`, payout_reason: row.reason },
      ...{ carried_in_exact: decimalOf(row.carriedIn), carried_out_exact: decimalOf(row.carriedOut) },
    })),
    suspended_facts: [...suspended.values()].map(({ fact, reason, since, amount, currency }) => ({
      ...{ fact_kind: fact.kind, fact_id: fact.id, exception_reason: reason, suspended_period: since },
      ...{ suspended_amount: amount === undefined ? '' : decimalOf(amount), currency: currency ?? '' },
      ...{ occurred_at: fact.occurredAt, recorded_at: fact.recordedAt },
    })),
    flagged_facts: [...flagged.values()].map(({ fact, reason, since, other }) => ({
      ...{ fact_kind: fact.kind, fact_id: fact.id, exception_reason: reason, flagged_period: since },
      ...{ flagged_amount: amountIn(fact.row), currency: fact.row.currency ?? '' },
      ...{ message_id: other ? fact.row.id : '', other_message_id: other?.id ?? '' },
      ...{ other_amount: amountIn(other), other_currency: other?.currency ?? '' },
      ...{ occurred_at: fact.occurredAt, recorded_at: fact.recordedAt },
    })),
    period_totals: totals.map((row) => ({
      ...{
        currency: row.currency,
        buyers_net_amount: decimalOf(row.buyersNet),
        creators_amount: decimalOf(row.creators),
      },
      ...{ platform_fee_amount: decimalOf(row.platformFee), refunds_amount: decimalOf(row.refunds) },
      ...{ rounding_amount: decimalOf(row.rounding), suspense_amount: decimalOf(row.suspense), residual_amount: '0' },
    })),
    postings: postingsOf(period),
  };
}

/** What the taxes of a period change. */
function postingsOf({ taxes, taxesBefore }: ClosedPeriod): TextRow[] {
  return [...taxes].flatMap(([key, { saleId, account, currency, amount }]) => {
    const change = amount - (taxesBefore.get(key)?.amount ?? 0n);
    const row = { source_reference: `sale:${saleId}`, account, currency, posting_amount: decimalOf(change) };
    return change === 0n ? [] : [row];
  });
}

function amountIn(report: RawRow | undefined): string {
  const amount = readDecimal(report?.amount);
  return amount === undefined ? '' : decimalOf(amount);
}

function feeOf({ gross, royalty }: { gross: bigint; royalty: bigint }): TextRow {
  return { gross_amount: decimalOf(gross), platform_fee_amount: decimalOf(gross - royalty) };
}
