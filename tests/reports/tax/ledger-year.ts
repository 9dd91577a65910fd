import { builtTableOf } from '../../../transforms/engine/model.ts';
import { closes } from '../../../transforms/ledger/tables.ts';
import { balances } from '../../../transforms/marts/balances.ts';
import { payoutReversals } from '../../../transforms/marts/payout_reversals.ts';
import { payouts } from '../../../transforms/marts/payouts.ts';
import { saleAllocations } from '../../../transforms/marts/sale_allocations.ts';
import { statementLines } from '../../../transforms/marts/statement_lines.ts';
import { withholdings } from '../../../transforms/marts/withholdings.ts';
import { decimalOf, minorToDecimal, parseDecimal } from '../../../warehouse/money.ts';
import { nextPeriod, parsePeriod } from '../../../warehouse/period.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';

/** What a month of the ledger has of a creator, in minor units. */
export interface Month {
  readonly period: string;
  readonly creator_id: string;
  readonly currency: string;
  readonly earned?: bigint;
  /** Taken back by refunds, as a positive number. */
  readonly refunded?: bigint;
  /** The same of sales of earlier months, by month, and exactly if it is not whole; no tax is given back of them. Below zero: a sale that was learned late. */
  readonly refundedOf?: readonly (readonly [earned_period: string, minor: bigint, exact?: string])[];
  /** A correction of the balance. */
  readonly adjusted?: bigint;
  /** At 30 %; the rule is written with the tax. */
  readonly withheld?: bigint;
  readonly rule?: string;
  readonly sent?: readonly (readonly [day: string, minor: bigint])[];
  readonly returned?: readonly (readonly [day: string, minor: bigint])[];
}

/** Writes months into the ledger as closings would, and closes them. */
export async function writeLedger(warehouse: Warehouse, months: readonly Month[], closed: readonly string[]) {
  const rows = months.map(rowsOf);
  await warehouse.transaction(async (writer) => {
    await writer.append(
      builtTableOf(statementLines, 'ledger'),
      rows.flatMap(({ lines }) => lines),
    );
    await writer.append(
      builtTableOf(balances, 'ledger'),
      rows.map(({ balance }) => balance),
    );
    await writer.append(
      builtTableOf(withholdings, 'ledger'),
      rows.flatMap(({ withheld }) => withheld),
    );
    await writer.append(
      builtTableOf(saleAllocations, 'ledger'),
      rows.flatMap(({ allocations }) => allocations),
    );
    await writer.append(
      builtTableOf(payouts, 'ledger'),
      rows.flatMap(({ sent }) => sent),
    );
    await writer.append(
      builtTableOf(payoutReversals, 'ledger'),
      rows.flatMap(({ returned }) => returned),
    );
    await writer.append(closes, closed.map(closeOf));
  });
}

const closeOf = (period: string): Row<typeof closes> => ({
  ...{
    period,
    next_period: nextPeriod(parsePeriod(period)),
    cutoff_at: `${nextPeriod(parsePeriod(period))}-02T08:00:00.000Z`,
  },
  ...{ closed_by: 'Ada', posting_count: 0n, format_version: 1n, rules_hash: '0'.repeat(64) },
  ...{ blinding_secret: '1'.repeat(64), seal: '2'.repeat(64), previous_seal: null },
});

type Line = Row<typeof statementLines>;

