import { type TSchema, Type } from 'typebox';
import { exactly } from '../../reports/exactly.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { type Row, rowSchema, type Table } from '../../warehouse/vocabulary/tables.ts';

/** The parts that the schemas of several routes share. */

export const PeriodText = Type.String({
  pattern: FIELDS.period.pattern ?? '',
  examples: ['2026-01'],
  description: 'A calendar month in UTC.',
});

export const PeriodPath = Type.Object({ period: PeriodText });

export const CreatorId = Type.String({
  pattern: FIELDS.creator_id.pattern ?? '',
  examples: ['cr_ada'],
  description: FIELDS.creator_id.meaning,
});

export const DeveloperId = Type.String({
  pattern: FIELDS.developer_id.pattern ?? '',
  examples: ['dev_1'],
  description: FIELDS.developer_id.meaning,
});

export const DeveloperPath = Type.Object({ developer_id: DeveloperId });

/** Who does something, if it is done at the command line. */
export const ByPerson = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'The person at the command line; allowed only with the key of the command line.',
  }),
);

/** Who works on something from now on. */
export const Assignment = exactly(
  {
    owner: Type.String({
      minLength: 1,
      maxLength: 254,
      description: 'A person of the company, by id or address; `GET /v1/assignees` lists them.',
    }),
    by: ByPerson,
  },
  'Who works on it.',
);

/** The pagination parameters of every list. */
export const PageQuery = {
  limit: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 100,
    description: 'The maximum number of items in a page.',
  }),
  cursor: Type.Optional(Type.String({ maxLength: 1000, description: 'The `next_cursor` of the previous page.' })),
};

/** A page of a list. */
export function pageOf<S extends TSchema>(item: S) {
  return exactly(
    {
      data: Type.Array(item),
      next_cursor: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'The cursor of the next page; null on the last page.',
      }),
    },
    'One page of a list.',
  );
}

/** A row of a declared table, typed and described by its declaration. */
export function rowOf<T extends Table>(table: T) {
  return Type.Unsafe<Row<T>>(rowSchema(table));
}

export const NullableText = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const Instant = Type.String({ format: 'date-time' });
export const NullableInstant = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });

/** How many; an integer of any number of digits. */
export const Count = Type.Unsafe<bigint>({ type: 'integer' });

/** The bytes of a file. */
export const BinaryFile = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });

/** An integer of any number of digits. */
export const MinorUnits = Type.Unsafe<bigint>({ type: 'integer', description: 'An amount in minor units.' });

/** The schema of an object with more properties, all required. */
export function withProperties(schema: object, more: Readonly<Record<string, object>>): object {
  const { properties, required, ...rest } = schema as { properties: object; required: readonly string[] };
  return { ...rest, properties: { ...properties, ...more }, required: [...required, ...Object.keys(more)] };
}
