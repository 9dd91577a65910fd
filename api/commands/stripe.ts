import { readWindow } from '../../jobs/pull-from-stripe.ts';
import { periodJob } from './acts.ts';
import type { Act } from './command.ts';

/** Pulls Stripe's records. */
export const pullStripe: Act = async (args, { open }) => {
  args.named();
  const [from, to] = [args.option('from'), args.option('to')];
  const options = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  readWindow(options);
  const by = args.person();
  return { value: await (await open()).run({ job: 'pull-stripe', options, by }) };
};

/** Compares the ledger of a period with Stripe's records. */
export const reconcile = periodJob('reconcile-stripe', ({ verdict, reason }, period) =>
  verdict === 'reconciled' ? undefined : `${period} is not reconciled. ${reason}`,
);
