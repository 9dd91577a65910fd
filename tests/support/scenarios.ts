import { LANDING_TABLES } from '../../ingest/load/landing-tables.ts';
import { RAW_TABLES } from '../../ingest/load/raw-tables.ts';
import { STRIPE_TABLES } from '../../ingest/stripe/tables.ts';
import { deployment } from '../../transforms/engine/deployment.ts';
import { builtTableOf, type Model } from '../../transforms/engine/model.ts';
import type { BookingWindow } from '../../transforms/engine/window.ts';
import { LEDGER_TABLES } from '../../transforms/ledger/tables.ts';
import { MODELS } from '../../transforms/models.ts';
import { SEEDS } from '../../transforms/seeds/seeds.ts';
import { instant } from '../../warehouse/clock.ts';
import { invariant, requirePresent } from '../../warehouse/invariant.ts';
import { parsePeriod, periodEnd, periodStart } from '../../warehouse/period.ts';
import type { ColumnType, TableShape } from '../../warehouse/vocabulary/tables.ts';
import type { Value, ValueRow } from '../../warehouse/warehouse.ts';

/**
 * A scenario from a text file. A `##` heading names the rule. A line with only a table's full name in backticks names the
 * Markdown table below it; `` `expected` `` is what the model must return, in any order unless `ordered` follows it;
 * `` `window` `` has one row with what differs from `DEFAULT_WINDOW`. All other lines are prose. Missing columns and empty cells are NULL; `''` is the empty string; an instant may be written as
 * `2026-01-31` or `2026-01-31 23:59`.
 */
export interface Scenario {
  readonly title: string;
  /** The values of the model's parameters. */
  readonly window: BookingWindow;
  /** The tables that the model reads. Those not in the scenario are empty, except seeds, which have their own rows. */
  readonly inputs: readonly GivenTable[];
  readonly expected: { readonly columns: readonly string[]; readonly rows: readonly ValueRow[] };
  readonly ordered: boolean;
}

export interface GivenTable {
  /** The declared shape, with every column nullable. */
  readonly shape: TableShape;
  readonly rows: readonly ValueRow[];
}

