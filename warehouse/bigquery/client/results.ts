import { countOf } from '../../count-of.ts';
import { Unavailable } from '../../errors.ts';
import { invariant } from '../../invariant.ts';
import type { ValueRow } from '../../warehouse.ts';
import { type Api, PAUSES_MS } from './api.ts';
import { type FieldResource, type RowResource, readerOf } from './types.ts';

interface ResultsOptions {
  readonly location: string;
  readonly wait: (ms: number) => Promise<void>;
}

/** A response of `getQueryResults`; `rows` are missing until the job is complete. */
export interface ResultPage {
  readonly jobComplete?: boolean;
  readonly schema?: { readonly fields?: readonly FieldResource[] };
  readonly rows?: readonly RowResource[];
  readonly pageToken?: string;
  readonly totalRows?: string;
}

const ROWS_PER_PAGE = 10_000;

/** The results of finished queries, by the ids of their jobs. A missing result is never taken for an empty one. */
export class Results {
  readonly #api: Api;
  readonly #options: ResultsOptions;

  constructor(api: Api, options: ResultsOptions) {
    this.#api = api;
    this.#options = options;
  }

  async count(jobId: string): Promise<number> {
    return (await this.#readPage(jobId, { maxResults: '0' })).count;
  }

  /** All rows, page by page. */
  async *pages<R extends ValueRow>(jobId: string): AsyncGenerator<R[]> {
    let seen = 0;
    let pageToken: string | undefined;
    for (;;) {
      const {
        count,
        schema,
        rows = [],
        ...page
      } = await this.#readPage(jobId, {
        maxResults: String(ROWS_PER_PAGE),
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      const valuesOf = readerOf(schema?.fields ?? []);
      yield rows.map((row) => valuesOf(row) as R);
      seen += rows.length;
      pageToken = page.pageToken;
      if (pageToken) continue;
      invariant(seen === count, `BigQuery returned ${countOf(seen, 'row')} of the job ${jobId}, which has ${count}.`);
      return;
    }
  }

  /** Throws `Unavailable` if the page is not returned. */
  async #readPage(
    jobId: string,
    query: Readonly<Record<string, string>>,
  ): Promise<ResultPage & { readonly count: number }> {
    const { location, wait } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const page = await this.#api.request<ResultPage>({
        path: `/queries/${jobId}`,
        query: { location, 'formatOptions.useInt64Timestamp': 'true', ...query },
      });
      if (page.jobComplete === true && page.totalRows !== undefined) return { ...page, count: Number(page.totalRows) };
      const pause = PAUSES_MS[attempt];
      if (pause === undefined) {
        throw new Unavailable(
          `The result of the job ${jobId} could not be read: BigQuery does not return it although the job has ended. Try again.`,
        );
      }
      await wait(pause);
    }
  }
}
