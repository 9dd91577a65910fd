import { Conflict } from '../../warehouse/errors.ts';
import type { Job, Services } from '../job.ts';
import { requirePublishing } from './publish-marts.ts';

export const cancelLongQueries: Job = {
  name: 'cancel-long-queries',
  meaning: 'Cancels the queries of BI tools in the database of BI_URL that take longer than BI_QUERY_SECONDS.',
  about: 'everything',
  async run(run) {
    const { databaseUrl: url, queryTimeMs } = requirePublishing(run);
    if (url === undefined) throw new Conflict('There is no database of BI tools: BI_URL is not set.');
    const cancel = await import('../../warehouse/published/postgres/cancel.ts');
    return { cancelled_count: await cancel.cancelLongQueries({ url, queryTimeMs }) };
  },
};

export async function hasDatabase({ publishing }: Pick<Services, 'publishing'>): Promise<boolean> {
  return publishing?.databaseUrl !== undefined;
}
