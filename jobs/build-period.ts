import { build } from '../transforms/engine/build.ts';
import { closeOf } from '../transforms/ledger/closing.ts';
import { countOf } from '../warehouse/count-of.ts';
import { reportBuildCost } from './build-cost.ts';
import { exceptionTotals } from './exception-totals.ts';
import { exceptionsOf } from './exceptions.ts';
import type { Job } from './job.ts';
import { catchUp } from './load-events.ts';

export const buildPeriod: Job = {
  name: 'build-period',
  meaning:
    'Builds the models of a period from the events recorded so far; the books of a closed period are not changed.',
  about: 'period',
  async run(run, period) {
    await catchUp(run);
    const estimate = await reportBuildCost(run, { period, parts: ['books', 'open'] });
    return run.warehouse.transaction(async (writer) => {
      const closed = (await closeOf(writer, period)) !== undefined;
      const rows: Record<string, number> = {};
      await build(writer, period, {
        parts: closed ? ['open'] : ['books', 'open'],
        onModel: (model, count) => {
          rows[model] = count;
          run.progress(`${model}: ${countOf(count, 'row')}`);
        },
      });
      const exceptions = await exceptionsOf({ ...run, warehouse: writer }, period);
      return { period, closed, ...(estimate && { estimate }), ...exceptionTotals(exceptions), rows };
    });
  },
};
