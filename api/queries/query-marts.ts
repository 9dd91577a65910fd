import type { ChildProcess } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Services } from '../../jobs/job.ts';
import { requireCurrentFile } from '../../jobs/publish-marts/folders.ts';
import { requirePublishing } from '../../jobs/publish-marts/publish-marts.ts';
import { Conflict, messageOf, Rejected, TooManyRequests, Unavailable } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { BiRole } from '../../warehouse/published/published-table.ts';
import { bytesIn } from '../boot/memory-size.ts';
import type { MartFormatName } from '../http/mart-formats.ts';
import { endProcess, prepareProcess, takeProcess } from './processes.ts';
import type { QueryOutcome, QueryTask } from './query-process.ts';

/** Threads of the engine of one query. */
const THREADS = 2;

/** How much of the disk a query may take, in times of its memory: what it spills, its rows in the format, and the answer. */
const DISK_SHARE = 3;

/** How many answers may be read at the same time; when there are more, the one that was begun first is cut off. */
const MOST_ANSWERS = 32;

/** Below the published files, so that it is on the same disk. */
const RESULTS = '.queries';

/** Who has asked for each query that runs, by the folder of the published files. */
const running = new Map<string, string[]>();

/** When a caller whose queries run already may try again. */
const RETRY_AFTER_SECONDS = 5;

/** The answers that are read, those begun first first, with their bytes: their files have no names any more, and take their space until they are closed. */
const answers = new Map<Readable, number>();

export interface MartQuery {
  readonly sql: string;
  readonly role: BiRole;
  readonly format: MartFormatName;
  /** The id of the caller. */
  readonly askedBy: string;
  /** Ends the query. */
  readonly signal?: AbortSignal;
}

export interface PublishedAnswer {
  /** The publication whose rows these are. */
  readonly version: string;
  /** The rows, complete, in the format that was asked for. */
  readonly rows: Readable;
}

/**
 * Runs one SELECT on the current publication of a role, in a process that has nothing but its file. Throws `Rejected` for anything but a
 * SELECT that can run and stays within the limits, `TooManyRequests` while the caller runs all that one may, `Unavailable` while nothing is
 * published or too many queries run, and `Conflict` on BigQuery.
 */
export async function queryMarts(
  services: Pick<Services, 'warehouse' | 'publishing'>,
  { sql, role, format, askedBy, signal }: MartQuery,
): Promise<PublishedAnswer> {
  if (!services.warehouse.files) {
    throw new Conflict(
      `The marts are on BigQuery; query its dataset for the role ${role} there, as warehouse/bi.md describes.`,
    );
  }
  const { folder, queryTimeMs: timeMs, queryMemory, queryRows, queryProcesses } = requirePublishing(services);
  const callers = running.get(folder) ?? [];
  assertPlace(callers, { askedBy, queryProcesses });
  callers.push(askedBy);
  running.set(folder, callers);
  const own = join(folder, RESULTS, randomId('query'));
  const answer = join(own, 'answer');
  const diskBytes = bytesIn(queryMemory) * DISK_SHARE;
  try {
    const { version, file } = await requireCurrentFile(folder, role);
    await mkdir(own, { recursive: true });
    const limits = { memoryLimit: queryMemory, threads: THREADS, rows: queryRows, folder: own };
    await runInProcess({ file, sql, format, limits, diskBytes, answer }, { timeMs, signal });
    return { version, rows: await opened(answer, { mostBytes: diskBytes * queryProcesses }) };
  } finally {
    // The answer that is open can be read to its end all the same.
    await rm(own, { recursive: true, force: true });
    callers.splice(callers.indexOf(askedBy), 1);
  }
}

/** Where several can run, nobody runs all of them, so that others are answered too. */
function assertPlace(
  callers: readonly string[],
  { askedBy, queryProcesses }: { askedBy: string; queryProcesses: number },
): void {
  const own = callers.filter((each) => each === askedBy).length;
  if (queryProcesses > 1 && own >= queryProcesses - 1) {
    const what = own === 1 ? 'one of yours runs' : `${own} of yours run`;
    throw new TooManyRequests(
      `The query cannot be run now: ${what} already; try again when ${own === 1 ? 'it has' : 'one has'} ended.`,
      RETRY_AFTER_SECONDS,
    );
  }
  if (callers.length >= queryProcesses) {
    const what = callers.length === 1 ? 'another runs' : `${callers.length} others run`;
    throw new Unavailable(`The query cannot be run now: ${what} already; try again in a moment.`);
  }
}

/** Removes what the queries of a process that died have left. */
export async function removeQueries({ publishing }: Pick<Services, 'publishing'>): Promise<void> {
  if (publishing) await rm(join(publishing.folder, RESULTS), { recursive: true, force: true });
}

/** An answer that is read. Those that were begun first are cut off while there are too many others, or more than these bytes. */
async function opened(path: string, { mostBytes }: { mostBytes: number }): Promise<Readable> {
  const file = await open(path);
  const rows = file.createReadStream();
  answers.set(rows, (await file.stat()).size);
  rows.once('close', () => answers.delete(rows));
  // Also while nobody listens yet.
  rows.on('error', () => undefined);
  let bytes = [...answers.values()].reduce((sum, each) => sum + each, 0);
  for (const [oldest, its] of answers) {
    if (oldest === rows || (answers.size <= MOST_ANSWERS && bytes <= mostBytes)) break;
    answers.delete(oldest);
    bytes -= its;
    oldest.destroy(new Unavailable('The answer was cut off, because too many others are read; read it faster.'));
  }
  return rows;
}

/** Returns when the answer is written. The process is ended in any case: nothing of it is needed any more. */
async function runInProcess(
  task: QueryTask,
  { timeMs, signal }: { timeMs: number; signal: AbortSignal | undefined },
): Promise<void> {
  const timeout = AbortSignal.timeout(timeMs);
  const ended = AbortSignal.any(signal ? [timeout, signal] : [timeout]);
  const child = takeProcess();
  try {
    const outcome = await outcomeOf(child, { task, ended });
    if (outcome.rejected !== undefined) throw new Rejected(outcome.rejected);
    if (outcome.failed !== undefined) throw notRun(outcome.failed);
  } catch (error) {
    if (timeout.aborted) {
      throw new Rejected(`The query took longer than ${timeMs / 1000} s and was stopped; read fewer rows or columns.`);
    }
    if (signal?.aborted) throw new Unavailable('The query was stopped, because nobody waits for its result.');
    throw error;
  } finally {
    await endProcess(child);
    prepareProcess();
  }
}

const notRun = (why: string): Unavailable => new Unavailable(`The query could not be run: ${why}; try again.`);

function outcomeOf(
  child: ChildProcess,
  { task, ended }: { task: QueryTask; ended: AbortSignal },
): Promise<QueryOutcome> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(ended.reason);
    ended.addEventListener('abort', stop);
    if (ended.aborted) stop();
    child.once('message', resolve);
    child.once('error', (error) => reject(notRun(messageOf(error))));
    child.once('exit', () =>
      reject(new Rejected('The query cannot be run: it ended the process in which it ran; simplify it.')),
    );
    child.send(task, (error) => error && reject(notRun(messageOf(error))));
  });
}
