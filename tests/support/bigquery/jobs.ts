import { messageOf } from '../../../warehouse/errors.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { runCopy } from './copy-job.ts';
import type { Evaluation, Result } from './evaluation.ts';
import type { Fault, JobKind } from './faults.ts';
import type { Configuration, JobReference, JobResource, JobStatus, Outcome, Statistics, Work } from './job-resource.ts';
import { runLoad } from './load-job.ts';
import { requireProject } from './names.ts';
import { dryRun, runQuery } from './query-job.ts';
import { invalid, type Problem, Refusal, unable } from './refusal.ts';
import { kindOf, statementsOf } from './sql-text.ts';
import type { Storage } from './storage.ts';

/** The request of a job. */
export interface JobRequest {
  readonly jobReference?: { readonly projectId?: string; readonly jobId?: string; readonly location?: string };
  readonly configuration?: Configuration;
}

interface JobInput {
  /** The body of an upload. */
  readonly media?: Buffer | undefined;
  readonly fault?: Fault | undefined;
}

export interface Job {
  resource: JobResource;
  result: Result | undefined;
  /** Settles when the job has ended, successfully or not. */
  ended: Promise<void>;
}

interface JobsOptions {
  readonly storage: Storage;
  readonly evaluation: Evaluation;
  readonly location: string;
  /** Whether a job that is not held ends before the response to its request, which BigQuery allows. */
  readonly answersDone: boolean;
  /** Called with internal errors of the local BigQuery. */
  readonly failed: (error: unknown) => void;
}

const BACKEND_ERROR: Problem = {
  reason: 'backendError',
  message: 'An internal error occurred and the request could not be completed. Retry.',
};

