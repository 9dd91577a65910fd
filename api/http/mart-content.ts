import type { Readable } from 'node:stream';
import { Type } from 'typebox';

/** The content of a response in any of these formats, by a schema of the rows in JSON. Streamed, never serialized as one value. */
export function martContent(rows: object) {
  const binary = Type.Unsafe<Readable>({ type: 'string', format: 'binary' });
  return {
    'application/json': { schema: Type.Unsafe<Readable>({ type: 'array', ...rows }) },
    'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) },
    'application/vnd.apache.arrow.stream': { schema: binary },
    'application/vnd.apache.parquet': { schema: binary },
  };
}
