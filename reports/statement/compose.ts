import { closeOf } from '../../transforms/ledger/closing.ts';
import { requireSealedTree } from '../../transforms/ledger/proof.ts';
import type { balances } from '../../transforms/marts/balances.ts';
import type { payouts } from '../../transforms/marts/payouts.ts';
import type { statementLines } from '../../transforms/marts/statement_lines.ts';
import { exponentOf } from '../../warehouse/currencies.ts';
import { Conflict } from '../../warehouse/errors.ts';
import { derivedId } from '../../warehouse/ids.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { decimalOf, decimalToMinor, minorToDecimal, parseDecimal } from '../../warehouse/money.ts';
import { readQueries } from '../../warehouse/named-queries.ts';
import { type Period, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { LineKind, StatementDocument, StatementLine, StatementPayout } from './document.ts';
import { explainPayout, formulaOf, percentOf } from './explanations.ts';
import { prove } from './prove.ts';
import { lineIdOf } from './verify-proof.ts';

type Balance = Row<typeof balances>;
type Line = Row<typeof statementLines>;
type Payout = Row<typeof payouts>;

const QUERIES = readQueries(import.meta.url, 'statement.queries.sql', {
  creators: ['period'],
  balances: ['period', 'first_creator_id', 'last_creator_id'],
  lines: ['period', 'first_creator_id', 'last_creator_id'],
  payouts: ['period', 'first_creator_id', 'last_creator_id'],
  asset_titles: ['period', 'first_creator_id', 'last_creator_id'],
});

/** How many creators' rows are read at a time. */
const CREATORS_AT_ONCE = 100;

export interface ComposeOptions {
  readonly period: Period;
  readonly issuerName: string;
}

export function statementIdOf(balance: { period: string; creator_id: string; currency: string }): string {
  return derivedId('stmt', balance.period, balance.creator_id, balance.currency);
}

/**
 * The statements of a closed period: one for each creator and currency with a balance row, ordered by creator and currency.
 * Throws `Conflict` if the period is not closed.
 */
export async function* composeStatements(
  warehouse: Pick<Warehouse, 'query' | 'stream'>,
  { period, issuerName }: ComposeOptions,
): AsyncGenerator<StatementDocument> {
  if (!(await closeOf(warehouse, period))) {
    throw new Conflict(`${period} has no statements, because it is not closed. Close it first.`);
  }
  const { close, tree } = await requireSealedTree(warehouse, period);
  const creators = await warehouse.query<{ creator_id: string; creator_name: string | null; country: string | null }>(
    ...QUERIES.creators(period),
  );
  for (let from = 0; from < creators.length; from += CREATORS_AT_ONCE) {
    const some = creators.slice(from, from + CREATORS_AT_ONCE);
    const rows = await rowsOf(warehouse, {
      period,
      first: some[0]?.creator_id ?? '',
      last: some.at(-1)?.creator_id ?? '',
    });
    for (const balance of rows.balances) {
      const isOfBalance = (row: { creator_id: string; currency: string }): boolean =>
        row.creator_id === balance.creator_id && row.currency === balance.currency;
      const { creator_id, creator_name, country } = requirePresent(
        some.find((creator) => creator.creator_id === balance.creator_id),
        balance.creator_id,
      );
      const payoutRows = rows.payouts.filter(isOfBalance);
      const statement = {
        schema_version: '1' as const,
        statement_id: statementIdOf(balance),
        issuer: { name: issuerName },
        creator: { creator_id, name: creator_name ?? creator_id, country: country ?? '' },
        period,
        period_starts_on: dayOf(periodStart(period)),
        period_ends_on: dayOf(periodEnd(period) - 1),
        closed_at: close.cutoff_at,
        ...amountsOf(balance),
        lines: rows.lines.filter(isOfBalance).map((line) => lineOf(line, rows.titles)),
        payouts: payoutRows.map(payoutOf),
        seal: close.seal,
      };
      const paidAhead = minorToDecimal(balance.paid_ahead_minor, balance.currency);
      yield prove(statement, { close, tree, paidAhead, payouts: payoutRows });
    }
  }
}

async function rowsOf(
  warehouse: Pick<Warehouse, 'query'>,
  { period, first, last }: { period: Period; first: string; last: string },
) {
  const bounds = [period, first, last] as const;
  const [balanceRows, lines, paid, titles] = [
    await warehouse.query<Balance>(...QUERIES.balances(...bounds)),
    await warehouse.query<Line>(...QUERIES.lines(...bounds)),
    await warehouse.query<Payout>(...QUERIES.payouts(...bounds)),
    await warehouse.query<{ asset_id: string; asset_title: string }>(...QUERIES.asset_titles(...bounds)),
  ];
  return {
    balances: balanceRows,
    lines,
    payouts: paid,
    titles: new Map(titles.map((row) => [row.asset_id, row.asset_title])),
  };
}

/** The figures of a balance, in the form of the statement. */
function amountsOf(balance: Balance): Pick<StatementDocument, 'currency' | 'summary' | 'rounding' | 'payout_decision'> {
  const { currency } = balance;
  const amount = (minor: bigint): string => minorToDecimal(minor, currency);
  const lines = balance.earnings_minor - balance.refunds_minor + balance.adjustments_minor;
  const unit = 10n ** BigInt(9 - exponentOf(currency));
  const exact = lines * unit + parseDecimal(balance.carried_out_exact) - parseDecimal(balance.carried_in_exact);
  return {
    currency,
    summary: {
      opening: amount(balance.opening_minor),
      earnings: amount(balance.earnings_minor),
      refunds: amount(balance.refunds_minor),
      adjustments: amount(balance.adjustments_minor),
      payouts: amount(balance.payouts_minor),
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
      explanation: explainPayout(balance),
    },
  };
}

function lineOf(line: Line, titles: ReadonlyMap<string, string>): StatementLine {
  return {
    line_id: lineIdOf({ ...line, kind: line.line_kind, fee_bps: String(line.fee_bps) }),
    kind: line.line_kind as LineKind,
    asset_id: line.asset_id,
    asset_title: titles.get(line.asset_id) ?? line.asset_id,
    license_type: line.license_type as LicenseType,
    earned_period: line.earned_period,
    revenue_event_count: String(line.revenue_event_count),
    units: line.units,
    gross_exact: line.gross_amount,
    platform_fee_exact: line.platform_fee_amount,
    platform_fee_rate: percentOf(line.fee_bps),
    share_rate: percentOf(line.share_bps),
    amount_exact: line.line_amount_exact,
    amount: minorToDecimal(line.line_amount_minor, line.currency),
    formula: formulaOf(line),
    terms_id: line.terms_id,
    rate: line.rate,
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

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