interface TextTable {
  readonly name: string;
  readonly ordered: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Every table that a model may read. */
export const DECLARED_TABLES: readonly TableShape[] = [
  ...LANDING_TABLES,
  ...RAW_TABLES,
  ...STRIPE_TABLES,
  ...LEDGER_TABLES,
  deployment,
  ...SEEDS,
  ...MODELS,
  ...MODELS.filter(({ books }) => books).map((model) => builtTableOf(model)),
];

/** The first period of the books, without late facts; what happened before 2020 is before the books. */
const DEFAULT_WINDOW = {
  period: '2026-01',
  previous_period: '',
  late_from_at: '9999-12-31',
  books_start_at: '2020-01-01',
};

/** The same, with every column nullable. */
export const INPUT_TABLES: readonly TableShape[] = DECLARED_TABLES.map(nullable);

const SHAPES = new Map(INPUT_TABLES.map((table) => [table.name, table]));

/** The scenario file of a model: `tests/transforms/<layer>/<model>.scenarios.md`. */
export function scenariosFileOf({ name }: Model): URL {
  const layer = name.includes('.stg_') ? 'staging' : name.includes('.int_') ? 'intermediate' : 'marts';
  return new URL(`../transforms/${layer}/${name.slice(name.indexOf('.') + 1)}.scenarios.md`, import.meta.url);
}

/** What a scenario is about: a model, or a metric. */
type ScenarioSubject = Pick<Model, 'name' | 'meaning' | 'columns' | 'reads' | 'readsPrevious'>;

/** The scenarios of a model, from the text of its `<model>.scenarios.md`. Throws `InvariantBroken` if they are malformed. */
export function scenariosOf(model: ScenarioSubject, text: string): Scenario[] {
  const [, ...sections] = text.split(/^## /m);
  return sections.map((section) => {
    const title = section.split('\n', 1)[0] ?? '';
    const tables = textTables(section);
    const given = new Map(tables.map((table) => [table.name, table]));
    const expected = requirePresent(
      given.get('expected'),
      `The scenario "${title}" of ${model.name} must have a table \`expected\`.`,
    );
    const reads = [...new Set([...model.reads, ...model.readsPrevious])];
    const known = ['window', 'expected', ...reads];
    for (const { name } of tables) invariant(known.includes(name), `${model.name} does not read ${name} ("${title}").`);
    const seeds = new Map(SEEDS.map((seed) => [seed.name, seed.rows]));
    return {
      title,
      window: windowOf(given.get('window')),
      inputs: reads.map((name) => {
        const table = given.get(name);
        return table ? givenTable(table) : { shape: shapeNamed(name), rows: seeds.get(name) ?? [] };
      }),
      expected: { columns: expected.columns, rows: typedRows(expected, model) },
      ordered: expected.ordered,
    };
  });
}

/** The window of a scenario, from its table `window` if it has one. */
function windowOf(table?: TextTable): BookingWindow {
  const [row = [], ...more] = table?.rows ?? [];
  invariant(more.length === 0, 'The table `window` must have one row.');
  const given = Object.fromEntries((table?.columns ?? []).map((column, at) => [column, row[at] ?? '']));
  const unknown = Object.keys(given).filter((column) => !Object.hasOwn(DEFAULT_WINDOW, column));
  invariant(unknown.length === 0, `The table \`window\` has the unknown columns ${unknown.join(', ')}.`);
  const { period, previous_period, late_from_at, books_start_at } = { ...DEFAULT_WINDOW, ...given };
  const month = parsePeriod(period);
  return {
    period: month,
    previous_period: previous_period === '' ? '' : parsePeriod(previous_period),
    starts_at: instant(periodStart(month)),
    ends_at: instant(periodEnd(month)),
    late_from_at: instantOf(late_from_at),
    open_from_at: instant(periodStart(month)),
    open_late_from_at: instantOf(late_from_at),
    books_start_at: instantOf(books_start_at),
  };
}

/** The tables of a text, typed by their declarations. */
export function givenTables(text: string): GivenTable[] {
  return textTables(text).map(givenTable);
}

/** Rows as aligned tables, for comparing and for reading; sorted by their text unless they are `ordered`. */
export function tablesAsText(
  tables: readonly (readonly ValueRow[])[],
  { columns, ordered = false }: { columns: readonly string[]; ordered?: boolean },
): string[] {
  const texts = tables.map((rows) => rows.map((row) => columns.map((column) => cellOf(row[column]))));
  const widths = columns.map((column, at) =>
    Math.max(column.length, ...texts.flat().map((cells) => cells[at]?.length ?? 0)),
  );
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return texts.map((rows) => {
    const lines = rows.map(lineOf);
    return [lineOf(columns), ...(ordered ? lines : lines.sort())].join('\n');
  });
}

function shapeNamed(name: string): TableShape {
  return requirePresent(SHAPES.get(name), `${name} is not a declared table.`);
}

function givenTable(table: TextTable): GivenTable {
  const shape = shapeNamed(table.name);
  const nothing = Object.fromEntries(shape.columns.map(({ name }) => [name, null]));
  return { shape, rows: typedRows(table, shape).map((row) => ({ ...nothing, ...row })) };
}

function nullable(table: TableShape): TableShape {
  const { name, meaning, columns } = table;
  return { name, meaning, columns: columns.map((column) => ({ ...column, optional: true })) };
}

function textTables(text: string): TextTable[] {
  const tables: TextTable[] = [];
  let name: { name: string; ordered: boolean } | undefined;
  let lines: string[][] = [];
  const end = (): void => {
    const [columns, rule, ...rows] = lines;
    lines = [];
    if (!columns) return;
    invariant(name, `The table with the columns ${columns.join(', ')} must have its name above it.`);
    invariant(
      rule?.every((cell) => /^:?-+:?$/.test(cell)),
      `The table ${name.name} must have a separator line below its header.`,
    );
    tables.push({ ...name, columns, rows });
    name = undefined;
  };
  for (const line of [...text.split('\n'), '']) {
    const named = /^`([a-z0-9_.]+)`( ordered)?$/.exec(line);
    if (line.startsWith('|')) {
      const cells = line.trim().slice(1, -1).split('|');
      lines.push(cells.map((cell) => cell.trim()));
      continue;
    }
    end();
    if (named) name = { name: named[1] ?? '', ordered: named[2] !== undefined };
  }
  return tables;
}

function typedRows({ name, columns, rows }: TextTable, shape: TableShape): ValueRow[] {
  const types = columns.map(
    (column) =>
      requirePresent(
        shape.columns.find((declared) => declared.name === column),
        `${shape.name} has no column ${column}.`,
      ).type,
  );
  return rows.map((cells) => {
    invariant(
      cells.length === columns.length,
      `A row of ${name} must have ${columns.length} cells, but has ${cells.length}: ${cells.join(' | ')}.`,
    );
    return Object.fromEntries(columns.map((column, at) => [column, typed(cells[at] ?? '', types[at] ?? 'string')]));
  });
}

function typed(cell: string, type: ColumnType): Value {
  if (cell === '') return null;
  if (cell === "''") return '';
  switch (type) {
    case 'int64':
      return BigInt(cell);
    case 'float':
      return Number(cell);
    case 'bool':
      return cell === 'true';
    case 'timestamp':
      return instantOf(cell);
    default:
      return cell;
  }
}

function instantOf(cell: string): string {
  const [day = '', time = '00:00'] = cell.split(' ');
  return cell.endsWith('Z') ? cell : instant(Date.parse(`${day}T${time}Z`));
}

function cellOf(value: Value | undefined): string {
  if (value === null) return '';
  if (value === undefined) return '(no such column)';
  return value === '' ? "''" : String(value);
}
