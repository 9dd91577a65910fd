import { resolve } from 'node:path';
import { readReport } from '../../jobs/import-stripe-report.ts';
import { readWindow } from '../../jobs/pull-from-stripe.ts';
import type { BridgeLine, Reconciliation, Verdict } from '../../jobs/reconcile-stripe.ts';
import { NONE, resultInWords } from '../../reports/finance/break-sentences.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { oneOf } from './acts.ts';
import { shown, shownBreaks } from './breaks.ts';
import type { Act, Args } from './command.ts';
import { writeReport } from './finance-report.ts';

/** Pulls Stripe's records. */
export const pullStripe: Act = async (args, { open }) => {
  args.require();
  const options = given(args, ['from', 'to']);
  readWindow(options);
  const by = args.requirePerson();
  return { value: await (await open()).run({ job: 'pull-stripe', options, by }) };
};

const importReport: Act = async (args, { open }) => {
  const [file] = args.require('The file');
  const options = {
    // The server that uses the data folder may have another working directory.
    address: file.startsWith('s3:') ? file : resolve(file),
    ...given(args, ['report', 'from', 'to']),
  };
  readReport(options);
  const by = args.requirePerson();
  return { value: await (await open()).run({ job: 'import-stripe-report', options, by }) };
};

/** Imports a report of Stripe's, which is compared with its balance transactions. */
export const stripeReport = oneOf({ import: importReport });

/** The options that are given, by their names. */
function given(args: Args, names: readonly string[]): Record<string, string> {
  const pairs = names.map((name) => [name, args.option(name)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** Compares the ledger of a period with Stripe's records; with `--out`, also writes the report for finance. */
export const reconcile: Act = async (args, { open, isJson }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const [out, by] = [args.option('out'), args.requirePerson()];
  const client = await open();
  await client.run({ job: 'reconcile-stripe', period, by });
  const answer = await client.requestJson<Answered>(`/v1/reconciliations/${period}`);
  const files = out === undefined ? {} : { files: await writeReport(client, { period, out }) };
  const isGood = GOOD.includes(answer.verdict);
  return {
    value: { ...(isJson ? answer : shownReconciliation(answer)), ...files },
    failure: isGood ? undefined : `${period} is not reconciled. ${answer.reason}`,
  };
};

/** Warnings are breaks that a person has accepted, or that may vanish by themselves. */
const GOOD: readonly Verdict[] = ['reconciled', 'warnings'];

interface Answered extends Reconciliation {
  readonly break_count: number;
}

function shownReconciliation(answer: Answered): Readonly<Record<string, unknown>> {
  const { period, verdict, reason, break_count, breaks_by_state, bridge, movements, stripe_reports, breaks } = answer;
  const left = break_count - breaks.length;
  return {
    ...{ period, verdict, reason, ...breaks_by_state },
    bridge: bridge.map(bridgeLine),
    matched: movements.map(({ currency, flow_kind, match_status, flow_count, settled_currency, ...sums }) => ({
      ...{ kind: flow_kind, result: resultInWords(match_status), count: flow_count },
      our_books: match_status === 'own' ? NONE : shown(sums.ledger_minor, currency),
      ...{ stripe: shown(sums.stripe_minor, currency) },
      settled_as: settled_currency === null ? null : shown(sums.settled_minor, settled_currency),
    })),
    ...(stripe_reports.length > 0 && { "Stripe's own reports": stripe_reports }),
    ...shownBreaks(breaks),
    ...(left > 0 && { more_breaks: `${left} more; run "tantieme breaks list ${period}"` }),
  };
}

/** The lines that are balances, without movements. */
const BALANCES: Readonly<Record<string, string>> = {
  opening: 'opening balance',
  closing: 'closing balance',
  retrieved: "Stripe's own balance",
  residual: 'residual',
  booked: 'in our books',
};

function bridgeLine({ balance_type, currency, bridge_line, bridge_category, ...figures }: BridgeLine): object {
  const { movement_count, gross_minor, fee_minor, net_minor } = figures;
  const isSum = Object.hasOwn(BALANCES, bridge_line);
  return {
    ...{ balance: balance_type, line: BALANCES[bridge_line] ?? bridge_category },
    ...{ count: isSum ? null : movement_count, gross: isSum ? null : shown(gross_minor, currency) },
    ...{ fee: isSum ? null : shown(fee_minor, currency), net: shown(net_minor, currency) },
  };
}
