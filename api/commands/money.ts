import type { Job, Outcome } from '../../jobs/job.ts';
import { pull, pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { runJob } from '../../jobs/run-job.ts';
import { approvePayouts } from '../../jobs/stripe/approve-payouts.ts';
import { planPayouts } from '../../jobs/stripe/plan-payouts.ts';
import { sendPayouts } from '../../jobs/stripe/send-payouts.ts';
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
      const access = await open();
      if (!job) return { value: await access.ask(`/v1/payouts/${period}`) };
      const value = await access.run({ job, period, by: args.person() });
      return { value, failure: job === sendPayouts ? unsentOf(value, period) : undefined };
    },
  },

  'pull-stripe': {
    usage: 'pull-stripe [--from DAY] [--to DAY] [--by NAME]',
    meaning: "reads Stripe's own records, since the beginning of last month or of a window of days",
    options: { from: { type: 'string' }, to: { type: 'string' }, ...BY },
    async run(args, { open, progress }) {
      args.named();
      const [from, until] = [instantOf('from', args.option('from')), instantOf('to', args.option('to'))];
      if (from === undefined && until !== undefined) throw new Rejected('--to needs --from.');
      if (from !== undefined && until !== undefined && until <= from) throw new Rejected('--to is not after --from.');
      const [access, by] = [await open(), args.person()];
      if (from === undefined) return { value: await access.run({ job: pullFromStripe, by }) };
      const window = { from, ...(until !== undefined && { until }) };
      const job: Job = { ...pullFromStripe, run: (run) => pull(run, window) };
      const services = access.stores('A window of days cannot be pulled');
      return { value: await runJob(services, { job, startedBy: by, onProgress: progress }) };
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

/** The first instant of a day in UTC, or an instant as it stands; in milliseconds since the epoch. */
function instantOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const epochMs = /^\d{4}-\d\d-\d\d(T.+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(epochMs))
    throw new Rejected(`--${option} takes a day such as 2026-01-31, not ${JSON.stringify(text)}.`);
  return epochMs;
}
