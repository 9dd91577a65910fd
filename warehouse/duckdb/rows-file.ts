import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilledColumn, FilledColumns } from '../filled-columns.ts';
import { randomId } from '../ids.ts';
import type { RowsFile } from '../staged-rows.ts';
import type { Value } from '../value.ts';
import type { TableShape } from '../vocabulary/tables.ts';
import { quoted } from './ddl.ts';
import { exactText, parquetFile } from './parquet.ts';
import { duckdbType } from './types.ts';

/** From this many rows on, rows are passed in a file, which the engine reads several times faster than a parameter. */
export const ROWS_BY_FILE = 500;

/** Writes rows to a file, from which `insertFile` reads them. A column that has one value in all rows is not in it. */
export async function rowsFile({ rowCount, columns }: FilledColumns): Promise<RowsFile> {
  const isConstant = (column: FilledColumn): boolean =>
    column.values.length === rowCount && column.values.every((value) => value === column.values[0]);
  const constants = columns.filter(isConstant);
  // A file needs a column, or it would have no rows.
  if (constants.length === columns.length) constants.pop();
  const inFile = columns.filter((column) => !constants.includes(column));
  const path = join(tmpdir(), `${randomId('tantieme')}.parquet`);
  try {
    await writeFile(path, await parquetFile(rowCount, inFile), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return {
    path,
    columns: inFile.map(({ name }) => name),
    constants: constants.map(({ name, values: [value = ''] }) => ({ name, text: exactText(name, value) })),
  };
}

/** The statement that inserts the rows of a file, and its parameters. */
export function insertFile(table: TableShape, { path, columns, constants }: RowsFile): [string, Value[]] {
  const types = new Map(table.columns.map(({ name, type }) => [name, duckdbType(type)]));
  const value = (name: string, text: string): string => `cast(${text} as ${types.get(name)}) as ${quoted(name)}`;
  const values = [
    ...columns.map((name) => value(name, quoted(name))),
    ...constants.map(({ name }, index) => value(name, `$${index + 2}`)),
  ];
  return [
    `insert into ${quoted(table.name)} by name select ${values.join(', ')} from read_parquet($1)`,
    [path, ...constants.map(({ text }) => text)],
  ];
}
