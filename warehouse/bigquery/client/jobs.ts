import { messageOf } from '../../errors.ts';
import { randomId } from '../../ids.ts';
import { present } from '../../invariant.ts';
import type { Layout } from '../../vocabulary/tables.ts';
import type { Value, ValueRow } from '../../warehouse.ts';
import type { TablePath } from '../schema/names.ts';
import { referenceTo, specificationOf } from '../schema/table-resource.ts';
import type { Api, Request } from './api.ts';
import { errorOf, isPassing, type Refusal, Uncertain } from './api-errors.ts';
import { type ResultPage, Results } from './results.ts';
import { type FieldResource, parameterOf } from './types.ts';

export interface JobOptions {
  readonly project: string;
  readonly location: string;
  /** What one query may read at most. */
  readonly maximumBytesBilled: bigint;
  readonly wait: (ms: number) => Promise<void>;
}

/** What a job is to do. */
export interface Work {
  /** In one word; it becomes a label of the job. */
  readonly what: string;
  /** `{ query: … }`, `{ load: … }` or `{ copy: … }`. */
  readonly configuration: object;
  /** Beside those that every job has. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What is loaded. */
  readonly lines?: readonly string[];
}

/** Where the rows of a query go. */
export interface Destination {
  readonly path: TablePath;
  /** How the table lies. */
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

/** What a query would give, and take. */
export interface DryRun {
  /** `SELECT`, or what else was asked: `SCRIPT`, `DROP_TABLE`. */
  readonly statement: string;
  readonly fields: readonly FieldResource[];
  readonly byte_count: bigint;
}

/** A job that failed has done nothing, so what passes is tried so many times in all. */
const ATTEMPTS = 5;
const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 5_000;
/** How long BigQuery may keep a question waiting whether a query has ended. */
const LONGEST_WAIT_MS = 20_000;

/** Runs jobs. The id of each is chosen here before it is asked for, so that asking twice makes one job. */
export class Jobs {
  readonly #api: Api;
  readonly #options: JobOptions;
  readonly #results: Results;

  constructor(api: Api, options: JobOptions) {
    this.#api = api;
    this.#options = options;
    this.#results = new Results(api, options);
  }

  /** Does what is asked, and gives the job that did it. */
  async run(work: Work): Promise<JobResource> {
    for (let attempt = 1; ; attempt++) {
      const job = await this.settled(await this.start(randomId(`tantieme_${work.what}`), work));
      const refusal = refusalOf(job);
      if (!refusal) return job;
      if (!isPassing(refusal) || attempt === ATTEMPTS) throw errorOf(refusal);
      await this.#options.wait(FIRST_POLL_MS * 4 ** attempt);
    }
  }

  /** Asks for a job; one that has the id already is that job. Throws `Uncertain` where it may be under way all the same. */
  async start(id: string, work: Work): Promise<JobResource> {
    return (await this.#api.make<JobResource>(this.#insertion(id, work))) ?? this.#existing(id);
  }

  async #existing(id: string): Promise<JobResource> {
    try {
      return present(await this.find(id), `BigQuery says that the job ${id} exists, and that it does not.`);
    } catch (error) {
      throw new Uncertain(messageOf(error), { cause: error });
    }
  }

  find(id: string): Promise<JobResource | undefined> {
    return this.#api.find<JobResource>({ path: `/jobs/${id}`, query: { location: this.#options.location } });
  }

  /** Waits until a job has ended, either way. */
  async settled(job: JobResource): Promise<JobResource> {
    const id = idOf(job);
    let now = job;
    for (let pause = FIRST_POLL_MS; now.status?.state !== 'DONE'; pause = Math.min(pause * 1.5, LONGEST_POLL_MS)) {
      if (!(await this.#waitForQuery(now))) await this.#options.wait(Math.round(pause));
      now = present(await this.find(id), `The job ${id} was accepted by BigQuery, which does not know it any more.`);
    }
    return now;
  }

  /** Of a query BigQuery tells as soon as it has ended, and how is seen from the job itself. Whether it told that it has. */
  async #waitForQuery({ configuration, jobReference }: JobResource): Promise<boolean> {
    if (!configuration?.query) return false;
    const { location } = this.#options;
    const query = { location, maxResults: '0', timeoutMs: String(LONGEST_WAIT_MS) };
    const answer = await this.#api.try<ResultPage>({ path: `/queries/${jobReference?.jobId}`, query });
    return answer?.jobComplete === true;
  }

  /** A query whose result is read. */
  async query(sql: string, parameters: readonly Value[]): Promise<JobResource> {
    return this.run({ what: 'query', configuration: this.#query(sql, parameters) });
  }

  async rows<R extends ValueRow>(sql: string, parameters: readonly Value[]): Promise<R[]> {
    const rows: R[] = [];
    for await (const page of this.pages<R>(await this.query(sql, parameters))) for (const row of page) rows.push(row);
    return rows;
  }

  /** A query whose result becomes what a table that is there, or a partition of it, holds. Gives the number of rows. */
  async queryInto(sql: string, { path, layout = {}, disposition }: Destination): Promise<number> {
    const { query } = this.#query(sql, []);
    const destination = { destinationTable: referenceTo(path), ...specificationOf(layout) };
    const configuration = { query: { ...query, ...destination, writeDisposition: disposition } };
    const job = await this.run({ what: 'build', configuration });
    return this.#results.count(idOf(job));
  }

  /** What a query would give; nothing is read for it. */
  async dryRun(sql: string): Promise<DryRun> {
    const { project, location } = this.#options;
    const configuration = { dryRun: true, labels: labelsOf('explain'), ...this.#query(sql, []) };
    const { statistics } = await this.#api.ask<JobResource>({
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

  /** The rows that a query gave, page by page. */
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

  #insertion(id: string, { what, configuration, labels, lines }: Work): Request {
    const { project, location } = this.#options;
    return {
      method: 'POST',
      path: '/jobs',
      body: {
        jobReference: { projectId: project, jobId: id, location },
        configuration: { labels: { ...labelsOf(what), ...labels }, ...configuration },
      },
      ...(lines ? { lines } : {}),
    };
  }
}

/** Why a job failed; undefined where it did not. */
export function refusalOf({ status }: JobResource): Refusal | undefined {
  const failed = status?.errorResult;
  return failed && { reason: failed.reason, message: failed.message ?? 'no reason was given' };
}

export function idOf({ jobReference }: JobResource): string {
  return present(jobReference?.jobId, 'BigQuery gave a job without an id.');
}

function labelsOf(what: string): Record<string, string> {
  return { app: 'tantieme', what };
}
