import { messageOf, Unavailable } from '../../errors.ts';
import { derivedId } from '../../ids.ts';
import type { BigQueryAddress } from '../client/address.ts';
import { errorOf, isPassing, Uncertain } from '../client/api-errors.ts';
import { type JobResource, type Jobs, refusalOf } from '../client/jobs.ts';
import type { Catalogue } from '../schema/catalogue.ts';

interface CommitOptions {
  readonly jobs: Jobs;
  readonly address: BigQueryAddress;
  readonly catalogue: Catalogue;
  /** The key of the transaction, if it has one: it is then committed once, by whichever process. */
  readonly key: string | undefined;
  /** The id of the transaction. */
  readonly attempt: string;
}

/** How many jobs of one transaction may fail with transient errors. */
const FAILURES = 5;

/**
 * The job that makes the rows of a transaction visible, all or nothing. Its id is derived from the transaction's key: if an
 * earlier process died while its job ran, that job is found and this throws `Unavailable`; a retry then finds the work done.
 * A failed job has written nothing; the next attempt uses the next id.
 */
export class Commit {
  readonly #options: CommitOptions;
  #name: string;
  #ordinal = 1;
  #mayBeRunning = false;

  constructor(options: CommitOptions) {
    this.#options = options;
    this.#name = options.attempt;
  }

  /** Finds an unused id. Call this before anything is changed that others see. */
  async prepare(): Promise<void> {
    const { address, catalogue, jobs, key } = this.#options;
    if (key === undefined) return;
    this.#name = derivedId('key', address.dataset, await catalogue.createdAt(), key);
    for (;;) {
      const earlier = await jobs.find(this.#id);
      if (!earlier) return;
      await this.#assertFailed(earlier);
      this.#ordinal++;
    }
  }

  /** Whether a job was requested whose outcome is unknown. */
  get mayBeRunning(): boolean {
    return this.#mayBeRunning;
  }

  /** Throws `Unavailable` if the outcome of the job is unknown: it may still succeed. */
  async run(statements: readonly string[]): Promise<void> {
    const { key } = this.#options;
    try {
      await this.#run(statements);
    } catch (error) {
      if (!this.#mayBeRunning) throw error;
      const advice =
        key === undefined
          ? 'Check later whether it was written before you try again.'
          : 'Try again later: it is written only once.';
      throw new Unavailable(`It is unknown whether the transaction was written: ${messageOf(error)} ${advice}`);
    }
  }

  async #run(statements: readonly string[]): Promise<void> {
    const { jobs, attempt } = this.#options;
    const configuration = jobs.script(['begin transaction', ...statements, 'commit transaction']);
    for (let failures = 0; ; ) {
      const job = await jobs
        .start(this.#id, { operation: 'commit', configuration, labels: { attempt } })
        .catch((error: unknown) => {
          this.#mayBeRunning = error instanceof Uncertain;
          throw error;
        });
      this.#mayBeRunning = true;
      const isMine = job.configuration?.labels?.attempt === attempt;
      const refusal = isMine ? refusalOf(await jobs.settled(job)) : undefined;
      this.#mayBeRunning = false;
      // Another process may have used the id in the meantime.
      if (!isMine) await this.#assertFailed(job);
      else if (!refusal) return;
      else if (!isPassing(refusal) || ++failures === FAILURES) throw errorOf(refusal);
      this.#ordinal++;
    }
  }

  async #assertFailed(job: JobResource): Promise<void> {
    const { jobs, key } = this.#options;
    if (refusalOf(await jobs.settled(job))) return;
    throw new Unavailable(
      `${key} was already written by an earlier process, and was not written twice. Try again: the next attempt will find it done.`,
    );
  }

  get #id(): string {
    return `tantieme_commit_${this.#name}_${this.#ordinal}`;
  }
}