/** All jobs by their ids. They run one after the other in the order of their requests. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #jobs = new Map<string, Job>();
  #queue: Promise<void> = Promise.resolve();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** Accepts a job, which is running when this returns. A dry run is answered and not stored. */
  async insert(request: JobRequest, { media, fault }: JobInput = {}): Promise<JobResource> {
    const { configuration } = request;
    const kind = jobKindOf(configuration);
    if (!configuration || kind === undefined) throw invalid('Required parameter is missing: job configuration');
    const reference = this.#referenceOf(request);
    const work: Work = { storage: this.#options.storage, evaluation: this.#options.evaluation, media };
    if (configuration.dryRun) return this.#dryRun(configuration, { reference, work });
    if (this.#jobs.has(reference.jobId)) {
      const { projectId, location, jobId } = reference;
      throw new Refusal('duplicate', `Already Exists: Job ${projectId}:${location}.${jobId}`);
    }
    const creationTime = this.#now();
    const resource = resourceOf(configuration, {
      reference,
      status: { state: 'RUNNING' },
      statistics: { creationTime, startTime: creationTime },
    });
    const job: Job = { resource, result: undefined, ended: Promise.resolve() };
    this.#jobs.set(reference.jobId, job);
    const run = (): Promise<void> => this.#run(job, { configuration, work, fault });
    // A held job does not block later ones.
    const held = typeof fault === 'object' && 'hold' in fault ? fault.hold : undefined;
    job.ended = held ? held.then(() => this.#queued(run)) : this.#queued(run);
    if (this.#options.answersDone && !held) await job.ended;
    return job.resource;
  }

  get(jobId: string, location?: string): Job {
    const job = this.#jobs.get(jobId);
    const { projectId } = this.#options.storage;
    const isThere = job && isSameLocation(location, job.resource.jobReference.location);
    if (!isThere) throw new Refusal('notFound', `Not found: Job ${projectId}:${location ?? 'US'}.${jobId}`);
    return job;
  }

  all(): JobResource[] {
    return [...this.#jobs.values()].map(({ resource }) => resource);
  }

  /** Jobs before the last restart, without the rows of their results. */
  restore(resources: readonly JobResource[]): void {
    for (const resource of resources) {
      this.#jobs.set(resource.jobReference.jobId, { resource, result: undefined, ended: Promise.resolve() });
    }
  }

  async settled(): Promise<void> {
    await this.#queue;
  }

  #queued(run: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(run);
    return this.#queue;
  }

  #referenceOf({ jobReference = {} }: JobRequest): JobReference {
    const { projectId } = this.#options.storage;
    requireProject(jobReference.projectId, projectId);
    const { jobId = derivedId('job', String(this.#jobs.size)), location = this.#options.location } = jobReference;
    if (!/^[\w-]{1,1024}$/.test(jobId)) throw invalid(`Invalid job ID "${jobId}"`);
    return { projectId, jobId, location };
  }

  async #dryRun(
    configuration: Configuration,
    { reference, work }: { reference: JobReference; work: Work },
  ): Promise<JobResource> {
    if (!configuration.query) throw unable('dry-run a job other than a query');
    const statistics = { creationTime: this.#now(), ...(await dryRun(configuration.query, work)) };
    return resourceOf(configuration, { reference, status: { state: 'DONE' }, statistics });
  }

  async #run(job: Job, { configuration, work, fault }: Running): Promise<void> {
    const { jobReference: reference, statistics } = job.resource;
    const end = (status: JobStatus, more: Statistics = {}): void => {
      job.resource = resourceOf(configuration, {
        reference,
        status,
        statistics: { ...statistics, ...more, endTime: this.#now() },
      });
    };
    try {
      const problem = problemOf(fault);
      if (problem) return end({ state: 'DONE', errorResult: problem, errors: [problem] });
      if (reference.location.toLowerCase() !== this.#options.location.toLowerCase()) {
        throw new Refusal('notFound', `Nothing of ${reference.projectId} was found in location ${reference.location}`);
      }
      const { media } = work;
      const whole = { ...work, media: fault === 'short' ? media?.subarray(0, media.lastIndexOf('\n', -2) + 1) : media };
      const outcome = await outcomeOf(configuration, whole);
      job.result = outcome.result;
      end({ state: 'DONE' }, outcome.statistics);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#options.failed(error);
      const errorResult =
        error instanceof Refusal ? error.problem : { reason: 'internalError', message: messageOf(error) };
      const causes = error instanceof Refusal ? error.causes : [];
      end({ state: 'DONE', errorResult, errors: [errorResult, ...causes] });
    }
  }

  #now(): string {
    return String(this.#options.storage.clock.now());
  }
}

interface Running {
  readonly configuration: Configuration;
  readonly work: Work;
  readonly fault: Fault | undefined;
}

function problemOf(fault: Fault | undefined): Problem | undefined {
  if (fault === 'fails') return BACKEND_ERROR;
  return typeof fault === 'object' && 'fails' in fault ? fault.fails : undefined;
}

function outcomeOf({ query, load, copy }: Configuration, work: Work): Promise<Outcome> {
  if (query) return runQuery(query, work);
  if (load) return runLoad(load, work);
  if (copy) return runCopy(copy, work);
  throw invalid('Required parameter is missing: job configuration');
}

/** The kind of a job; a query with several statements, or with one that is not a SELECT, is a script. */
export function jobKindOf(configuration: Configuration = {}): JobKind | undefined {
  const { query, load, copy } = configuration;
  if (load) return 'load';
  if (copy) return 'copy';
  if (!query) return undefined;
  const statements = statementsOf(query.query ?? '');
  return statements.length > 1 || kindOf(statements[0]?.text ?? 'SELECT') !== 'SELECT' ? 'script' : 'query';
}

/** A job outside of the regions US and EU is found only with its location. */
function isSameLocation(requested: string | undefined, location: string): boolean {
  if (requested !== undefined) return requested.toLowerCase() === location.toLowerCase();
  return ['us', 'eu'].includes(location.toLowerCase());
}

interface Described {
  readonly reference: JobReference;
  readonly status: JobStatus;
  readonly statistics: Statistics;
}

function resourceOf(configuration: Configuration, { reference, status, statistics }: Described): JobResource {
  const jobType = configuration.load ? 'LOAD' : configuration.copy ? 'COPY' : 'QUERY';
  return {
    kind: 'bigquery#job',
    id: `${reference.projectId}:${reference.location}.${reference.jobId}`,
    jobReference: reference,
    configuration: { ...configuration, jobType },
    status,
    statistics,
  };
}
