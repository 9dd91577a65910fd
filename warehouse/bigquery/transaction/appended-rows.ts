import { Conflict, Rejected } from '../../errors.ts';
import { invariant } from '../../invariant.ts';
import { assertKnownColumns, jsonLine } from '../../row-json.ts';
import { ALL_PARTITIONS, type ColumnShape, type TableShape } from '../../vocabulary/tables.ts';
import type { ValueRow } from '../../warehouse.ts';
import { inParallel } from '../client/in-parallel.ts';
import type { Jobs } from '../client/jobs.ts';
import { bigQueryType, schemaOf } from '../client/types.ts';
import { quoted, quotedPath, type TablePath } from '../schema/names.ts';
import { referenceTo } from '../schema/table-resource.ts';
import type { ScratchDataset } from './scratch-dataset.ts';

/** A table of the scratch that holds rows. */
interface Part {
  readonly path: TablePath;
  readonly columns: readonly ColumnShape[];
  load_count: number;
}

/** Rows as lines of JSON, with the bytes that they take. */
interface Lines {
  readonly texts: string[];
  byte_count: number;
}

/** Rows of a table that a transaction brings. */
interface Staged {
  /** Its newest shape; a table may get columns while it is filled. */
  shape: TableShape;
  /** Whether they are the whole of the table, or come to what it has. */
  replaces: boolean;
  /** What is loaded already; another part for each shape, and for so many loads. */
  parts: Part[];
  /** What waits for its load job. */
  lines: Lines;
  loading: Promise<void>;
}

/** Rows wait in memory for one another up to so many bytes. */
const BYTES_GATHERED = 32 * 1024 * 1024;
/** So much goes in one request, which is repeated as a whole where it breaks. */
const BYTES_AN_UPLOAD = 8 * 1024 * 1024;

/** BigQuery changes a table 1,500 times a day at most, and counts what failed. */
const LOADS_A_PART = 1_000;

/** A transaction of BigQuery changes 100 tables at most; one of them is that of the guard. */
const TABLES_AT_ONCE = 99;

/** The rows that a transaction appends: gathered, loaded into its scratch by load jobs, and laid into their tables at its end. */
export class AppendedRows {
  readonly #scratch: ScratchDataset;
  readonly #jobs: Jobs;
  /** Whether RudderStack itself fills the raw tables. */
  readonly #rawIsLoaded: boolean;
  readonly #tables = new Map<string, Staged>();
  #gathered = 0;

  constructor(scratch: ScratchDataset, { jobs, rawIsLoaded }: { jobs: Jobs; rawIsLoaded: boolean }) {
    this.#scratch = scratch;
    this.#jobs = jobs;
    this.#rawIsLoaded = rawIsLoaded;
  }

  get isEmpty(): boolean {
    return this.#tables.size === 0;
  }

  /** Whether anything was brought to a table. */
  has(name: string): boolean {
    return this.#tables.has(name);
  }

  async append(table: TableShape, rows: readonly ValueRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#gather(this.#staged(table), rows);
  }

  async replace(table: TableShape, rows: readonly ValueRow[]): Promise<void> {
    const staged = this.#staged(table);
    await staged.loading;
    this.#gathered -= staged.lines.byte_count;
    Object.assign(staged, { replaces: true, parts: [], lines: noLines() });
    await this.#gather(staged, rows);
  }

  /** What the table holds within the transaction, as something to select from. */
  async source(name: string, base: TablePath): Promise<string> {
    await this.#load(name);
    const staged = this.#tables.get(name);
    if (!staged) return quotedPath(base);
    const { shape, replaces, parts } = staged;
    const selects = parts.map((part) => selectOf(part.path, { shape, has: part.columns }));
    if (!replaces) {
      const of = selectOf(base, { shape, has: shape.columns });
      // Whoever asks says which partitions; here it is only said that all may be.
      selects.unshift(shape.layout?.filterRequired ? `${of} where ${ALL_PARTITIONS}` : of);
    }
    return `(${selects.length > 0 ? selects.join(' union all ') : nothingOf(shape)})`;
  }

