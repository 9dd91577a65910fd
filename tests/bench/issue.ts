import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { issueStatements } from '../../jobs/issue-statements.ts';
import { runJob } from '../../jobs/run-job.ts';
import { documentRenderer } from '../../reports/documents/renderer.ts';
import { openTestServices } from '../jobs/test-services.ts';
import { closedMonth } from './closed-month.ts';
import { type Figure, timed } from './measure.ts';
import { inFolder, PERIOD } from './month.ts';

/** 10,000 statements in two minutes. */
const LEAST_PER_SECOND = 10_000 / 120;

/** Statements per second of the whole job: composed, rendered, stored, recorded, and their events sent and loaded. */
export async function benchIssue(): Promise<Figure> {
  return inFolder(async (folder) => {
    const warehouse = await closedMonth(folder);
    await using harness = await openTestServices();
    const documents = { kind: 'folder', folder: join(folder, 'documents') } as const;
    const renderer = documentRenderer({ threads: availableParallelism(), documents });
    let statements = 0;
    const seconds = await timed(async () => {
      const { issued } = await runJob(
        { ...harness.services, warehouse, renderer },
        { job: issueStatements, period: PERIOD, startedBy: 'bench' },
      );
      statements = Number(issued);
    });
    await renderer.close();
    await warehouse.close();
    return {
      name: 'issue',
      unit: 'statements/s',
      ours: statements / seconds,
      limit: LEAST_PER_SECOND,
      limitIs: 'the bound of 10,000 statements in two minutes; more is better',
    };
  });
}
