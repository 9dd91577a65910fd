import type { BiRole, PublishedTable, Reference } from '../../warehouse/published/published-table.ts';
import { columnOf, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import { defineTable, type Row, shapeOf, type Table } from '../../warehouse/vocabulary/tables.ts';
import type { Model } from '../engine/model.ts';
import { assets } from '../marts/assets.ts';
import { creators } from '../marts/creators.ts';
import { dates } from '../marts/dates.ts';
import { developers } from '../marts/developers.ts';
import { months } from '../marts/months.ts';
import { MODELS } from '../models.ts';

/** The models that are published and may be read through the API: all but those of staging and the steps. */
export const MARTS: readonly Model[] = MODELS.filter(({ name }) => !/\.(stg|int)_/.test(name));

/** The tables that the key columns of others refer to. */
export const DIMENSIONS: readonly Model[] = [creators, developers, assets, months, dates];

/** What is published besides the marts: which publication it is. */
export const publication = defineTable({
  name: 'tantieme.publication',
  meaning: 'One row: the publication that the tables are of, and the latest closed period in it with its seal.',
  fields: ['publication_version', 'published_at', 'published_row_count', 'closed_period?', 'seal?'],
  key: ['publication_version'],
});

/** What was compared with the warehouse; `*` counts the rows of a table, any other column has its sum. */
export const publicationChecks = defineTable({
  name: 'tantieme.publication_checks',
  meaning: 'One row per table and number: what was published and equals the warehouse.',
  fields: ['table_name', 'column_name', 'published_total'],
  key: ['table_name', 'column_name'],
});

export type PublicationRow = Row<typeof publication>;
export type PublicationCheck = Row<typeof publicationChecks>;

/** A table as a role may see it; undefined if its key is personal. Its columns are those without personal ones, unless the role is finance. */
export function visibleTo(role: BiRole, table: Table): PublishedTable | undefined {
  const fields =
    role === 'finance' ? table.fields : table.fields.filter((column) => !columnOf(column).field.isPersonal);
  const names: readonly string[] = fields.map((column) => columnOf(column).name);
  if (!table.key.every((name) => names.includes(name))) return undefined;
  return {
    name: shortName(table.name),
    meaning: table.meaning,
    columns: shapeOf(fields),
    key: table.key,
    references: fields.flatMap((column) => referenceOf(columnOf(column).name, table)),
  };
}

/** Every table that a role sees, in the order in which they are declared. */
export function tablesOf(role: BiRole): readonly PublishedTable[] {
  return [publication, publicationChecks, ...MARTS].flatMap((table) => visibleTo(role, table) ?? []);
}

function shortName(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** Creators, developers, assets and the booking period by name; every date is a day of `dates`. */
function referenceOf(column: FieldName, { name }: Pick<Table, 'name'>): readonly Reference[] {
  const { type } = columnOf(column).field;
  const dimension = DIMENSIONS.find(({ key }) => key[0] === (type === 'date' ? 'date_on' : column));
  if (!dimension || dimension.name === name) return [];
  return [{ column, table: shortName(dimension.name), to: dimension.key[0] as string }];
}
