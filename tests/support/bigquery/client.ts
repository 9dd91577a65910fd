import { BigQuery, type Dataset, type Job, type Table } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { LocalBigQuery } from './local-bigquery.ts';

/** Google's own client for a local BigQuery, without retries. */
export function clientOf({ url, projectId }: Pick<LocalBigQuery, 'url' | 'projectId'>): BigQuery {
  return new BigQuery({ projectId, apiEndpoint: url, autoRetry: false, authClient: new PassThroughClient() });
}

let made = 0;

/** An empty dataset with a unique name. */
export async function newDataset(client: BigQuery, options: object = {}): Promise<Dataset> {
  const [dataset] = await client.createDataset(`d${++made}`, options);
  return dataset;
}

/** The path of a table, view or function of a dataset in SQL. */
export function pathOf({ id, bigQuery }: Dataset, name: string): string {
  return `\`${bigQuery.projectId}.${id}.${name}\``;
}

export interface LoadOptions {
  readonly jobId?: string;
  readonly schema?: readonly object[];
  readonly writeDisposition?: string;
}

/** Loads lines of JSON by a multipart upload, and returns the finished job. Rejects with its error. */
export async function load(table: Table, lines: readonly string[], options: LoadOptions = {}): Promise<Job> {
  const { schema, ...rest } = options;
  const stream = table.createWriteStream({
    ...rest,
    ...(schema && { schema: { fields: [...schema] } }),
    sourceFormat: 'NEWLINE_DELIMITED_JSON',
  } as Parameters<Table['createWriteStream']>[0]);
  return new Promise((resolve, reject) => {
    stream.on('complete', resolve).on('error', reject);
    stream.end(lines.map((line) => `${line}\n`).join(''));
  });
}

/** Runs one query job to its end. Rejects with its error. */
export async function run(client: BigQuery, query: string, options: object = {}): Promise<Job> {
  const [job] = await client.createQueryJob({ query, ...options });
  job.pollIntervalMs = 5;
  await job.promise();
  return job;
}

/** The rows of a query as plain text: exact, whatever the type. */
export async function texts(client: BigQuery, query: string, options: object = {}): Promise<(string | null)[][]> {
  const [rows] = await client.query({ query, ...options }, { wrapIntegers: true });
  return rows.map((row: object) => Object.values(row).map(textOf));
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  const { value: wrapped, toFixed } = value as { value?: unknown; toFixed?: () => string };
  // A decimal would otherwise be returned with an exponent.
  if (wrapped === undefined && typeof value === 'object' && toFixed) return toFixed.call(value);
  return String(wrapped ?? requirePresent(value, 'A cell must have a value.'));
}
