/** The program of one query: takes its task from the process that started it, writes the answer and reports the outcome. */
import { createWriteStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refused } from '../../warehouse/duckdb/harmless-select.ts';
import { type QueryLimits, selectOnFile } from '../../warehouse/duckdb/select-on-file.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { bytesIn } from '../boot/memory-size.ts';
import { MART_FORMATS, type MartFormatName } from '../http/mart-formats.ts';

export interface QueryTask {
  readonly file: string;
  readonly sql: string;
  readonly format: MartFormatName;
  readonly limits: QueryLimits;
  /** How much may be in its folder. */
  readonly diskBytes: number;
  /** The file to which the rows are written. */
  readonly answer: string;
}

/** Nothing in it if the answer is written. */
export interface QueryOutcome {
  /** Why the query is refused. */
  readonly rejected?: string;
  /** What is not the fault of the query. */
  readonly failed?: string;
}

/** What the program itself takes besides what the engine counts. */
const OWN_MEMORY = 300 * 1024 * 1024;
const WATCH_MS = 20;

process.once('message', (task: QueryTask) => void run(task));
// Nobody waits for the answer of a server that is gone.
process.once('disconnect', end);

async function run(task: QueryTask): Promise<void> {
  setPriority(10);
  // Where there is such a file: memory that runs out is taken from queries first, https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
  await writeFile('/proc/self/oom_score_adj', '1000').catch(() => undefined);
  watch(task);
  try {
    await answer(task);
    report({});
  } catch (error) {
    report(error instanceof Rejected ? { rejected: error.message } : { failed: messageOf(error) });
  }
}

async function answer({ file, sql, format, limits, answer: path }: QueryTask): Promise<void> {
  const { columns, reader, sql: rows } = await selectOnFile({ file, sql, limits });
  const table = { name: 'query', meaning: '', columns };
  const bytes = MART_FORMATS[format].write({ table, query: [rows, []], warehouse: reader });
  await pipeline(Readable.from(bytes, { objectMode: false }), createWriteStream(path)).catch((error: unknown) => {
    throw refused(messageOf(error));
  });
}

/** The engine does not count all that a query allocates: one text of a gigabyte is made at once. */
function watch({ limits: { memoryLimit, folder }, diskBytes }: QueryTask): void {
  const memory = bytesIn(memoryLimit);
  setInterval(async () => {
    if (process.memoryUsage.rss() > memory * 1.25 + OWN_MEMORY) {
      report({ rejected: `The query needs more memory than ${memoryLimit}; read fewer rows or shorter texts.` });
    }
    if ((await bytesBelow(folder)) > diskBytes) {
      report({ rejected: 'The result of the query is too large; read fewer rows or columns.' });
    }
  }, WATCH_MS);
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** The first report counts. The process ends at once, whatever the engine is doing. */
function report(outcome: QueryOutcome): void {
  process.send?.(outcome, end);
}

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
