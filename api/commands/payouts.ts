import type { Outcome } from '../../jobs/job.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { oneOf, periodJob } from './acts.ts';
import type { Act } from './command.ts';

const status: Act = async (args, { open }) => {
  const period = parsePeriod(args.named('The period')[0]);
  return { value: await (await open()).ask(`/v1/payouts/${period}`) };
};

/** The payouts of a period, step by step. */
export const payouts = oneOf({
  plan: periodJob('plan-payouts'),
  approve: periodJob('approve-payouts'),
  send: periodJob('send-payouts', unsentOf),
  status,
});

/** What is missing for all payouts of a period to be sent. */
function unsentOf({ failed, waiting }: Outcome, period: Period): string | undefined {
  if (failed === 0 && waiting === 0) return undefined;
  return `Not every payout of ${period} was sent: ${failed} failed and ${waiting} waiting; payouts status ${period} says why.`;
}
