import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilledColumns } from './filled-columns.ts';
import { randomId } from './ids.ts';
import { parquetFile } from './parquet.ts';
import type { RowsFile } from './staged-rows.ts';

/** Writes rows to a file of the folder, in Parquet. A column that has one value in all rows is not in it. */
export async function rowsFile({ rowCount, columns }: FilledColumns, folder = tmpdir()): Promise<RowsFile> {
  const constants = columns.filter(({ isConstant, length }) => isConstant && length === rowCount);
  // A file needs a column, or it would have no rows.
  if (constants.length === columns.length) constants.pop();
  const inFile = columns.filter((column) => !constants.includes(column));
  const path = join(folder, `${randomId('tantieme')}.parquet`);
  try {
    await writeFile(path, parquetFile(rowCount, inFile), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return {
    path,
    columns: inFile.map(({ name }) => name),
    constants: constants.map(({ name, first }) => ({ name, text: first.toWellFormed() })),
  };
}
