import type { Services } from '../../../jobs/job.ts';
import { batchIdOf, isInBatch } from '../../../jobs/payouts/batch-ids.ts';
import { type PayoutStatus, statusOf } from '../../../jobs/payouts/status.ts';
import { type BridgeLine, reconciliationOf } from '../../../jobs/reconcile-stripe.ts';
import { splitAmount } from '../../../reports/statement/format.ts';
import { requireClose } from '../../../transforms/ledger/closing.ts';
import type { periodTotals } from '../../../transforms/marts/period_totals.ts';
import { countOf } from '../../../warehouse/count-of.ts';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import type { Period } from '../../../warehouse/period.ts';
import type { Row } from '../../../warehouse/vocabulary/tables.ts';
import type { LocalStripe } from '../stripe/local-stripe.ts';
import type { EventCounts } from './events.ts';
import { casesShown } from './shown.ts';

interface Amount {
  readonly currency: string;
  readonly amount: string;
}

export interface Summary {
  readonly period: string;
  readonly events: EventCounts;
  readonly money: readonly Record<
    'currency' | 'buyers_net' | 'creators' | 'platform_fee' | 'refunds' | 'rounding' | 'suspense' | 'residual',
    string
  >[];
  readonly statements: number;
  readonly payouts: {
    readonly sent: number;
    readonly amount_by_currency: readonly Amount[];
    readonly skipped: Readonly<Record<string, number>>;
  };
  readonly stripe: { readonly transfers: number; readonly amount_by_currency: readonly Amount[] };
  /** One sentence each. */
  readonly special_cases: readonly string[];
  readonly reconciliation: { readonly verdict: string; readonly breaks: number };
  /** Stripe's balance of payments, by currency. */
  readonly bridge: readonly (Record<(typeof BRIDGE_LINES)[number], string> & { readonly currency: string })[];
  readonly seal: string;
  readonly seconds_by_step: Readonly<Record<string, number>>;
}

/** The lines of the bridge from one balance at Stripe to the next, and what Stripe gave as its balance. */
const BRIDGE_LINES = ['opening', 'activity', 'payouts', 'closing', 'retrieved', 'residual'] as const;

interface SummaryInput {
  readonly period: Period;
  readonly services: Services;
  readonly stripe: LocalStripe;
  readonly events: EventCounts;
  readonly seconds: Readonly<Record<string, number>>;
}

export async function summaryOf({ period, services, stripe, events, seconds }: SummaryInput): Promise<Summary> {
  const totals = await services.warehouse.query<Row<typeof periodTotals>>(
    'select * from tantieme.period_totals where period = $1 order by currency',
    [period],
  );
  const statements = await services.operational
    .selectFrom('issued_statements')
    .select('statement_id')
    .where('period', '=', period)
    .execute();
  const batch = batchIdOf(period);
  const status = await statusOf(services, batch);
  const sent = status.filter(({ state }) => state === 'sent');
  const transfers = stripe.transfers().filter(({ transfer_group }) => isInBatch(transfer_group, batch));
  const { verdict, breaks, bridge } = await reconciliationOf(services, period);
  const summary: Summary = {
    period,
    events,
    money: totals.map((row) => ({
      currency: row.currency,
      buyers_net: row.buyers_net_amount,
      creators: row.creators_amount,
      platform_fee: row.platform_fee_amount,
      refunds: row.refunds_amount,
      rounding: row.rounding_amount,
      suspense: row.suspense_amount,
      residual: row.residual_amount,
    })),
    statements: statements.length,
    payouts: { sent: sent.length, amount_by_currency: sums(sent), skipped: reasons(status) },
    stripe: {
      transfers: transfers.length,
      amount_by_currency: sums(
        transfers.map(({ amount, currency }) => ({ amount_minor: BigInt(amount), currency: currency.toUpperCase() })),
      ),
    },
    special_cases: await casesShown(services.warehouse, period),
    reconciliation: { verdict, breaks: breaks.length },
    bridge: bridgeOf(bridge),
    seal: (await requireClose(services.warehouse, period)).seal,
    seconds_by_step: seconds,
  };
  assertConsistent(summary);
  return summary;
}

