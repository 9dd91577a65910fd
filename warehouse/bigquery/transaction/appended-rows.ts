import { isQueried } from '../../datasets.ts';
import { Conflict, Rejected } from '../../errors.ts';
import { invariant } from '../../invariant.ts';
import { assertKnownColumns, jsonLine } from '../../row-json.ts';
import { ALL_PARTITIONS, type ColumnShape, type TableShape } from '../../vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { Jobs } from '../client/jobs.ts';
import { bigQueryType, schemaOf } from '../client/types.ts';
import { quoted, quotedPath, type TablePath } from '../schema/names.ts';
import { partitionTimeIn } from '../schema/partition-time.ts';
import { referenceTo } from '../schema/table-resource.ts';
import type { ScratchDataset } from './scratch-dataset.ts';

/** A scratch table that holds rows. */
interface Part {
  readonly path: TablePath;
  readonly columns: readonly ColumnShape[];
  load_count: number;
}

/** Rows as lines of JSON, with their size. */
interface Lines {
  readonly texts: string[];
  byte_count: number;
}

/** The rows that a transaction writes to a table. */
interface Staged {
  /** The newest shape of the table, which may get columns while it is filled. */
  shape: TableShape;
  /** Whether the rows replace the content of the table or are appended to it. */
  replaces: boolean;
  /** The rows that are already loaded; a new part for each shape, and after `LOADS_PER_PART` loads. */
  parts: Part[];
  /** The rows that are not loaded yet. */
  lines: Lines;
  loading: Promise<void>;
}

/** Rows are buffered in memory up to this many bytes. */
const BYTES_PER_BUFFER = 32 * 1024 * 1024;
/** The size of one upload, which is repeated as a whole if it fails. */
const BYTES_PER_UPLOAD = 8 * 1024 * 1024;

/** BigQuery allows 1,500 changes of a table per day, including failed ones. */
const LOADS_PER_PART = 1_000;

/** A BigQuery transaction can change 100 tables; one of them is that of the commit guard. */
const TABLES_PER_COMMIT = 99;

/** The rows that a transaction appends: buffered, loaded into scratch tables by load jobs, and inserted into their tables at commit. */
export class AppendedRows {
  readonly #scratch: ScratchDataset;
  readonly #jobs: Jobs;
  /** Whether RudderStack itself loads the raw tables. */
  readonly #rawIsLoaded: boolean;
  readonly #tables = new Map<string, Staged>();
  #bufferedBytes = 0;

  constructor(scratch: ScratchDataset, { jobs, rawIsLoaded }: { jobs: Jobs; rawIsLoaded: boolean }) {
    this.#scratch = scratch;
    this.#jobs = jobs;
    this.#rawIsLoaded = rawIsLoaded;
  }

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  /** Whether the transaction has written rows to a table. */
  has(name: string): boolean {
    return this.#tables.has(name);
  }

  async append(table: TableShape, rows: readonly ValueRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#buffer(this.#stage(table), rows);
  }

  async replace(table: TableShape, rows: readonly ValueRow[]): Promise<void> {
    const staged = this.#stage(table);
    await staged.loading;
    this.#bufferedBytes -= staged.lines.byte_count;
    Object.assign(staged, { replaces: true, parts: [], lines: emptyLines() });
    await this.#buffer(staged, rows);
  }

  /** The content of the table as the transaction sees it, as a source for FROM. */
  async source(name: string, base: TablePath): Promise<string> {
    await this.#load(name);
    const staged = this.#tables.get(name);
    if (!staged) return quotedPath(base);
    const { shape, replaces, parts } = staged;
    const selects = parts.map((part) => selectOf(part.path, { shape, has: part.columns }));
    if (!replaces) {
      const of = selectOf(base, { shape, has: shape.columns });
      // The outer query filters by partition; this only satisfies the required filter.
      selects.unshift(shape.layout?.filterRequired ? `${of} where ${ALL_PARTITIONS}` : of);
    }
    return `(${selects.length > 0 ? selects.join(' union all ') : emptySelect(shape)})`;
  }

