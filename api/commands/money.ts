import type { Job, Outcome } from '../../jobs/job.ts';
import { approvePayouts } from '../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../jobs/payouts/send-payouts.ts';
import { pullFromStripe, readWindow } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { BY, type Command } from './command.ts';

const STEPS: Readonly<Record<string, Job>> = { plan: planPayouts, approve: approvePayouts, send: sendPayouts };

/** The commands about money at Stripe. */
export const MONEY = {
  payouts: {
    usage: 'payouts plan|approve|send|status P [--by NAME]',
    meaning: 'plans the payouts of a period, approves them (another person must), sends them, shows how far they are',
    options: BY,
    async run(args, { open }) {
      const [step, text] = args.named('plan, approve, send or status', 'The period');
      const job = STEPS[step];
      if (!job && step !== 'status') throw new Rejected(`${step} is not plan, approve, send or status.`);
      const period = parsePeriod(text);
      const client = await open();
      if (!job) return { value: await client.ask(`/v1/payouts/${period}`) };
      const value = await client.run({ job, period, by: args.person() });
      return { value, failure: job === sendPayouts ? unsentOf(value, period) : undefined };
    },
  },

  'pull-stripe': {
    usage: 'pull-stripe [--from DAY] [--to DAY] [--by NAME]',
    meaning: "reads Stripe's own records, since the beginning of last month or of a window of days, --to not included",
    options: { from: { type: 'string' }, to: { type: 'string' }, ...BY },
    async run(args, { open }) {
      args.named();
      const [from, to] = [args.option('from'), args.option('to')];
      const options = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      readWindow(options);
      return { value: await (await open()).run({ job: pullFromStripe, options, by: args.person() }) };
    },
  },

  reconcile: {
    usage: 'reconcile P [--by NAME]',
    meaning: "compares every movement of a period in our books with Stripe's own records",
    options: BY,
    async run(args, { open }) {
      const period = parsePeriod(args.named('The period')[0]);
      const value = await (await open()).run({ job: reconcileStripe, period, by: args.person() });
      const isReconciled = value.verdict === 'reconciled';
      return { value, failure: isReconciled ? undefined : `${period} is not reconciled. ${value.reason}` };
    },
  },
} as const satisfies Record<string, Command>;

/** What is missing for all payouts of a period to be sent. */
function unsentOf({ failed, waiting }: Outcome, period: Period): string | undefined {
  if (failed === 0 && waiting === 0) return undefined;
  return `Not every payout of ${period} was sent: ${failed} failed and ${waiting} waiting; payouts status ${period} says why.`;
}
