import type { Outcome } from '../../jobs/job.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { periodJob } from './acts.ts';
import type { Act } from './command.ts';

/** Builds one period; or loads new events and builds every open period. */
export const build: Act = async (args, { open, progress }) => {
  args.named();
  const given = args.option('period');
  const wanted = given === undefined ? undefined : [parsePeriod(given)];
  const by = args.person();
  const client = await open();
  if (!wanted) await client.run({ job: 'load-events', by });
  const known = wanted ? [] : (await client.requestJson<{ data: PeriodState[] }>('/v1/periods')).data;
  const built: Outcome[] = [];
  for (const period of wanted ?? known.flatMap((each) => (each.is_closed ? [] : [each.period]))) {
    progress(`building ${period}`);
    built.push(await client.run({ job: 'build-period', period, by }));
  }
  return { value: { built } };
};

interface PeriodState {
  readonly period: string;
  readonly is_closed: boolean;
}

/** Closes a period. */
export const close = periodJob('close-period');

/** Verifies the seal of a closed period. */
export const verify = periodJob('verify-period', ({ holds, changed_sources, changed_fact_keys }, period) => {
  if (holds === true) return undefined;
  const causes = [changed_sources, changed_fact_keys].flatMap((each) => (Array.isArray(each) ? each.map(String) : []));
  return causes.length > 0
    ? `The books of ${period} differ from those that were sealed: ${causes.join(' ')}`
    : `The books of ${period} differ from those that were sealed; compare the seals above, and restore the warehouse from a backup made before the change.`;
});

/** Shows what a closed period would be today. */
export const restate = periodJob('restate-period');

/** Finds the events behind a line. */
export const trace: Act = async (args, { open }) => {
  const [given, line] = args.named('The period', 'The line_id');
  const period = parsePeriod(given);
  const by = args.person();
  const value = await (await open()).run({ job: 'trace-line', period, options: { line }, by });
  const failure = `The events behind ${line} are not those that were booked; run verify ${period}.`;
  return { value, failure: value.agrees === true ? undefined : failure };
};
