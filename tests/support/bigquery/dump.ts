import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../../../warehouse/warehouse.ts';
import { readCell } from './cells.ts';
import type { JobResource } from './job-resource.ts';
import type { Dataset, Routine, Storage, StoredRow, Table } from './storage.ts';

/** A line of the file: the whole state is written when the local BigQuery stops, and read when it starts. */
type Line =
  | { readonly dataset: Dataset }
  | { readonly routine: Routine }
  | { readonly job: JobResource }
  | { readonly table: Omit<Table, 'rows'> }
  /** A row of the preceding table, its cells in the order of the fields; integers are text. */
  | { readonly cells: readonly (string | number | boolean | null)[]; readonly partition?: string };

const FILE = 'bigquery.ndjson';

export function writeDump(folder: string, storage: Storage, jobs: readonly JobResource[]): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, FILE);
  const lines = [...linesOf(storage, jobs)].map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(`${path}.part`, lines.join(''));
  renameSync(`${path}.part`, path);
}

function* linesOf(storage: Storage, jobs: readonly JobResource[]): Generator<Line> {
  for (const job of jobs) yield { job };
  for (const routine of storage.routines()) yield { routine };
  for (const dataset of storage.datasets.values()) {
    yield { dataset };
    for (const { rows, ...table } of storage.tablesIn(dataset.id)) {
      yield { table };
      for (const { values, partition } of rows) {
        const cells = table.fields.map(({ name }) => plain(values[name] ?? null));
        yield { cells, ...(partition === undefined ? {} : { partition }) };
      }
    }
  }
}

const plain = (value: Value): string | number | boolean | null => (typeof value === 'bigint' ? String(value) : value);

/** The state that was stored in a folder; '' if none was. */
export function dumpIn(folder: string): string {
  const path = join(folder, FILE);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Restores a storage, and returns its jobs. */
export function readDump(dump: string, storage: Storage): JobResource[] {
  const jobs: JobResource[] = [];
  let open: { table: Omit<Table, 'rows'>; rows: StoredRow[] } | undefined;
  const close = (): void => {
    if (open) storage.put({ ...open.table, rows: open.rows });
    open = undefined;
  };
  for (const text of dump.split('\n')) {
    if (text === '') continue;
    const line = JSON.parse(text) as Line;
    if ('cells' in line) {
      open?.rows.push(rowIn(line, open.table));
      continue;
    }
    close();
    if ('table' in line) open = { table: line.table, rows: [] };
    else if ('dataset' in line) storage.datasets.set(line.dataset.id, line.dataset);
    else if ('routine' in line) storage.putRoutine(line.routine);
    else jobs.push(line.job);
  }
  close();
  return jobs;
}

function rowIn({ cells, partition }: Extract<Line, { cells: unknown }>, { fields }: Omit<Table, 'rows'>): StoredRow {
  const values = fields.map(({ name, type }, at) => {
    const cell = cells[at] ?? null;
    return [name, typeof cell === 'number' ? cell : readCell(cell, type)] as const;
  });
  return { values: Object.fromEntries(values), ...(partition === undefined ? {} : { partition }) };
}