function rowsOf(month: Month) {
  const { earned = 0n, refunded = 0n, refundedOf = [], adjusted = 0n, withheld = 0n } = month;
  const key = { period: month.period, creator_id: month.creator_id, currency: month.currency };
  const decimal = (minor: bigint): string => minorToDecimal(minor, month.currency);
  const line = (
    line_kind: Line['line_kind'],
    minor: bigint,
    { isBalance = false, earned_period = month.period } = {},
  ): Line => ({
    ...{ ...key, line_kind, asset_id: null, license_type: null, earned_period, terms_id: null },
    ...{ rate: '0', fee_bps: 2000n, share_bps: 10000n, revenue_event_count: 1n, units: '1' },
    ...{ correction_id: isBalance ? 'cor_1' : null, corrected_kind: isBalance ? 'balance' : null },
    ...{ corrected_id: null, correction_reason: null },
    ...{ gross_amount: decimal(isBalance ? minor : minor * 2n), platform_fee_amount: decimal(isBalance ? 0n : minor) },
    ...{ line_amount_exact: decimal(minor), line_amount_minor: minor },
  });
  const refunded_all = refundedOf.reduce((sum, [, minor]) => sum + minor, refunded);
  const paid = (minor: bigint, day: string) => ({
    ...{
      ...key,
      payout_period: month.period,
      amount: decimal(minor),
      account_id_stripe: 'acct_1',
      transfer_id_stripe: 'tr_1',
    },
    ...{ occurred_at: `${day}T12:00:00.000Z`, recorded_at: `${day}T12:00:00.000Z` },
  });
  const name = `${month.period}:${month.creator_id}:${month.currency}`;
  const balance: Row<typeof balances> = {
    ...{ ...key, opening_minor: 0n, earnings_minor: earned, refunds_minor: refunded_all, adjustments_minor: adjusted },
    ...{ withheld_minor: withheld, payouts_minor: 0n, payout_reversals_minor: 0n, closing_minor: 0n, held_minor: 0n },
    ...{ paid_ahead_minor: 0n, minimum_minor: 0n, payable_minor: 0n, payout_reason: 'nothing_owed' },
    ...{ account_id_stripe: null, carried_in_exact: '0', carried_out_exact: '0' },
  };
  return {
    balance,
    lines: [
      ...(earned === 0n ? [] : [line('earning', earned)]),
      ...(refunded === 0n ? [] : [line('refund', -refunded)]),
      ...refundedOf.map(([earned_period, minor]) => line('refund', -minor, { earned_period })),
      ...(adjusted === 0n ? [] : [line('adjustment', adjusted, { isBalance: true })]),
    ],
    withheld: month.rule === undefined ? [] : withholdingsOf(key, { ...month, withheld }),
    allocations: refundedOf.flatMap(([earned_period, minor, exact = decimal(minor)], i) => {
      const of = { sale_id: `sale:${name}:${i}`, earned_period };
      if (minor < 0n) return [allocation(key, { ...of, exact: decimal(-minor) })];
      return [
        allocation({ ...key, period: earned_period }, { ...of, exact }),
        allocation(key, { ...of, exact: `-${exact}` }),
      ];
    }),
    sent: (month.sent ?? []).map(([day, minor], i) => ({ ...paid(minor, day), payout_id: `${name}:${i}` })),
    returned: (month.returned ?? []).map(([day, minor], i) => ({
      ...{ ...paid(minor, day), payout_id: `${name}:${i}`, reversal_id_stripe: `trr:${name}:${i}` },
    })),
  };
}

type Key = { readonly period: string; readonly creator_id: string; readonly currency: string };

const creditedOn = (period: string): string => `${nextPeriod(parsePeriod(period))}-01`;

/** What the month credits, and what it takes back of each earlier one. */
function withholdingsOf(key: Key, month: Month & { withheld: bigint }): Row<typeof withholdings>[] {
  const { rule = '', earned = 0n, refunded = 0n, refundedOf = [], withheld } = month;
  const row = (credited_on: string, minor: bigint, withheld_minor: bigint): Row<typeof withholdings> => ({
    ...{ ...key, credited_on, payer_country: 'US', payee_status: 'foreign', status_basis: 'documented' },
    ...{
      withholding_rule_id: rule,
      withholding_rate_ppm: 300_000n,
      credited_amount: minorToDecimal(minor, key.currency),
    },
    ...{ taxable_amount: minorToDecimal(minor, key.currency), withheld_minor },
    ...{ withheld_of_year_minor: 0n, not_given_back_minor: 0n },
  });
  return [
    row(creditedOn(key.period), earned - refunded, withheld),
    ...refundedOf.map(([earned_period, minor]) => row(creditedOn(earned_period), -minor, 0n)),
  ];
}

/** A sale, or a negative refund of all of it. */
function allocation(
  key: Key,
  { sale_id, earned_period, exact }: { sale_id: string; earned_period: string; exact: string },
): Row<typeof saleAllocations> {
  const isEarning = !exact.startsWith('-');
  return {
    ...{ ...key, movement_id: `${isEarning ? 'sale' : 'refund'}:${sale_id}`, sale_id, earned_period },
    ...{ movement_kind: isEarning ? 'earning' : 'refund', asset_id: 'asset_1', developer_id: null },
    ...{ license_type: 'one_time', terms_id: 'terms_1', fee_bps: 2000n, share_bps: 10_000n },
    ...{ gross_amount: decimalOf(2n * parseDecimal(exact)), royalty_amount: exact },
    occurred_at: `${key.period}-15T12:00:00.000Z`,
  };
}
