import { instantOfMicros } from '../../clock.ts';
import { invariant, present } from '../../invariant.ts';
import { decimalOf } from '../../money.ts';
import type { ColumnShape, ColumnType } from '../../vocabulary/tables.ts';
import type { Value, ValueRow } from '../../warehouse.ts';

/** A column as BigQuery's API describes it. */
export interface FieldResource {
  readonly name?: string;
  readonly type?: string;
  readonly mode?: string;
  readonly description?: string;
}

/** A row as BigQuery's API gives it. */
export interface RowResource {
  readonly f?: readonly { readonly v?: unknown }[];
}

const NAMES: Readonly<Record<ColumnType, string>> = {
  string: 'STRING',
  json: 'STRING',
  int64: 'INT64',
  numeric: 'NUMERIC',
  bool: 'BOOL',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  float: 'FLOAT64',
};

/** The API answers with the names of its first SQL. */
const OLD_NAMES: Readonly<Record<string, string>> = { INTEGER: 'INT64', BOOLEAN: 'BOOL', FLOAT: 'FLOAT64' };

/** BigQuery's name of a column type. */
export function bigQueryType(type: ColumnType): string {
  return NAMES[type];
}

/** BigQuery's name of the type that a column has there. */
export function typeNameOf({ type = '', mode }: FieldResource): string {
  const name = OLD_NAMES[type] ?? type;
  return mode === 'REPEATED' ? `ARRAY<${name}>` : name;
}

/** A column as BigQuery describes it. Throws `InvariantBroken` for a type that no table here uses. */
export function columnShape(field: FieldResource): ColumnShape {
  const { name = '', mode } = field;
  return { name, type: columnType(field), optional: mode !== 'REQUIRED' };
}

function columnType(field: FieldResource): ColumnType {
  const typeName = typeNameOf(field);
  return present(
    (Object.keys(NAMES) as ColumnType[]).find((type) => NAMES[type] === typeName),
    `The column ${field.name} has the type ${typeName}, which no table here uses.`,
  );
}

/** Columns as a table is made with. */
export function schemaOf(columns: readonly ColumnShape[]): { fields: FieldResource[] } {
  return { fields: columns.map(fieldOf) };
}

export function fieldOf({ name, type, optional, meaning }: ColumnShape): FieldResource {
  return {
    name,
    type: bigQueryType(type),
    mode: optional ? 'NULLABLE' : 'REQUIRED',
    ...(meaning ? { description: meaning } : {}),
  };
}

/** A parameter by its place, with the type that its value has. */
export function parameterOf(value: Value, index: number): object {
  return {
    name: `p${index}`,
    parameterType: { type: parameterType(value) },
    parameterValue: { value: value === null ? null : String(value) },
  };
}

function parameterType(value: Value): string {
  if (typeof value === 'bigint') return 'INT64';
  if (typeof value === 'boolean') return 'BOOL';
  return typeof value === 'number' ? 'FLOAT64' : 'STRING';
}

/** How each column of a result becomes a value; instants come as microseconds. */
export function readerOf(fields: readonly FieldResource[]): (row: RowResource) => ValueRow {
  const columns = fields.map((field) => ({ name: field.name ?? '', type: columnType(field) }));
  return ({ f: cells = [] }) => {
    invariant(cells.length === columns.length, `BigQuery gave ${cells.length} values for ${columns.length} columns.`);
    const row: Record<string, Value> = {};
    for (const [index, { name, type }] of columns.entries()) row[name] = exactValue(cells[index]?.v ?? null, type);
    return row;
  };
}

/** One value as it leaves the engine, without a detour through a float or a local date. */
function exactValue(value: unknown, type: ColumnType): Value {
  if (value === null) return null;
  invariant(typeof value === 'string', `BigQuery gave a value that is no text where a ${type} was due.`);
  switch (type) {
    case 'int64':
      return BigInt(value);
    case 'numeric':
      return exactDecimal(value);
    case 'bool':
      return value === 'true';
    case 'timestamp':
      return instantOfMicros(BigInt(value));
    case 'float':
      return Number(value);
    default:
      return value;
  }
}

/** Without needless zeros. */
function exactDecimal(text: string): string {
  const [, digits, fraction = ''] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  invariant(digits !== undefined, `BigQuery gave ${JSON.stringify(text)} where a decimal was due.`);
  return decimalOf(BigInt(`${digits}${fraction}`), fraction.length);
}
