/** A structure of Thrift: its fields by their numbers. A number is an i32, a bigint an i64; only a field can be a truth value. */
export interface Struct {
  readonly [id: number]: Field;
}
type Field = boolean | number | bigint | string | Struct | readonly Field[];

const [TRUE, FALSE, I32, I64, BINARY, LIST, STRUCT] = [1, 2, 5, 6, 8, 9, 12];

/** A structure in the compact protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
export function thriftBytes(struct: Struct): Uint8Array {
  const parts: Uint8Array[] = [];
  let last = 0;
  // Numbers as keys are in ascending order.
  for (const [key, field] of Object.entries(struct as Readonly<Record<string, Field>>)) {
    const id = Number(key);
    parts.push(Uint8Array.of(((id - last) << 4) | typeOf(field)), valueBytes(field));
    last = id;
  }
  return Buffer.concat([...parts, Uint8Array.of(0)]);
}

/** A whole number that is not negative, in as many bytes as it needs. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

function typeOf(field: Field): number {
  if (typeof field === 'boolean') return field ? TRUE : FALSE;
  if (typeof field === 'number') return I32;
  if (typeof field === 'bigint') return I64;
  if (typeof field === 'string') return BINARY;
  return Array.isArray(field) ? LIST : STRUCT;
}

function valueBytes(field: Field): Uint8Array {
  // It is in the type.
  if (typeof field === 'boolean') return new Uint8Array(0);
  // Zigzag: twice a number that is not negative.
  if (typeof field === 'number' || typeof field === 'bigint') return varint(Number(field) * 2);
  if (typeof field === 'string') return Buffer.concat([varint(Buffer.byteLength(field)), Buffer.from(field)]);
  return isList(field) ? listBytes(field) : thriftBytes(field);
}

const isList = (field: Struct | readonly Field[]): field is readonly Field[] => Array.isArray(field);

function listBytes(list: readonly Field[]): Uint8Array {
  const type = typeOf(list[0] ?? 0);
  const header = list.length < 15 ? Uint8Array.of((list.length << 4) | type) : [0xf0 | type, ...varint(list.length)];
  return Buffer.concat([Uint8Array.from(header), ...list.map(valueBytes)]);
}
