import { instantOfMicros } from '../../clock.ts';
import { countOf } from '../../count-of.ts';
import { invariant, requirePresent } from '../../invariant.ts';
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

/** A row as BigQuery's API returns it. */
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

/** The API returns the type names of legacy SQL. */
const LEGACY_NAMES: Readonly<Record<string, string>> = { INTEGER: 'INT64', BOOLEAN: 'BOOL', FLOAT: 'FLOAT64' };

/** BigQuery's name of a column type. */
export function bigQueryType(type: ColumnType): string {
  return NAMES[type];
}

/** BigQuery's name of the type of an existing column. */
export function typeNameOf({ type = '', mode }: FieldResource): string {
  const name = LEGACY_NAMES[type] ?? type;
  return mode === 'REPEATED' ? `ARRAY<${name}>` : name;
}

/** A column as BigQuery describes it. Throws `InvariantBroken` for an unsupported type. */
export function columnShape(field: FieldResource): ColumnShape {
  const { name = '', mode } = field;
  return { name, type: columnType(field), optional: mode !== 'REQUIRED' };
}

function columnType(field: FieldResource): ColumnType {
  const typeName = typeNameOf(field);
  return requirePresent(
    (Object.keys(NAMES) as ColumnType[]).find((type) => NAMES[type] === typeName),
    `The column ${field.name} has the unsupported type ${typeName}.`,
  );
}

/** The schema with which a table is created. */
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

/** A query parameter, named by its position, with the type of its value. */
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

/** A function that converts the rows of a result; instants are returned as microseconds. */
export function readerOf(fields: readonly FieldResource[]): (row: RowResource) => ValueRow {
  const columns = fields.map((field) => ({ name: field.name ?? '', type: columnType(field) }));
  return ({ f: cells = [] }) => {
    invariant(
      cells.length === columns.length,
      `BigQuery returned ${countOf(cells.length, 'value')} for ${countOf(columns.length, 'column')}.`,
    );
    const row: Record<string, Value> = {};
    for (const [index, { name, type }] of columns.entries()) row[name] = toExactValue(cells[index]?.v ?? null, type);
    return row;
  };
}

/** One value from the engine, without a conversion to float or to a local date. */
function toExactValue(value: unknown, type: ColumnType): Value {
  if (value === null) return null;
  invariant(typeof value === 'string', `BigQuery returned a ${typeof value} instead of a ${type} as text.`);
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

/** Without trailing zeros. */
function exactDecimal(text: string): string {
  const [, digits, fraction = ''] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  invariant(digits !== undefined, `BigQuery returned ${JSON.stringify(text)} instead of a decimal.`);
  return decimalOf(BigInt(`${digits}${fraction}`), fraction.length);
}
