import type { Outcome } from '../../jobs/job.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { oneOf, periodJob } from './acts.ts';
import type { Act } from './command.ts';

const status: Act = async (args, { open }) => {
  const period = parsePeriod(args.named('The period')[0]);
  return { value: await (await open()).requestJson(`/v1/payouts/${period}`) };
};

/** Plans, approves, sends or shows the payouts of a period. */
export const payouts = oneOf({
  plan: periodJob('plan-payouts'),
  approve: periodJob('approve-payouts'),
  send: periodJob('send-payouts', unsentOf),
  status,
});

/** Why not every payout of a period was sent. */
function unsentOf({ failed, waiting }: Outcome, period: Period): string | undefined {
  if (failed === 0 && waiting === 0) return undefined;
  return `Not every payout of ${period} was sent: ${failed} failed and ${waiting} waiting; for the reasons, run "tantieme payouts status ${period}".`;
}
