import { type FilledColumns, rowsOfColumns } from './filled-columns.ts';
import { ROWS_BY_FILE, rowsFile } from './rows-file.ts';
import type { StagedRows } from './staged-rows.ts';
import type { Warehouse } from './warehouse.ts';

/** Prepares rows for `appendStaged` of a writer of this engine; `folder` is for files, by default that of the system. */
export async function stageRows(
  engine: Warehouse['engine'],
  columns: FilledColumns,
  folder?: string,
): Promise<StagedRows> {
  return engine === 'duckdb' && columns.rowCount >= ROWS_BY_FILE
    ? { file: await rowsFile(columns, folder) }
    : { rows: rowsOfColumns(columns) };
}
