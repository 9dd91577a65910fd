import { setImmediate } from 'node:timers/promises';
import { InvariantBroken } from '../errors.ts';
import { invariant } from '../invariant.ts';
import type { TableShape } from '../vocabulary/tables.ts';
import type { Value, ValueRow } from '../warehouse.ts';

/** A column of a table as texts, from which the engine reads values of any type. */
export class TextColumn {
  readonly name: string;
  readonly texts: string[] = [];
  /** The row of each text. */
  readonly rows: number[] = [];
  #isConstant = true;

  constructor(name: string) {
    this.name = name;
  }

  add(row: number, value: Value): void {
    if (value === null) return;
    const text = exactText(this.name, value);
    if (this.#isConstant && text !== this.texts[0]) this.#isConstant = this.texts.length === 0;
    this.texts.push(text);
    this.rows.push(row);
  }

  /** The text of all rows, if it is the same in all. */
  constant(rowCount: number): string | undefined {
    return this.#isConstant && this.texts.length === rowCount ? this.texts[0] : undefined;
  }
}

/** Few enough to be read within a few milliseconds: then others get their turn, such as requests of the gateway. */
const ROWS_A_TURN = 256;

/** The columns of a table that these rows fill. Throws `InvariantBroken` if a row has a column that the table does not have. */
export async function textColumns(table: TableShape, rows: readonly ValueRow[]): Promise<TextColumn[]> {
  const columns = new Map(table.columns.map(({ name }) => [name, new TextColumn(name)]));
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_A_TURN === 0) await setImmediate();
    for (const name in row) {
      const column = columns.get(name);
      if (!column) throw new InvariantBroken(`A row cannot be written to ${table.name}: it has no column ${name}.`);
      column.add(index, row[name] ?? null);
    }
  }
  return [...columns.values()].filter(({ texts }) => texts.length > 0);
}

/** Lone surrogates are replaced, since the engine would refuse the whole batch. Throws `InvariantBroken` for NaN and infinity. */
function exactText(column: string, value: Exclude<Value, null>): string {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value !== 'number') return String(value);
  invariant(Number.isFinite(value), `The column ${column} cannot store ${value}, which is not a finite number.`);
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 63 ? BigInt(value).toString() : String(value);
}
