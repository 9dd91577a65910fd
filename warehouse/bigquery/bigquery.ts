import { setTimeout } from 'node:timers/promises';
import { PassThroughClient } from 'google-auth-library';
import { InvariantBroken, Rejected } from '../errors.ts';
import { Mutex } from '../mutex.ts';
import type { Explanation, ScratchCatalogue, Value, ValueRow, Warehouse, WarehouseWriter } from '../warehouse.ts';
import type { BigQueryAddress } from './client/address.ts';
import { Api, type AuthClient } from './client/api.ts';
import { Jobs } from './client/jobs.ts';
import { Catalogue } from './schema/catalogue.ts';
import { bigQuerySql } from './schema/names.ts';
import { shareViews } from './schema/share-views.ts';
import { TemporaryCatalogue } from './schema/temporary-catalogue.ts';
import { BigQueryWriter, type Engine } from './transaction/writer.ts';

export interface BigQueryOptions {
  readonly address: BigQueryAddress;
  /** The address of BigQuery's API, if it is not Google's: requests are then unauthenticated unless `signIn` is set. */
  readonly apiEndpoint?: string | undefined;
  /** The limit of bytes read per query; default 1 TiB. */
  readonly maximumBytesBilled?: bigint | undefined;
  /** Creates an authenticated client, again each time credentials are refused; default: Application Default Credentials. */
  readonly signIn?: (() => AuthClient) | undefined;
  /** Waits before a retry. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

const TEBIBYTE = 2n ** 40n;

/** Opens the warehouse on BigQuery; sends no request yet. */
export function openBigQuery({
  address,
  apiEndpoint,
  maximumBytesBilled = TEBIBYTE,
  signIn = apiEndpoint === undefined ? undefined : () => new PassThroughClient(),
  wait = (ms) => setTimeout(ms),
}: BigQueryOptions): Warehouse {
  const { project, location } = address;
  const api = new Api({ project, apiEndpoint, signIn, wait });
  const jobs = new Jobs(api, { project, location, maximumBytesBilled, wait });
  return warehouseOn({ address, jobs, catalogue: new Catalogue(api, address) }, api);
}

function warehouseOn(engine: Engine, api: Api): Warehouse {
  const { address, jobs } = engine;
  const mutex = new Mutex();
  const query = <R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> =>
    jobs.rows<R>(bigQuerySql(sql, address), parameters);
  const inTransaction = <T>(
    work: (writer: WarehouseWriter) => Promise<T>,
    { end, key }: { end: 'commit' | 'rollback'; key?: string | undefined },
  ): Promise<T> =>
    mutex.runExclusive(async () => {
      const writer = new BigQueryWriter(engine, { end });
      try {
        const result = await work(writer);
        if (end === 'commit') await writer.commit(key);
        else await writer.loadRows();
        return result;
      } finally {
        await writer.end();
      }
    });

  return {
    engine: 'bigquery',
    query,
    async *stream<R extends ValueRow>(sql: string, parameters: readonly Value[] = []) {
      yield* jobs.pages<R>(await jobs.query(bigQuerySql(sql, address), parameters));
    },
    shareViews: (dataset, views) => shareViews({ api, ...engine }, { dataset, views }),
    explain: (sql) => explain(engine, sql),
    transaction: (work, { key } = {}) => inTransaction(work, { end: 'commit', key }),
    withRollback: (work) => inTransaction(work, { end: 'rollback' }),
    withScratch: (scratch, work) => mutex.runExclusive(() => inScratch(engine, { api, scratch, work })),
    // A job at BigQuery runs on without its client; the key of a transaction keeps it from happening twice.
    interrupt: () => undefined,
    close: () => mutex.idle(),
  };
}

interface InScratch<T> {
  readonly api: Api;
  readonly scratch: ScratchCatalogue;
  readonly work: (writer: WarehouseWriter) => Promise<T>;
}

async function inScratch<T>(
  { address, jobs, catalogue: real }: Engine,
  { api, scratch, work }: InScratch<T>,
): Promise<T> {
  const catalogue = new TemporaryCatalogue(api, address, scratch);
  const writer = new BigQueryWriter({ address: catalogue.address, jobs, catalogue }, { end: 'rollback' });
  try {
    await real.refreshLoaded();
    await catalogue.fill();
    return await work(writer);
  } finally {
    await writer.end();
    await catalogue.clear();
  }
}

async function explain({ address, jobs }: Engine, sql: string): Promise<Explanation> {
  const refused = (why: unknown): Rejected => new Rejected(`The query is not a single valid SELECT: ${why}`);
  try {
    const { statement, byte_count } = await jobs.dryRun(bigQuerySql(`select * from (\n${sql}\n) as query`, address));
    // Several statements could close and reopen the parentheses.
    if (statement !== 'SELECT') throw refused(`it is a ${statement}.`);
    return { byte_count };
  } catch (error) {
    throw error instanceof InvariantBroken ? refused(error.cause ?? error.message) : error;
  }
}
