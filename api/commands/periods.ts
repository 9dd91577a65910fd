import type { Outcome } from '../../jobs/job.ts';
import type { TracedRecord } from '../../jobs/trace/trace-record.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { periodJob } from './acts.ts';
import type { Act, Answer, Context } from './command.ts';
import { treeOf } from './trace-tree.ts';

/** Builds one period; or loads new events and builds every open period. */
export const build: Act = async (args, { open, progress }) => {
  args.require();
  const given = args.option('period');
  const wanted = given === undefined ? undefined : [parsePeriod(given)];
  const by = args.requirePerson();
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

/** Follows one id through to both ends; of a period and a line, finds the events behind that line. */
export const trace: Act = async (args, context) => {
  const { first, rest } = args.divide('An id, or a period and a line_id,');
  if (rest.isEmpty) return traceId(first, context);
  const [line] = rest.require('The line_id');
  const period = parsePeriod(first);
  const by = args.requirePerson();
  const value = await (await context.open()).run({ job: 'trace-line', period, options: { line }, by });
  const failure = `The events behind ${line} are not those that were booked; run verify ${period}.`;
  return { value, failure: value.agrees === true ? undefined : failure };
};

async function traceId(id: string, { open, isJson }: Context): Promise<Answer> {
  const traced = await (await open()).requestJson<TracedRecord>(`/v1/traces/${encodeURIComponent(id)}`);
  if (isJson) return { value: { ...traced } };
  const also = traced.linked_ids.join(' ') || undefined;
  return { value: { id, belongs_with: also, history: treeOf(traced) } };
}
