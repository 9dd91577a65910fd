import type { Column } from '../../warehouse/vocabulary/fields.ts';
import { defineTable, type Table } from '../../warehouse/vocabulary/tables.ts';

/** The last columns of every version of a record: when it was read and recorded, and the record itself. */
export const VERSION = ['pulled_at', 'recorded_at', 'object_stripe'] as const;

/** A table of the versions of a kind of record of the platform. The latest version of a record is looked up by its id. */
export function recordTable<const C extends Column>({
  name,
  meaning,
  fields,
}: {
  readonly name: string;
  readonly meaning: string;
  /** The columns between the id and those of a version. */
  readonly fields: readonly C[];
}): Table<C | 'id_stripe' | (typeof VERSION)[number]> {
  return defineTable({
    name,
    meaning,
    fields: ['id_stripe', ...fields, ...VERSION],
    key: ['id_stripe', 'pulled_at'],
    layout: { clusterBy: ['id_stripe'] },
  });
}
