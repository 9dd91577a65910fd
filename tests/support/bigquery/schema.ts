import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import { invalid, type Refusal, unable } from './refusal.ts';

/** A column of a table or of a result. */
export interface Field {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
  readonly description?: string;
}

/** A column in the form of BigQuery's API. */
export interface FieldResource {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly description?: string;
}

/** Each type with the name that the API returns, then with the other names that it accepts. */
const NAMES: Readonly<Partial<Record<ColumnType, readonly string[]>>> = {
  string: ['STRING'],
  int64: ['INTEGER', 'INT64'],
  numeric: ['NUMERIC', 'DECIMAL'],
  bool: ['BOOLEAN', 'BOOL'],
  timestamp: ['TIMESTAMP'],
  date: ['DATE'],
  float: ['FLOAT', 'FLOAT64'],
};

export const typeNameOf = (type: ColumnType): string => NAMES[type]?.[0] ?? 'STRING';

/** The type with any of its names. Refuses unsupported types. */
export function typeNamed(name: string): ColumnType {
  const known = Object.entries(NAMES).find(([, names]) => names.includes(name.toUpperCase()));
  if (!known) throw unable(`hold values of the type ${name}`);
  return known[0] as ColumnType;
}

/** https://cloud.google.com/bigquery/docs/schemas#column_names */
const RESERVED =
  /^(?:_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER|_CHANGE_(?:SEQUENCE_NUMBER|TYPE|TIMESTAMP))/i;

const KNOWN_KEYS = ['name', 'type', 'mode', 'description'];

export function readField(resource: FieldResource): Field {
  const odd = Object.keys(resource).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`keep "${odd}" of the field ${resource.name}`);
  if (!/^[A-Za-z_]\w{0,299}$/.test(resource.name ?? '')) throw invalid(`Invalid field name "${resource.name}".`);
  if (RESERVED.test(resource.name)) {
    throw invalid(
      `Invalid field name "${resource.name}". Field names are not allowed to start with a reserved prefix.`,
    );
  }
  const mode = resource.mode?.toUpperCase() ?? 'NULLABLE';
  if (mode !== 'NULLABLE' && mode !== 'REQUIRED') throw unable(`hold the field ${resource.name} in the mode ${mode}`);
  const { name, type, description } = resource;
  return { name, type: typeNamed(type), required: mode === 'REQUIRED', ...(description && { description }) };
}

export function readFields(fields: readonly FieldResource[] = []): readonly Field[] {
  const read = fields.map(readField);
  const names = read.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalid(`Duplicate field name: ${twice}`);
  return read;
}

export function fieldResource({ name, type, required, description }: Field): FieldResource {
  return {
    name,
    type: typeNameOf(type),
    mode: required ? 'REQUIRED' : 'NULLABLE',
    ...(description === undefined ? {} : { description }),
  };
}

/** Checks that rows of a schema can be written into a table. Refuses differences, with BigQuery's messages. */
export function assertSameSchema(kept: readonly Field[], given: readonly Field[], table: string): void {
  const refuse = (what: string): Refusal => invalid(`Provided Schema does not match Table ${table}. ${what}`);
  for (const field of given) {
    const known = kept.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    if (!known) throw refuse(`Cannot add fields (field: ${field.name})`);
    const types = [known, field].map(({ type }) => typeNameOf(type));
    if (types[0] !== types[1]) throw refuse(`Field ${field.name} has changed type from ${types.join(' to ')}`);
    if (known.required && !field.required) {
      throw refuse(`Field ${field.name} has changed mode from REQUIRED to NULLABLE`);
    }
  }
  const missing = kept.find(
    ({ name, required }) => required && !given.some((field) => field.name.toLowerCase() === name.toLowerCase()),
  );
  if (missing) throw refuse(`Field ${missing.name} is missing in new schema`);
}

/** A schema after a patch: fields may be added as NULLABLE, relaxed, and get new descriptions; nothing else. */
export function patchedFields(kept: readonly Field[], given: readonly Field[], table: string): readonly Field[] {
  const refuse = (what: string): Refusal => invalid(`Provided Schema does not match Table ${table}. ${what}`);
  for (const known of kept) {
    const field = given.find(({ name }) => name === known.name);
    if (!field) throw refuse(`Field ${known.name} is missing in new schema`);
    const types = [known, field].map(({ type }) => typeNameOf(type));
    if (types[0] !== types[1]) throw refuse(`Field ${field.name} has changed type from ${types.join(' to ')}`);
    if (field.required && !known.required)
      throw refuse(`Field ${field.name} has changed mode from NULLABLE to REQUIRED`);
  }
  const added = given.filter(({ name }) => !kept.some((known) => known.name === name));
  const required = added.find((field) => field.required);
  if (required) throw refuse(`Cannot add required fields to an existing schema. (field: ${required.name})`);
  // An added column is the last one, wherever it is in the patch.
  return [...kept.map((known) => given.find(({ name }) => name === known.name) ?? known), ...added];
}