  /** Loads all rows and returns the statements that insert them into their tables. Throws `Conflict` for too many tables. */
  async toStatements(baseOf: (name: string) => TablePath): Promise<string[]> {
    const { size } = this.#tables;
    if (size > TABLES_PER_COMMIT) {
      throw new Conflict(
        `Rows of ${size} tables cannot be committed: BigQuery allows ${TABLES_PER_COMMIT} in one transaction. Nothing was written; load them in smaller parts.`,
      );
    }
    await this.loadAll();
    return [...this.#tables].flatMap(([name, { shape, replaces, parts }]) => {
      const base = quotedPath(baseOf(name));
      const inserts = parts.map(({ path, columns }) => {
        const names = columns.map((column) => quoted(column.name)).join(', ');
        const [into, value] = isByPeriod(shape) ? ['_PARTITIONTIME, ', `${partitionTimeIn('period')}, `] : ['', ''];
        return `insert into ${base} (${into}${names}) select ${value}${names} from ${quotedPath(path)}`;
      });
      return replaces ? [`delete from ${base} where true`, ...inserts] : inserts;
    });
  }

  async loadAll(): Promise<void> {
    await inParallel(this.#tables.keys(), (name) => this.#load(name));
  }

  #stage(table: TableShape): Staged {
    const { name } = table;
    if (this.#rawIsLoaded && name.startsWith('raw.')) {
      throw new Rejected(
        `Rows cannot be appended to ${name}: RudderStack itself loads the raw tables, according to raw=… in WAREHOUSE_URL.`,
      );
    }
    invariant(
      !isByPeriod(table) || !isQueried(name),
      `Rows cannot be appended to ${name}: its periods are replaced as a whole.`,
    );
    const known = this.#tables.get(name);
    if (known) {
      known.shape = table;
      return known;
    }
    const staged: Staged = {
      shape: table,
      replaces: false,
      parts: [],
      lines: emptyLines(),
      loading: Promise.resolve(),
    };
    this.#tables.set(name, staged);
    return staged;
  }

  async #buffer(staged: Staged, rows: readonly ValueRow[]): Promise<void> {
    assertKnownColumns(staged.shape, rows);
    for (const row of rows) {
      const line = `${jsonLine(row)}\n`;
      const bytes = Buffer.byteLength(line);
      staged.lines.texts.push(line);
      staged.lines.byte_count += bytes;
      this.#bufferedBytes += bytes;
      if (this.#bufferedBytes >= BYTES_PER_BUFFER) await this.loadAll();
    }
  }

  /** Loads the buffered rows of a table, after its running load. */
  #load(name: string): Promise<void> {
    const staged = this.#tables.get(name);
    if (!staged) return Promise.resolve();
    const { lines, shape } = staged;
    if (lines.texts.length === 0) return staged.loading;
    staged.lines = emptyLines();
    this.#bufferedBytes -= lines.byte_count;
    const loading = staged.loading.then(() => this.#loadPart(staged, { lines: lines.texts, shape }));
    // The next load of the table, or the commit, rethrows the error.
    loading.catch(() => undefined);
    staged.loading = loading;
    return loading;
  }

  async #loadPart(staged: Staged, { lines, shape }: { lines: readonly string[]; shape: TableShape }): Promise<void> {
    for (const piece of piecesOf(lines)) await this.#loadPiece(staged, { lines: piece, shape });
  }

  async #loadPiece(staged: Staged, { lines, shape }: { lines: readonly string[]; shape: TableShape }): Promise<void> {
    const last = staged.parts.at(-1);
    const fits = last && last.load_count < LOADS_PER_PART && signature(last.columns) === signature(shape.columns);
    const part = fits ? last : { path: await this.#scratch.newPath(), columns: shape.columns, load_count: 0 };
    const { statistics } = await this.#jobs.run({
      operation: 'load',
      lines,
      configuration: {
        load: {
          destinationTable: referenceTo(part.path),
          sourceFormat: 'NEWLINE_DELIMITED_JSON',
          schema: schemaOf(shape.columns.map(({ name, type, optional }) => ({ name, type, optional }))),
          // If the table was dropped, the load must fail: a new empty table would silently lose the earlier rows.
          createDisposition: part.load_count === 0 ? 'CREATE_IF_NEEDED' : 'CREATE_NEVER',
          writeDisposition: 'WRITE_APPEND',
          maxBadRecords: 0,
        },
      },
    });
    part.load_count += 1;
    if (!fits) staged.parts.push(part);
    const loaded = statistics?.load?.outputRows;
    invariant(
      loaded === String(lines.length),
      `BigQuery loaded ${loaded ?? 'none'} of the ${lines.length} rows that were sent for ${shape.name}.`,
    );
  }
}

/** Rows of such a table say by their `period` in which partition they belong; without it they would be put into that of today. */
function isByPeriod({ layout }: TableShape): boolean {
  return layout?.partitionBy === 'period';
}

function emptyLines(): Lines {
  return { texts: [], byte_count: 0 };
}

/** Lines in pieces of the size of one upload; a longer line is a piece of its own. */
function* piecesOf(lines: readonly string[]): Generator<readonly string[]> {
  let piece: string[] = [];
  let byte_count = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (piece.length > 0 && byte_count + bytes > BYTES_PER_UPLOAD) {
      yield piece;
      piece = [];
      byte_count = 0;
    }
    piece.push(line);
    byte_count += bytes;
  }
  if (piece.length > 0) yield piece;
}

function signature(columns: readonly ColumnShape[]): string {
  return JSON.stringify(columns.map(({ name, type, optional }) => [name, type, optional]));
}

/** Selects the columns of a shape from a table that has some of them. */
function selectOf(path: TablePath, { shape, has }: { shape: TableShape; has: readonly ColumnShape[] }): string {
  const names = new Set(has.map(({ name }) => name));
  const columns = shape.columns.map(({ name, type }) =>
    names.has(name) ? quoted(name) : `cast(null as ${bigQueryType(type)}) as ${quoted(name)}`,
  );
  return `select ${columns.join(', ')} from ${quotedPath(path)}`;
}

function emptySelect({ columns }: TableShape): string {
  const nulls = columns.map(({ name, type }) => `cast(null as ${bigQueryType(type)}) as ${quoted(name)}`);
  return `select ${nulls.join(', ')} from (select 1) where false`;
}
