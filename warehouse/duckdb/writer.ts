import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { invariant } from '../invariant.ts';
import { findMissingColumns } from '../migration.ts';
import type { Period } from '../period.ts';
import { assertKnownColumns, exactInJson } from '../row-json.ts';
import { stageRows } from '../stage-rows.ts';
import type { RowsFile } from '../staged-rows.ts';
import type { TableShape } from '../vocabulary/tables.ts';
import type { Value, ValueRow, WarehouseWriter } from '../warehouse.ts';
import { addColumn, createTable, literal, quoted } from './ddl.ts';
import { piecesOf, rowsOf, runBound } from './results.ts';
import type { Steps } from './steps.ts';
import { columnShape, duckdbType } from './types.ts';

/** The length of a parameter: the engine needs several times as much memory to parse it. */
const PIECE_LENGTH = 4_000_000;

/** What a column adds to the length of each row, at least: its name and `null`. */
const COLUMN_LENGTH = 24;

/** The writer of one transaction on this connection. */
export function duckdbWriter(connection: DuckDBConnection, steps: Steps): WarehouseWriter {
  const query = async <R extends ValueRow>(sql: string, parameters: readonly Value[] = []): Promise<R[]> =>
    rowsOf<R>(connection, steps.resolve(sql), parameters);
  const execute = async (sql: string, parameters: readonly Value[] = []): Promise<number> =>
    (await runBound({ sql, parameters }, (...bound) => connection.run(...bound))).rowsChanged;

  const appendByParameter = async (whole: TableShape, rows: readonly ValueRow[]): Promise<void> => {
    assertKnownColumns(whole, rows);
    const table = withFilledColumns(whole, rows);
    for (const some of inPieces(rows, table.columns.length)) {
      // Strict: a value that does not fit would silently become NULL otherwise. Every row must then have every column.
      const complete = some.map((row) =>
        Object.fromEntries(table.columns.map(({ name }) => [name, row[name] ?? null])),
      );
      // Not `recursive := true`: its memory grows with the square of the columns.
      await execute(
        `insert into ${quoted(table.name)} by name select unnest(row) from (select unnest(from_json_strict($1, ${literal(`[${structure(table)}]`)})) as row)`,
        [JSON.stringify(complete, exactInJson)],
      );
    }
  };
  const appendFile = async (table: TableShape, file: RowsFile): Promise<void> => {
    try {
      await execute(...insertFile(table, file));
    } finally {
      await rm(file.path, { force: true });
    }
  };

  /** A table that has only this period is made anew: deleted rows are compressed again with those that take their place. */
  const removePartition = async (table: TableShape, period: Period): Promise<void> => {
    const has = async (is: '=' | '<>'): Promise<boolean> =>
      (await query(`select period from ${quoted(table.name)} where period ${is} ${literal(period)} limit 1`)).length >
      0;
    if (!(await has('='))) return;
    await execute(
      (await has('<>'))
        ? `delete from ${quoted(table.name)} where period = ${literal(period)}`
        : createTable(table, { replaces: true }),
    );
  };

  const appendStaged: WarehouseWriter['appendStaged'] = (table, staged) =>
    'file' in staged ? appendFile(table, staged.file) : appendByParameter(table, staged.rows);
  const append: WarehouseWriter['append'] = async (table, rows) =>
    appendStaged(table, await stageRows(table, rows, { engine: 'duckdb' }));

  return {
    query,
    async *stream<R extends ValueRow>(sql: string, parameters: readonly Value[] = []) {
      yield* piecesOf<R>(connection, steps.resolve(sql), parameters);
    },
    async describe(dataset) {
      const rows = await query<{ table_name: string; column_name: string; data_type: string; is_nullable: string }>(
        'select table_name, column_name, data_type, is_nullable from information_schema.columns where table_catalog = current_database() and table_schema = $1 order by table_name, ordinal_position',
        [dataset],
      );
      return new Map(
        [...Map.groupBy(rows, (row) => row.table_name)].map(([table, columns]) => [
          table,
          columns.map((row) => columnShape(row.column_name, row.data_type, row.is_nullable === 'YES')),
        ]),
      );
    },
    async describeQuery(sql) {
      const rows = await query<{ column_name: string; column_type: string }>(`describe ${sql}`);
      return rows.map((row) => columnShape(row.column_name, row.column_type, true));
    },
    append,
    appendStaged,
    async replaceRows(table, rows) {
      await execute(`delete from ${quoted(table.name)}`);
      await append(table, rows);
    },
    async replaceTable(table, select) {
      const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
      await execute(`delete from ${quoted(table.name)}`);
      return execute(
        `insert into ${quoted(table.name)} (${columns}) select ${columns} from (${steps.resolve(select)}\n) as model`,
      );
    },
    async replacePartition(table, period, select) {
      const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
      await removePartition(table, period);
      return execute(
        `insert into ${quoted(table.name)} (${columns}) select ${columns} from (${steps.resolve(select)}\n) as model where period = ${literal(period)}`,
      );
    },
    createStep: (step, select) => steps.create(step, select),
    createEmptySteps: (empty) => steps.createEmpty(empty),
    migrate: (tables) => migrate(tables, { query, execute }),
    async createView({ name, sql }) {
      await execute(`create schema if not exists ${quoted(name.slice(0, name.indexOf('.')))}`);
      await execute(`create or replace view ${quoted(name)} as ${sql}`);
    },
  };
}

