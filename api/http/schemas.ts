import { type TSchema, Type } from 'typebox';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { type Row, rowSchema, type Table } from '../../warehouse/vocabulary/tables.ts';

/** The pieces that the schemas of several routes are made from. */

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

/** How every list is cut into pages. */
export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'How many to give at most.' }),
  cursor: Type.Optional(Type.String({ maxLength: 1000, description: 'What the page before gave as `next_cursor`.' })),
};

/** An object with these properties and no others. */
export function exactly<const P extends Record<string, TSchema>>(properties: P, description: string) {
  return Type.Object(properties, { description, additionalProperties: false });
}

/** A page of a list. */
export function pageOf<S extends TSchema>(item: S) {
  return exactly(
    {
      data: Type.Array(item),
      next_cursor: Type.Unsafe<string | null>({
        type: ['string', 'null'],
        description: 'Ask with it for what follows; null at the end.',
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

/** An integer with as many digits as it needs. */
export const MinorUnits = Type.Unsafe<bigint>({ type: 'integer', description: 'An amount in minor units.' });
