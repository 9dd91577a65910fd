import { messageOf, Unavailable } from '../../errors.ts';
import { derivedId } from '../../ids.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { errorOf, isPassing, Uncertain } from '../client/api-errors.ts';
import { type JobResource, type Jobs, refusalOf } from '../client/jobs.ts';
import type { Catalogue } from '../schema/catalogue.ts';

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
  #isUnderWay = false;

  constructor(options: CommitOptions) {
    this.#options = options;
    this.#name = options.attempt;
  }

  /** Finds an id that nobody has taken. To be asked before anything is done that others see. */
  async prepare(): Promise<void> {
    const { address, catalogue, jobs, key } = this.#options;
    if (key === undefined) return;
    this.#name = derivedId('key', address.dataset, await catalogue.createdAt(), key);
    for (;;) {
      const earlier = await jobs.find(this.#id);
      if (!earlier) return;
      await this.#hasFailed(earlier);
      this.#ordinal++;
    }
  }

  /** Whether a job was asked for, and it is not known what became of it. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Throws `Unavailable` where BigQuery does not tell what became of the job: it may still be done. */
  async run(statements: readonly string[]): Promise<void> {
    const { key } = this.#options;
    try {
      await this.#run(statements);
    } catch (error) {
      if (!this.#isUnderWay) throw error;
      const advice = key === undefined ? 'look whether it was before you repeat it' : 'repeat it, and it is done once';
      throw new Unavailable(`It is not known whether all was written: ${messageOf(error)} Later ${advice}.`);
    }
  }

  async #run(statements: readonly string[]): Promise<void> {
    const { jobs, attempt } = this.#options;
    const configuration = jobs.script(['begin transaction', ...statements, 'commit transaction']);
    for (let failures = 0; ; ) {
      const job = await jobs
        .start(this.#id, { what: 'commit', configuration, labels: { attempt } })
        .catch((error: unknown) => {
          this.#isUnderWay = error instanceof Uncertain;
          throw error;
        });
      this.#isUnderWay = true;
      const isMine = job.configuration?.labels?.attempt === attempt;
      const refusal = isMine ? refusalOf(await jobs.settled(job)) : undefined;
      this.#isUnderWay = false;
      // Another process may have taken the id since.
      if (!isMine) await this.#hasFailed(job);
      else if (!refusal) return;
      else if (!isPassing(refusal) || ++failures === FAILURES) throw errorOf(refusal);
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
