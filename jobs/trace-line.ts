import { traceLine as trace } from '../transforms/ledger/trace.ts';
import { Rejected } from '../warehouse/errors.ts';
import { reportBuildCost } from './build-cost.ts';
import type { GivenOptions, Job } from './job.ts';

interface TraceOptions {
  readonly line: string;
}

export const traceLine: Job<TraceOptions> = {
  name: 'trace-line',
  meaning:
    "Finds the events behind a line of a closed period's statements: their count, units and ids, or the corrections; changes nothing.",
  about: 'period',
  readOptions: readLine,
  async run(run, period, { line } = readLine({})) {
    await reportBuildCost(run, { period, parts: ['books'] });
    run.progress(`tracing ${line}`);
    return { period, line, ...(await trace(run.warehouse, period, line)) };
  },
};

function readLine({ line, ...more }: GivenOptions): TraceOptions {
  const unknown = Object.keys(more);
  if (unknown.length > 0) throw new Rejected(`trace-line takes the option line, not ${unknown.join(', ')}.`);
  if (!line) throw new Rejected("trace-line needs the option line: a line_id from a statement's JSON.");
  return { line };
}
