import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { COMPARED, COMPARED_ROWS, COMPARED_TABLES, type ComparedTable, type TextBooks, type TextRow } from './rows.ts';

/** Rows of one mart and period that differ. */
export interface Difference {
  readonly period: string;
  readonly table: ComparedTable;
  readonly rows: readonly DifferentRow[];
}

/** A row that the calculator and the models do not have alike; undefined where it is missing. */
interface DifferentRow {
  readonly key: string;
  readonly calculated: TextRow | undefined;
  readonly modelled: TextRow | undefined;
}

/** The books of a closed period, as the models have them. */
export async function modelledBooks(warehouse: Warehouse, period: string): Promise<TextBooks> {
  const books: [ComparedTable, TextRow[]][] = [];
  for (const table of COMPARED_TABLES) {
    const columns = columnsOf(table);
    const rows = await warehouse.query(
      `select ${columns.join(', ')} from tantieme.${table} where period = $1 and ${COMPARED_ROWS[table] ?? 'true'}`,
      [period],
    );
    books.push([
      table,
      rows.map((row) => Object.fromEntries(columns.map((column) => [column, `${row[column] ?? ''}`]))),
    ]);
  }
  return Object.fromEntries(books) as unknown as TextBooks;
}

/** Where two versions of the books of a period differ. A row without any amount is the same as no row. */
export function differences(period: string, calculated: TextBooks, modelled: TextBooks): Difference[] {
  return COMPARED_TABLES.flatMap((table) => {
    const [ours, theirs] = [keyed(table, calculated[table]), keyed(table, modelled[table])];
    const keys = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
    const rows = keys
      .map((key) => ({ key, calculated: ours.get(key), modelled: theirs.get(key) }))
      .filter((row) => textOf(row.calculated) !== textOf(row.modelled));
    return rows.length === 0 ? [] : [{ period, table, rows }];
  });
}

/** The first rows that differ, column by column, side by side. */
export function differenceAsText({ period, table, rows }: Difference, { shown = 3 }: { shown?: number } = {}): string {
  const first = rows.slice(0, shown).map(({ key, calculated, modelled }) => {
    if (!calculated || !modelled) {
      const cells = Object.values(calculated ?? modelled ?? {}).join(' | ');
      return `  ${key}\n    only in the ${calculated ? 'calculator' : 'models'}: ${cells}`;
    }
    const cells = columnsOf(table)
      .filter((column) => calculated[column] !== modelled[column])
      .map((column) => [column, calculated[column] ?? '', modelled[column] ?? '']);
    return [`  ${key}`, ...sideBySide([['', 'calculator', 'models'], ...cells])].join('\n');
  });
  return [`${table} of ${period}: ${rows.length} rows differ`, ...first].join('\n');
}

export function columnsOf(table: ComparedTable): readonly string[] {
  return [...COMPARED[table].key, ...COMPARED[table].values];
}

function keyed(table: ComparedTable, rows: readonly TextRow[]): Map<string, TextRow> {
  const byKey = new Map<string, TextRow>();
  for (const row of rows) {
    if (isNothing(table, row)) continue;
    const key = COMPARED[table].key.map((column) => row[column]).join(' | ');
    byKey.set(byKey.has(key) ? `${key} (again)` : key, row);
  }
  return byKey;
}

const MAY_BE_NOTHING: readonly ComparedTable[] = ['carried_fractions', 'withholdings', 'balances', 'period_totals'];

/** The columns that say nothing of a row without amounts. */
const OF_NOTHING: Partial<Record<ComparedTable, RegExp>> = {
  balances: /^(held|paid_ahead|carried)_|_reason$/,
  withholdings: /^(payer|payee|status|withholding)_|_of_year_minor$/,
};

/** A balance to which nothing was added and of which nothing is left, or fractions or totals that are all zero. */
function isNothing(table: ComparedTable, row: TextRow): boolean {
  if (!MAY_BE_NOTHING.includes(table)) return false;
  const columns = COMPARED[table].values.filter((column) => !OF_NOTHING[table]?.test(column));
  return columns.every((column) => row[column] === '0');
}

function textOf(row: TextRow | undefined): string {
  return row ? JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))) : '';
}

function sideBySide(lines: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) => `    ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}
