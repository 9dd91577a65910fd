import { resolve } from 'node:path';
import { readReport } from '../../jobs/import-stripe-report.ts';
import { readWindow } from '../../jobs/pull-from-stripe.ts';
import { oneOf, periodJob } from './acts.ts';
import type { Act, Args } from './command.ts';

/** Pulls Stripe's records. */
export const pullStripe: Act = async (args, { open }) => {
  args.named();
  const options = given(args, ['from', 'to']);
  readWindow(options);
  const by = args.person();
  return { value: await (await open()).run({ job: 'pull-stripe', options, by }) };
};

const importReport: Act = async (args, { open }) => {
  const [file] = args.named('The file');
  const options = {
    // The server that uses the data folder may have another working directory.
    address: file.startsWith('s3:') ? file : resolve(file),
    ...given(args, ['report', 'from', 'to']),
  };
  readReport(options);
  const by = args.person();
  return { value: await (await open()).run({ job: 'import-stripe-report', options, by }) };
};

/** Imports a report of Stripe's, which is compared with its balance transactions. */
export const stripeReport = oneOf({ import: importReport });

/** The options that are given, by their names. */
function given(args: Args, names: readonly string[]): Record<string, string> {
  const pairs = names.map((name) => [name, args.option(name)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** Compares the ledger of a period with Stripe's records. */
export const reconcile = periodJob('reconcile-stripe', ({ verdict, reason }, period) =>
  verdict === 'reconciled' ? undefined : `${period} is not reconciled. ${reason}`,
);
