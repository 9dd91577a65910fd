import { tablesOf } from '../../transforms/published/published.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import type { DatabaseFiles } from '../../warehouse/published/database-files.ts';
import type { PublishedToPostgres } from '../../warehouse/published/postgres/publish.ts';
import { BI_ROLES } from '../../warehouse/published/published-table.ts';
import type { Job, Outcome, PublishingSettings, Run, Services } from '../job.ts';
import { removeOldVersions, versionAt } from './folders.ts';
import { writeCoarseFigures } from './write-coarse-figures.ts';
import { writeFiles } from './write-files.ts';

/** The jobs after which what is published is no longer what the warehouse has. */
const CLOSING = 'close-period';
const CHANGING = ['build-period', CLOSING, 'reconcile-stripe'];

/** What changes without a build, such as the steps of payouts, is published at least this often. */
const LONGEST_MS = 60 * 60_000;

/** Before any run. */
const NEVER = instant(0);

/** After a run that failed, as while the database of BI_URL is down: each writes the files anew, and they stay for a while. */
const RETRY_MS = 15 * 60_000;

export const publishMarts: Job = {
  name: 'publish-marts',
  meaning:
    'Publishes the marts for BI tools: as database files and Parquet in the data folder and, where BI_URL is set, in PostgreSQL; for analysts without personal columns. Of closed months, also the figures for everybody.',
  about: 'everything',
  async run(run) {
    const { files } = run.warehouse;
    const { folder } = requirePublishing(run);
    await run.assertDiskSpace('The publication');
    if (!files) return publishFigures(run, { folder });
    const now = run.clock.now();
    const publishedAt = instant(now);
    const version = versionAt(publishedAt);
    run.progress('Writing the files');
    const { rowCount, file } = await writeFiles(files, { folder, version, publishedAt });
    for (const role of BI_ROLES) await removeOldVersions(folder, { role, now });
    const figures = await writeCoarseFigures(run.warehouse, { folder });
    const database = await publishToDatabase(run, { files, file });
    return {
      ...{ version, published_at: publishedAt, row_count: String(rowCount), folder, figures },
      ...(database && { database }),
    };
  },
};

/** All that is published where BI tools read views of the warehouse. */
async function publishFigures(run: Run, { folder }: { folder: string }): Promise<Outcome> {
  const figures = await writeCoarseFigures(run.warehouse, { folder });
  if (figures.length === 0) {
    throw new Conflict(
      'There is nothing to publish: on BigQuery the datasets for analysts and finance are views, which always show the marts as they are, and the figures of each closed month are already written.',
    );
  }
  return { folder, figures };
}

/** What was written can be published again as it is: a run that fails here leaves the files. */
async function publishToDatabase(
  run: Run,
  { files, file }: { files: DatabaseFiles; file: string },
): Promise<PublishedToPostgres | undefined> {
  const { databaseUrl: url, queryTimeMs } = requirePublishing(run);
  if (url === undefined) return undefined;
  const { publishToPostgres } = await import('../../warehouse/published/postgres/publish.ts');
  const opened = await files.open(file);
  try {
    return await publishToPostgres({
      ...{ url, queryTimeMs, file: opened },
      tables: { analyst: tablesOf('analyst'), finance: tablesOf('finance') },
      csvPath: `${file}.csv`,
      onProgress: run.progress,
    });
  } finally {
    opened.close();
  }
}

export function requirePublishing({ publishing }: Pick<Services, 'publishing'>): PublishingSettings {
  if (!publishing) throw new Unavailable('Marts cannot be published here: no folder for them is set.');
  return publishing;
}

/**
 * Whether what is published has changed since the last publication began, or that was long ago; after a failure, only once some time has passed. Where BI
 * tools read views, only the figures of a closed month are published.
 */
export async function isPublicationDue({
  operational,
  warehouse,
  clock,
}: Pick<Services, 'operational' | 'warehouse' | 'clock'>): Promise<boolean> {
  const lastOf = async (state: 'done' | 'failed'): Promise<string> => {
    const runs = operational.selectFrom('job_runs').select((rows) => rows.fn.max('started_at').as('started_at'));
    const last = await runs.where('job', '=', publishMarts.name).where('state', '=', state).executeTakeFirst();
    return last?.started_at ?? NEVER;
  };
  const [publishedAt, failedAt] = [await lastOf('done'), await lastOf('failed')];
  if (failedAt > publishedAt && Date.parse(failedAt) > clock.now() - RETRY_MS) return false;
  if (warehouse.files && Date.parse(publishedAt) <= clock.now() - LONGEST_MS) return true;
  const changed = await operational
    .selectFrom('job_runs')
    .select('run_id')
    .where('job', 'in', warehouse.files ? CHANGING : [CLOSING])
    .where('state', '=', 'done')
    .where('finished_at', '>=', publishedAt)
    .limit(1)
    .executeTakeFirst();
  return changed !== undefined;
}
