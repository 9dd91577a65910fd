import { Unavailable } from '../errors.ts';
import { derivedId } from '../ids.ts';
import type { BigQueryAddress } from './address.ts';
import type { Catalogue } from './catalogue.ts';
import { type JobResource, type Jobs, refusalOf } from './jobs.ts';
import { errorOf, isPassing } from './refusal.ts';

export interface CommitOptions {
  readonly jobs: Jobs;
  readonly address: BigQueryAddress;
  readonly catalogue: Catalogue;
  /** What is done, where it has a name: it is then done once, whoever asks. */
  readonly key: string | undefined;
  /** The transaction that asks. */
  readonly attempt: string;
}

/** So many jobs of one transaction may fail for what passes. */
const FAILURES = 5;

/**
 * The job that makes what a transaction brought visible, all of it or nothing. Its id follows from the transaction's key, so
 * that a process that has died while its job ran is found to have done it: then this throws `Unavailable`, and whoever asks
 * again finds it done. One that failed has done nothing; the next has the next id.
 */
export class Commit {
  readonly #options: CommitOptions;
  #name: string;
  #ordinal = 1;

  constructor(options: CommitOptions) {
    this.#options = options;
    this.#name = options.attempt;
  }

  /** Finds an id that nobody has taken. To be asked before anything is done that others see. */
  async prepare(): Promise<void> {
    const { address, catalogue, jobs, key } = this.#options;
    if (key === undefined) return;
    this.#name = derivedId('key', address.dataset, await catalogue.born(), key);
    for (;;) {
      const earlier = await jobs.find(this.#id);
      if (!earlier) return;
      await this.#hasFailed(earlier);
      this.#ordinal++;
    }
  }

  async run(statements: readonly string[]): Promise<void> {
    const { jobs, attempt } = this.#options;
    const configuration = jobs.script(['begin transaction', ...statements, 'commit transaction']);
    for (let failures = 0; ; ) {
      const job = await jobs.start(this.#id, { what: 'commit', configuration, labels: { attempt } });
      // Another process may have taken the id since.
      if (job.configuration?.labels?.attempt !== attempt) await this.#hasFailed(job);
      else {
        const refusal = refusalOf(await jobs.settled(job));
        if (!refusal) return;
        if (!isPassing(refusal) || ++failures === FAILURES) throw errorOf(refusal);
      }
      this.#ordinal++;
    }
  }

  async #hasFailed(job: JobResource): Promise<void> {
    const { jobs, key } = this.#options;
    if (refusalOf(await jobs.settled(job))) return;
    throw new Unavailable(
      `${key} was finished meanwhile by an earlier process; nothing was done twice; try again, and it will be found done.`,
    );
  }

  get #id(): string {
    return `tantieme_commit_${this.#name}_${this.#ordinal}`;
  }
}