  /** The statements that lay everything into its table. All of it is loaded. Throws `Conflict` for more tables than fit. */
  async statements(baseOf: (name: string) => TablePath): Promise<string[]> {
    const { size } = this.#tables;
    if (size > TABLES_AT_ONCE) {
      throw new Conflict(
        `Rows of ${size} tables cannot become visible at once: BigQuery takes ${TABLES_AT_ONCE} in one transaction; nothing was written; bring them in smaller parts.`,
      );
    }
    await this.loadAll();
    return [...this.#tables].flatMap(([name, { replaces, parts }]) => {
      const base = quotedPath(baseOf(name));
      const inserts = parts.map(({ path, columns }) => {
        const names = columns.map((column) => quoted(column.name)).join(', ');
        return `insert into ${base} (${names}) select ${names} from ${quotedPath(path)}`;
      });
      return replaces ? [`delete from ${base} where true`, ...inserts] : inserts;
    });
  }

  async loadAll(): Promise<void> {
    await inParallel(this.#tables.keys(), (name) => this.#load(name));
  }

  #staged(table: TableShape): Staged {
    const { name, layout } = table;
    if (this.#rawIsLoaded && name.startsWith('raw.')) {
      throw new Rejected(
        `Nothing can be appended to ${name}: the address of the warehouse says that RudderStack itself loads the raw tables (raw=…).`,
      );
    }
    invariant(layout?.partitionBy !== 'period', `${name} takes no single rows: its periods are replaced as a whole.`);
    const known = this.#tables.get(name);
    if (known) {
      known.shape = table;
      return known;
    }
    const staged: Staged = { shape: table, replaces: false, parts: [], lines: noLines(), loading: Promise.resolve() };
    this.#tables.set(name, staged);
    return staged;
  }

  async #gather(staged: Staged, rows: readonly ValueRow[]): Promise<void> {
    assertKnownColumns(staged.shape, rows);
    for (const row of rows) {
      const line = `${jsonLine(row)}\n`;
      const bytes = Buffer.byteLength(line);
      staged.lines.texts.push(line);
      staged.lines.byte_count += bytes;
      this.#gathered += bytes;
      if (this.#gathered >= BYTES_GATHERED) await this.loadAll();
    }
  }

  /** Loads what waits for a table, after what is being loaded. */
  #load(name: string): Promise<void> {
    const staged = this.#tables.get(name);
    if (!staged) return Promise.resolve();
    const { lines, shape } = staged;
    if (lines.texts.length === 0) return staged.loading;
    staged.lines = noLines();
    this.#gathered -= lines.byte_count;
    const loading = staged.loading.then(() => this.#loadPart(staged, { lines: lines.texts, shape }));
    // Whoever asks next, or the end of the transaction, is told.
    loading.catch(() => undefined);
    staged.loading = loading;
    return loading;
  }

  async #loadPart(staged: Staged, { lines, shape }: { lines: readonly string[]; shape: TableShape }): Promise<void> {
    for (const piece of piecesOf(lines)) await this.#loadPiece(staged, { lines: piece, shape });
  }

  async #loadPiece(staged: Staged, { lines, shape }: { lines: readonly string[]; shape: TableShape }): Promise<void> {
    const last = staged.parts.at(-1);
    const fits = last && last.load_count < LOADS_A_PART && signature(last.columns) === signature(shape.columns);
    const part = fits ? last : { path: await this.#scratch.place(), columns: shape.columns, load_count: 0 };
    const { statistics } = await this.#jobs.run({
      what: 'load',
      lines,
      configuration: {
        load: {
          destinationTable: referenceTo(part.path),
          sourceFormat: 'NEWLINE_DELIMITED_JSON',
          schema: schemaOf(shape.columns.map(({ name, type, optional }) => ({ name, type, optional }))),
          // A table that has gone takes its rows along: another one in its place would lose them in silence.
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
      `BigQuery loaded ${loaded ?? 'no'} rows of the ${lines.length} that were sent for ${shape.name}.`,
    );
  }
}

function noLines(): Lines {
  return { texts: [], byte_count: 0 };
}

/** Lines in pieces of what goes in one request; a line that is longer goes alone. */
function* piecesOf(lines: readonly string[]): Generator<readonly string[]> {
  let piece: string[] = [];
  let byte_count = 0;
  for (const line of lines) {
    const bytes = Buffer.byteLength(line);
    if (piece.length > 0 && byte_count + bytes > BYTES_AN_UPLOAD) {
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

/** The columns of a shape out of a table that has some of them. */
function selectOf(path: TablePath, { shape, has }: { shape: TableShape; has: readonly ColumnShape[] }): string {
  const names = new Set(has.map(({ name }) => name));
  const columns = shape.columns.map(({ name, type }) =>
    names.has(name) ? quoted(name) : `cast(null as ${bigQueryType(type)}) as ${quoted(name)}`,
  );
  return `select ${columns.join(', ')} from ${quotedPath(path)}`;
}

function nothingOf({ columns }: TableShape): string {
  const nulls = columns.map(({ name, type }) => `cast(null as ${bigQueryType(type)}) as ${quoted(name)}`);
  return `select ${nulls.join(', ')} from (select 1) where false`;
}
