import { type TSchema, Type } from 'typebox';
import { LINE } from '../warehouse/line-of-text.ts';

/** A line of text: a control character would end a line or a cell in another system. */
export const text = (maxLength = 200, description?: string) =>
  Type.String({
    maxLength,
    pattern: LINE,
    ...(description !== undefined && { description }),
  });

export const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** ISO 3166-1 alpha-2. */
export const Country = Type.String({ pattern: '^[A-Z]{2}$' });

export const Day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });
