import { messageOf } from '../../errors.ts';
import { randomId } from '../../ids.ts';
import { requirePresent } from '../../invariant.ts';
import type { Layout } from '../../vocabulary/tables.ts';
import type { Value, ValueRow } from '../../warehouse.ts';
import type { TablePath } from '../schema/names.ts';
import { referenceTo, specificationOf } from '../schema/table-resource.ts';
import type { Api, Request } from './api.ts';
import { errorOf, isPassing, type Refusal, Uncertain } from './api-errors.ts';
import { type ResultPage, Results } from './results.ts';
import { type FieldResource, parameterOf } from './types.ts';

interface JobOptions {
  readonly project: string;
  readonly location: string;
  /** The limit of bytes read per query. */
  readonly maximumBytesBilled: bigint;
  readonly wait: (ms: number) => Promise<void>;
}

/** The specification of a job. */
export interface Work {
  /** One word, which becomes a label of the job: `query`, `build`, `load`, `copy`, `commit`. */
  readonly operation: string;
  /** `{ query: … }`, `{ load: … }` or `{ copy: … }`. */
  readonly configuration: object;
  /** In addition to those of every job. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The rows to load. */
  readonly lines?: readonly string[];
}

/** Where the rows of a query are written. */
export interface Destination {
  readonly path: TablePath;
  /** The layout of the table. */
  readonly layout?: Layout | undefined;
  readonly disposition: 'WRITE_APPEND' | 'WRITE_EMPTY' | 'WRITE_TRUNCATE';
}

/** A job as the API describes it. */
export interface JobResource {
  readonly jobReference?: { readonly jobId?: string };
  readonly configuration?: { readonly labels?: Readonly<Record<string, string>>; readonly query?: object };
  readonly status?: { readonly state?: string; readonly errorResult?: { reason?: string; message?: string } };
  readonly statistics?: {
    readonly totalBytesProcessed?: string;
    readonly load?: { readonly outputRows?: string };
    readonly query?: {
      readonly statementType?: string;
      readonly schema?: { readonly fields?: readonly FieldResource[] };
    };
  };
}

/** The columns and the cost of a query. */
interface DryRun {
  /** The kind of statement: `SELECT`, `SCRIPT`, `DROP_TABLE`. */
  readonly statement: string;
  readonly fields: readonly FieldResource[];
  readonly byte_count: bigint;
}

/** A failed job has written nothing, so after a transient error it is run again, up to this many times in total. */
const ATTEMPTS = 5;
const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 5_000;
/** How long one request waits at BigQuery for the end of a query. */
const LONGEST_WAIT_MS = 20_000;

/** Runs jobs. The id of each is chosen before it is requested, so that a repeated request creates one job. */
export class Jobs {
  readonly #api: Api;
  readonly #options: JobOptions;
  readonly #results: Results;

  constructor(api: Api, options: JobOptions) {
    this.#api = api;
    this.#options = options;
    this.#results = new Results(api, options);
  }

  /** Runs the job to its end and returns it. Throws if it fails. */
  async run(work: Work): Promise<JobResource> {
    for (let attempt = 1; ; attempt++) {
      const job = await this.settled(await this.start(randomId(`tantieme_${work.operation}`), work));
      const refusal = refusalOf(job);
      if (!refusal) return job;
      if (!isPassing(refusal) || attempt === ATTEMPTS) throw errorOf(refusal);
      await this.#options.wait(FIRST_POLL_MS * 4 ** attempt);
    }
  }

  /** Starts a job, or returns the existing one with this id. Throws `Uncertain` if it may be running despite an error. */
  async start(id: string, work: Work): Promise<JobResource> {
    return (await this.#api.make<JobResource>(this.#insertion(id, work))) ?? this.#requireExisting(id);
  }

  async #requireExisting(id: string): Promise<JobResource> {
    try {
      return requirePresent(
        await this.find(id),
        `BigQuery reports both that the job ${id} exists and that it does not.`,
      );
    } catch (error) {
      throw new Uncertain(messageOf(error), { cause: error });
    }
  }

  find(id: string): Promise<JobResource | undefined> {
    return this.#api.find<JobResource>({ path: `/jobs/${id}`, query: { location: this.#options.location } });
  }

  /** Waits until a job has ended, whether it succeeds or fails. */
  async settled(job: JobResource): Promise<JobResource> {
    const id = idOf(job);
    let now = job;
    for (let pause = FIRST_POLL_MS; now.status?.state !== 'DONE'; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
      if (!(await this.#waitForQuery(now))) await this.#options.wait(Math.round(pause));
      now = requirePresent(await this.find(id), `The job ${id} was accepted by BigQuery but no longer exists there.`);
    }
    return now;
  }

  /** Waits for the end of a query in one request. Returns false if it may still be running; the job itself has the result. */
  async #waitForQuery({ configuration, jobReference }: JobResource): Promise<boolean> {
    if (!configuration?.query) return false;
    const { location } = this.#options;
    const query = { location, maxResults: '0', timeoutMs: String(LONGEST_WAIT_MS) };
    const answer = await this.#api.try<ResultPage>({ path: `/queries/${jobReference?.jobId}`, query });
    return answer?.jobComplete === true;
  }

  /** A query whose result is read. */
  async query(sql: string, parameters: readonly Value[]): Promise<JobResource> {
    return this.run({ operation: 'query', configuration: this.#query(sql, parameters) });
  }

  async rows<R extends ValueRow>(sql: string, parameters: readonly Value[]): Promise<R[]> {
    const rows: R[] = [];
    for await (const page of this.pages<R>(await this.query(sql, parameters))) for (const row of page) rows.push(row);
    return rows;
  }

  /** Writes the result of a query into an existing table or partition. Returns the number of rows. */
  async queryInto(sql: string, { path, layout = {}, disposition }: Destination): Promise<number> {
    const { query } = this.#query(sql, []);
    const destination = { destinationTable: referenceTo(path), ...specificationOf(layout) };
    const configuration = { query: { ...query, ...destination, writeDisposition: disposition } };
    const job = await this.run({ operation: 'build', configuration });
    return this.#results.count(idOf(job));
  }

  /** The columns and the cost of a query, without running it. */
  async dryRun(sql: string): Promise<DryRun> {
    const { project, location } = this.#options;
    const configuration = { dryRun: true, labels: labelsOf('explain'), ...this.#query(sql, []) };
    const { statistics } = await this.#api.request<JobResource>({
      method: 'POST',
      path: '/jobs',
      body: { jobReference: { projectId: project, location }, configuration },
    });
    const { statementType = '', schema } = statistics?.query ?? {};
    return {
      statement: statementType,
      fields: schema?.fields ?? [],
      byte_count: BigInt(statistics?.totalBytesProcessed ?? '0'),
    };
  }

  /** Statements as one script. */
  script(statements: readonly string[]): { query: object } {
    return this.#query(`${statements.join(';\n')};`, []);
  }

  /** The rows of a query, page by page. */
  pages<R extends ValueRow>(job: JobResource): AsyncGenerator<R[]> {
    return this.#results.pages<R>(idOf(job));
  }

  #query(sql: string, parameters: readonly Value[]): { query: object } {
    const named = { parameterMode: 'NAMED', queryParameters: parameters.map(parameterOf) };
    const maximumBytesBilled = this.#options.maximumBytesBilled.toString();
    return {
      query: { query: sql, useLegacySql: false, maximumBytesBilled, ...(parameters.length > 0 ? named : {}) },
    };
  }

  #insertion(id: string, { operation, configuration, labels, lines }: Work): Request {
    const { project, location } = this.#options;
    return {
      method: 'POST',
      path: '/jobs',
      body: {
        jobReference: { projectId: project, jobId: id, location },
        configuration: { labels: { ...labelsOf(operation), ...labels }, ...configuration },
      },
      ...(lines ? { lines } : {}),
    };
  }
}

/** Why a job failed; undefined if it did not. */
export function refusalOf({ status }: JobResource): Refusal | undefined {
  const failed = status?.errorResult;
  return failed && { reason: failed.reason, message: failed.message ?? 'no reason was given' };
}

export function idOf({ jobReference }: JobResource): string {
  return requirePresent(jobReference?.jobId, 'BigQuery returned a job without an id.');
}

function labelsOf(operation: string): Record<string, string> {
  return { app: 'tantieme', operation };
}
