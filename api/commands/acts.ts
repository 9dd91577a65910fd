import type { Outcome } from '../../jobs/job.ts';
import { type Period, parsePeriod } from '../../warehouse/period.ts';
import { type Act, WrongUsage } from './command.ts';

/** Runs a job for one period: `close P [--by NAME]`. `failureOf` returns why a completed run counts as failed. */
export const periodJob =
  (job: string, failureOf?: (outcome: Outcome, period: Period) => string | undefined): Act =>
  async (args, { open }) => {
    const period = parsePeriod(args.require('The period')[0]);
    const by = args.requirePerson();
    const value = await (await open()).run({ job, period, by });
    return { value, failure: failureOf?.(value, period) };
  };

/** Runs the subcommand named by the first argument: `payouts plan P`. */
export const oneOf =
  (acts: Readonly<Record<string, Act>>): Act =>
  async (args, context) => {
    const names = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(Object.keys(acts));
    const { first, rest } = args.divide(names);
    const act = Object.hasOwn(acts, first) ? acts[first] : undefined;
    if (!act) throw new WrongUsage(`${first} is not ${names}.`);
    return act(rest, context);
  };
