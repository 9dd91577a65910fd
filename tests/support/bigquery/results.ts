import type { TimestampFormat } from './cells.ts';
import { writeCell } from './cells.ts';
import type { Result } from './evaluation.ts';
import type { Job } from './jobs.ts';
import { invalid } from './refusal.ts';
import { fieldResource } from './schema.ts';

/** BigQuery's limit for a page of rows. */
const PAGE_BYTES = 10_000_000;
const PAGE_OF_LIST = 50;

interface Paging {
  readonly maxResults?: string | number | undefined;
  readonly pageToken?: string | undefined;
  readonly startIndex?: string | number | undefined;
}

/** The rows of a result from a token or an index on. */
export function rowsPage({ fields, rows }: Result, paging: Paging, timestamps: TimestampFormat): object {
  const from = paging.pageToken ? offsetOf(paging.pageToken) : Number(paging.startIndex ?? 0);
  const most = paging.maxResults === undefined ? rows.length : Number(paging.maxResults);
  const page: object[] = [];
  let bytes = 0;
  for (const cells of rows.slice(from, from + most)) {
    const f = fields.map(({ type }, at) => writeCell(cells[at] ?? null, type, timestamps));
    bytes += f.reduce((sum, { v }) => sum + 8 + (v?.length ?? 4), 8);
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push({ f });
  }
  const next = from + page.length;
  return {
    totalRows: String(rows.length),
    ...(page.length > 0 ? { rows: page } : {}),
    ...(next < rows.length && most > 0 ? { pageToken: tokenOf(next) } : {}),
  };
}

/** The response of `getQueryResults` and of `jobs.query` for a finished job. */
export function queryAnswer(job: Job, paging: Paging, timestamps: TimestampFormat): object {
  const { jobReference, statistics } = job.resource;
  const { query = {} } = statistics;
  const affected = (query as { numDmlAffectedRows?: string }).numDmlAffectedRows;
  const { result } = job;
  return {
    kind: 'bigquery#queryResponse',
    jobReference,
    jobComplete: true,
    cacheHit: false,
    totalBytesProcessed: statistics.totalBytesProcessed ?? '0',
    ...(affected === undefined ? {} : { numDmlAffectedRows: affected }),
    ...(result
      ? { schema: { fields: result.fields.map(fieldResource) }, ...rowsPage(result, paging, timestamps) }
      : {}),
  };
}

/** A page of a list, with the name of the list in the response. */
export function listPage(kind: string, items: readonly object[], paging: Paging): object {
  const from = paging.pageToken ? offsetOf(paging.pageToken) : 0;
  const next = from + Number(paging.maxResults ?? PAGE_OF_LIST);
  return {
    ...(items.length > 0 ? { [kind]: items.slice(from, next) } : {}),
    totalItems: items.length,
    ...(next < items.length ? { nextPageToken: tokenOf(next) } : {}),
  };
}

const tokenOf = (offset: number): string => Buffer.from(`from ${offset}`).toString('base64url');

function offsetOf(token: string): number {
  const [, offset] = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) throw invalid(`Invalid page token: ${token}`);
  return Number(offset);
}
