import { join } from 'node:path';
import { Conflict, Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { QueryResult } from '../../warehouse/published/database-files.ts';
import type { BiRole } from '../../warehouse/published/published-table.ts';
import type { Services } from '../job.ts';
import { currentFile } from './folders.ts';
import { requirePublishing } from './publish-marts.ts';

/**
 * How many queries run or are read at the same time; each has an engine of its own, and occupies one of the four threads of the process
 * that also read and write files: https://nodejs.org/api/cli.html#uv_threadpool_sizesize
 */
const MOST_AT_ONCE = 2;
const THREADS = 2;

/** Below the published files, so that it is on the same disk. */
const RESULTS = '.queries';

/** The queries that run, by the folder of the published files. */
const running = new Map<string, number>();

export interface MartQuery {
  readonly sql: string;
  readonly role: BiRole;
  readonly signal?: AbortSignal;
}

export interface PublishedResult extends QueryResult {
  /** The publication whose rows these are. */
  readonly version: string;
}

/**
 * Runs one SELECT on the current publication of a role, on an engine that has nothing but its file. Throws `Rejected` for anything but a
 * SELECT that can run and stays within the limits, `Unavailable` while nothing is published or too many queries run, and `Conflict` on
 * BigQuery.
 */
export async function queryMarts(
  services: Pick<Services, 'warehouse' | 'publishing'>,
  { sql, role, signal }: MartQuery,
): Promise<PublishedResult> {
  const { files } = services.warehouse;
  if (!files) {
    throw new Conflict(
      `The marts are on BigQuery; query its dataset for the role ${role} there, as warehouse/bi.md describes.`,
    );
  }
  const { folder, queryTimeMs, queryMemory, queryRows } = requirePublishing(services);
  const { version, file } = await currentFile(folder, role);
  const count = running.get(folder) ?? 0;
  if (count >= MOST_AT_ONCE) {
    throw new Unavailable(`The query cannot be run now: ${count} others run already; try again in a moment.`);
  }
  running.set(folder, count + 1);
  const release = (): void => void running.set(folder, (running.get(folder) ?? 1) - 1);
  try {
    const limits = {
      ...{ memoryLimit: queryMemory, threads: THREADS, timeMs: queryTimeMs, rows: queryRows },
      folder: join(folder, RESULTS, randomId('query')),
    };
    const result = await files.select({ file, sql, limits, signal });
    return { ...result, version, close: () => result.close().finally(release) };
  } catch (error) {
    release();
    throw error;
  }
}
