import { type Clock, systemClock } from '../../../warehouse/clock.ts';
import type { ValueRow } from '../../../warehouse/warehouse.ts';
import { startEvaluator } from '../googlesql/evaluator.ts';
import type { LocalServer } from '../loopback.ts';
import { dumpIn, readDump, writeDump } from './dump.ts';
import { Evaluation } from './evaluation.ts';
import { Faults, type SeenRequest } from './faults.ts';
import type { JobResource } from './job-resource.ts';
import { Jobs } from './jobs.ts';
import { addressIn } from './names.ts';
import { serve } from './server.ts';
import { Storage } from './storage.ts';

export interface LocalServerOptions {
  readonly projectId: string;
  /** The location of everything; default `US`. */
  readonly location?: string;
  /** The folder that stores the state between a stop and the next start; without it, the state is lost. */
  readonly folder?: string;
  /** The state of an earlier one (`dumpIn` its folder) to begin with. */
  readonly dump?: string;
  /** Whether a job ends before the response to its request, which saves polling. Default: false. */
  readonly answersDone?: boolean;
  readonly clock?: Clock;
  /** Default: any free port. */
  readonly port?: number;
}

/** A local BigQuery of one project: its REST API over GoogleSQL's reference evaluator. */
export interface LocalBigQuery extends LocalServer {
  readonly projectId: string;
  readonly faults: Faults;
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Every job so far except dry runs, oldest first, in its current state. */
  jobs(): readonly JobResource[];
  /** The rows of a table, `dataset.table`, in the order in which they were written. */
  rows(table: string): readonly ValueRow[];
}

export async function startBigQuery(options: LocalServerOptions): Promise<LocalBigQuery> {
  const {
    projectId,
    location = 'US',
    folder,
    dump = folder === undefined ? '' : dumpIn(folder),
    clock = systemClock,
    answersDone = false,
    port,
  } = options;
  const storage = new Storage(projectId, clock);
  const earlier = readDump(dump, storage);
  const evaluator = await startEvaluator();
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const evaluation = new Evaluation(storage, evaluator);
  const jobs = new Jobs({ storage, evaluation, location, answersDone, failed });
  jobs.restore(earlier);
  const faults = new Faults();
  const requests: SeenRequest[] = [];
  const service = { storage, evaluation, jobs, location };
  const close = async (): Promise<void> => {
    await jobs.settled();
    evaluator.stop();
    if (folder !== undefined) writeDump(folder, storage, jobs.all());
  };
  try {
    const server = await serve({ service, faults, requests, port, failures, close });
    return {
      ...server,
      projectId,
      faults,
      requests,
      jobs: () => jobs.all(),
      rows: (table) => storage.table(addressIn(table, projectId)).rows.map(({ values }) => values),
    };
  } catch (error) {
    evaluator.stop();
    throw error;
  }
}
