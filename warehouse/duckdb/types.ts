import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { instantOfMicros } from '../clock.ts';
import { InvariantBroken } from '../errors.ts';
import { invariant } from '../invariant.ts';
import { decimalOf } from '../money.ts';
import type { ColumnShape, ColumnType } from '../vocabulary/tables.ts';
import type { Value } from '../warehouse.ts';

const NAMES: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  json: 'VARCHAR',
  int64: 'BIGINT',
  numeric: 'DECIMAL(38,9)',
  bool: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
  float: 'DOUBLE',
};

/** DuckDB's name of a column type. */
export function duckdbType(type: ColumnType): string {
  return NAMES[type];
}

/** A column as DuckDB describes it. Throws `InvariantBroken` for an unsupported type. */
export function columnShape(name: string, typeName: string, optional: boolean): ColumnShape {
  const type = columnType(typeName);
  invariant(type, `The column ${name} has the unsupported type ${typeName}.`);
  return { name, type, optional };
}

function columnType(name: string): ColumnType | undefined {
  if (name === 'HUGEINT') return 'int64';
  if (/^DECIMAL\(\d+,[0-9]\)$/.test(name)) return 'numeric';
  return (Object.keys(NAMES) as ColumnType[]).find((type) => NAMES[type] === name);
}

/** One value from the engine, without a conversion to float or to a local date. */
export function toExactValue(value: DuckDBValue): Value {
  if (value === null || typeof value !== 'object') return value as Value;
  if (value instanceof DuckDBDecimalValue) return decimalOf(value.value, value.scale);
  if (value instanceof DuckDBTimestampTZValue || value instanceof DuckDBTimestampValue)
    return instantOfMicros(value.micros);
  if (value instanceof DuckDBDateValue) return new Date(value.days * 86_400_000).toISOString().slice(0, 10);
  throw new InvariantBroken(`The warehouse returned a value of an unsupported type: ${String(value)}.`);
}