type ExistingColumn = { readonly table_name: string; readonly column_name: string; readonly data_type: string };

async function migrate(
  tables: readonly TableShape[],
  { query, execute }: Pick<WarehouseWriter, 'query'> & { execute(sql: string): Promise<number> },
): Promise<void> {
  // Read once, for the catalogue takes milliseconds for each question and a start migrates every table.
  const rows = await query<ExistingColumn>(
    `select table_schema || '.' || table_name as table_name, column_name, data_type from information_schema.columns where table_catalog = current_database()`,
  );
  const columnsOf = Map.groupBy(rows, (row) => row.table_name);
  for (const dataset of new Set(tables.map(({ name }) => datasetOf(name)))) {
    await execute(`create schema if not exists ${quoted(dataset)}`);
  }
  for (const table of tables) {
    const columns = columnsOf.get(table.name);
    if (!columns) {
      await execute(createTable(table));
      columnsOf.set(table.name, createdColumns(table));
      continue;
    }
    const existing = new Map(columns.map((row) => [row.column_name, row.data_type]));
    for (const column of findMissingColumns(table, { existing, typeName: duckdbType })) {
      await execute(addColumn(table, column));
    }
  }
}

function createdColumns({ name, columns }: TableShape): ExistingColumn[] {
  return columns.map((column) => ({ table_name: name, column_name: column.name, data_type: duckdbType(column.type) }));
}

function datasetOf(table: string): string {
  const [dataset, name] = table.split('.');
  invariant(dataset && name, `The table name ${table} must have the form dataset.table.`);
  return dataset;
}

/** The rows in pieces that are about as long as a parameter may be; a longer row is a piece of its own. */
function* inPieces(rows: readonly ValueRow[], columnCount: number): Generator<readonly ValueRow[]> {
  let piece: ValueRow[] = [];
  let length = 0;
  for (const row of rows) {
    piece.push(row);
    length += columnCount * COLUMN_LENGTH;
    for (const name in row) length += typeof row[name] === 'string' ? row[name].length : 0;
    if (length < PIECE_LENGTH) continue;
    yield piece;
    piece = [];
    length = 0;
  }
  if (piece.length > 0) yield piece;
}

/** The table without the columns that none of the rows has: each column costs the engine memory, whatever it holds. */
function withFilledColumns(table: TableShape, rows: readonly ValueRow[]): TableShape {
  const filled = new Set<string>();
  for (const row of rows) for (const name in row) filled.add(name);
  return { ...table, columns: table.columns.filter(({ name }) => filled.has(name)) };
}

/** The shape of a row for `from_json_strict`, as JSON. */
function structure(table: TableShape): string {
  return JSON.stringify(Object.fromEntries(table.columns.map(({ name, type }) => [name, duckdbType(type)])));
}

/** The statement that inserts the rows of a file, and its parameters. */
function insertFile(table: TableShape, { path, columns, constants }: RowsFile): [string, Value[]] {
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