function bridgeOf(lines: readonly BridgeLine[]): Summary['bridge'] {
  const ofPayments = lines.filter(({ balance_type }) => balance_type === 'payments');
  return [...Map.groupBy(ofPayments, ({ currency }) => currency)].sort(byName).map(([currency, some]) => {
    const net = (line: string): string => {
      const minors = some.filter(({ bridge_line }) => bridge_line === line).map(({ net_minor }) => net_minor);
      return minorToDecimal(
        minors.reduce((sum, minor) => sum + minor, 0n),
        currency,
      );
    };
    return {
      ...{ currency, opening: net('opening'), activity: net('activity'), payouts: net('payouts') },
      ...{ closing: net('closing'), retrieved: net('retrieved'), residual: net('residual') },
    };
  });
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Throws `InvariantBroken` unless the summary accounts for all events and money. */
function assertConsistent({ events, payouts, stripe, money }: Summary): void {
  invariant(
    events.sent === events.accepted,
    `All ${events.sent} events sent must be accepted, but ${events.accepted} were.`,
  );
  invariant(
    events.landed + events.duplicates + events.quarantined === events.accepted,
    'Every accepted event must be landed, a duplicate or quarantined.',
  );
  invariant(
    money.every(({ residual }) => residual === '0'),
    'The money of the month must leave no residual.',
  );
  invariant(
    JSON.stringify(payouts.amount_by_currency) === JSON.stringify(stripe.amount_by_currency),
    'The payouts must equal the transfers at Stripe.',
  );
}

function sums(rows: readonly { amount_minor: bigint; currency: string }[]): Amount[] {
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency);
  return [...byCurrency]
    .map(([currency, some]) => ({
      currency,
      amount: minorToDecimal(
        some.reduce((sum, row) => sum + row.amount_minor, 0n),
        currency,
      ),
    }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function reasons(status: readonly PayoutStatus[]): Record<string, number> {
  const skipped = status
    .filter(({ state }) => state !== 'sent')
    .map(({ reason, state }) => (state === 'skipped' ? reason : state));
  return Object.fromEntries(
    [...Map.groupBy(skipped, (reason) => reason)].map(([reason, some]) => [reason, some.length] as const).sort(),
  );
}

/** The rows of the table: what buyers paid, and its parts. */
const PARTS = {
  'buyers net': 'buyers_net',
  '= creators': 'creators',
  '+ platform fee': 'platform_fee',
  '+ carried fractions': 'rounding',
  '+ suspense': 'suspense',
  '+ residual': 'residual',
} as const;

export function printTable(summary: Summary, { files }: { files: readonly string[] }): void {
  console.log(`\n${summary.period}: what buyers paid, and who receives it`);
  printAmounts('', {
    currencies: summary.money.map(({ currency }) => currency),
    lines: Object.entries(PARTS).map(([label, part]) => [
      label,
      summary.money.map((row) => splitAmount(row[part], row.currency)),
    ]),
  });
  console.log('');
  printAmounts("Stripe's balance", {
    currencies: summary.bridge.map(({ currency }) => currency),
    lines: BRIDGE_LINES.map((line) => [line, summary.bridge.map((row) => splitAmount(row[line], row.currency))]),
  });
  const paid = summary.payouts.amount_by_currency.map(({ amount, currency }) => `${amount} ${currency}`).join(' and ');
  console.log(
    `\n${countOf(summary.statements, 'statement')}; ${countOf(summary.payouts.sent, 'payout')} of ${paid}, the same at Stripe.`,
  );
  console.log(
    `Not paid: ${
      Object.entries(summary.payouts.skipped)
        .map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`)
        .join(', ') || 'none'
    }.`,
  );
  console.log(`Stripe: ${summary.reconciliation.verdict}. Seal: ${summary.seal}`);
  console.log(`\nSpecial cases in these books:\n${summary.special_cases.map((each) => `  ${each}`).join('\n')}`);
  console.log(`\nFiles:\n${files.map((file) => `  ${file}`).join('\n')}`);
}

/** An amount up to its minor units, and what is smaller. */
type SplitAmount = ReturnType<typeof splitAmount>;

/** A column for each currency, as wide as its amounts, which have their minor units below each other. */
function printAmounts(
  title: string,
  {
    currencies,
    lines,
  }: { currencies: readonly string[]; lines: readonly (readonly [string, readonly SplitAmount[]])[] },
): void {
  const columns = currencies.map((currency, at) => [
    { main: currency, tail: '' },
    ...lines.map(([, amounts]) => requirePresent(amounts[at], `An amount in ${currency}.`)),
  ]);
  const cells = columns.map((column) => {
    const [main, tail] = [widest(column.map((each) => each.main)), widest(column.map((each) => each.tail))];
    return column.map((each) => `  ${each.main.padStart(main)}${each.tail.padEnd(tail)}`);
  });
  for (const [at, label] of [title, ...lines.map(([label]) => label)].entries()) {
    console.log(`${label.padEnd(20)}${cells.map((column) => column[at]).join('')}`.trimEnd());
  }
}

const widest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
