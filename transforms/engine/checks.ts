import type { BoundQuery, NamedQuery } from '../../warehouse/named-queries.ts';
import type { Field } from '../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { ColumnShape } from '../../warehouse/vocabulary/tables.ts';
import { builtTableOf, type Destination, type Model } from './model.ts';
import { fromBuilt, withoutPrevious } from './statements.ts';
import { type BookingWindow, bindWindow } from './window.ts';

/** A query whose rows are failures. */
export type Check = Omit<NamedQuery, 'line'>;

/** The checks that follow from a model's declaration. */
export interface ImpliedChecks {
  readonly checks: readonly Check[];
  /** One scan for all of them: one row, with a column per check that counts its failures. */
  readonly counts: BoundQuery;
}

/** What every row of a model must satisfy. */
interface RowRule {
  readonly name: string;
  readonly sentence: string;
  /** SQL that is true of a row that breaks the rule. */
  readonly broken: string;
  /** The columns that a failure shows. */
  readonly shown: readonly string[];
  /** The column whose value alone decides; none if several do. */
  readonly decidedBy?: FieldName;
}

/**
 * The keys of views and tables are unique, no required value is missing, and every value is in the vocabulary. The checks cover
 * the period that is built; none for staging views and inline models, which are checked where they are used. Of a view that has a `copy`,
 * only the columns are checked that the copy has not, or may lack a value in.
 */
export function impliedChecks(
  model: Model,
  { period }: Pick<BookingWindow, 'period'>,
  { into, copy }: { readonly into?: Destination | undefined; readonly copy?: Model | undefined } = {},
): ImpliedChecks | undefined {
  if (model.kind === 'inline' || model.name.includes('.stg_')) return undefined;
  const rows =
    model.kind === 'period'
      ? `(select * from ${builtTableOf(model, into).name} where period = '${period}') as built`
      : model.name;
  const keys = model.key.join(', ');
  // All rows are of one period: without it there is less to compare.
  const compared = model.kind === 'period' ? model.key.filter((field) => field !== 'period').join(', ') : keys;
  const rules = rowRules({ ...model, columns: model.columns.filter((column) => !copy || !isCheckedIn(copy, column)) });
  const twiceIn = (table: string, shown: string): string =>
    `select ${shown} from ${table} group by ${shown} having count(*) > 1`;
  const unique: Check = {
    name: 'unique_key',
    sentence: `There is at most one row per ${keys}.`,
    sql: twiceIn(rows, keys),
  };
  const ofRows = rules.map(
    ({ name, sentence, broken, shown }): Check => ({
      name,
      sentence,
      sql: `select ${shown.join(', ')} from ${rows} where ${broken}`,
    }),
  );
  // A step has one row per key by its own GROUP BY or ranking; counting again would cost as much as making it.
  const isUnique = copy || (model.kind === 'step' && !model.copyOf) ? [] : [unique];
  if (isUnique.length + rules.length === 0) return undefined;
  // A vocabulary is compared with the values that there are, not with each row: that of currencies is long.
  const words = rules.flatMap(({ decidedBy }) => decidedBy ?? []);
  const ofEach = rules.filter(({ decidedBy }) => !decidedBy);
  const grouped = [
    ...words,
    'count(*) as row_count',
    ...ofEach.map(({ name, broken }) => `sum(case when ${broken} then 1 else 0 end) as ${name}`),
  ];
  // A view is computed once for all of them; a copy of a table would cost more than a second scan.
  const [first, table] = model.kind === 'view' ? [`checked as (select * from ${rows}),\n`, 'checked'] : ['', rows];
  const counts = [
    ...isUnique.map(({ name }) => `(select count(*) from (${twiceIn(table, compared)}) as twice) as ${name}`),
    ...rules.map(({ name, broken, decidedBy }) => {
      const count = decidedBy ? `case when ${broken} then row_count else 0 end` : name;
      return `cast(coalesce(sum(${count}), 0) as int64) as ${name}`;
    }),
  ];
  const query = `with ${first}grouped as (select ${grouped.join(', ')} from ${table}${words.length > 0 ? ` group by ${words.join(', ')}` : ''})
select
  ${counts.join(',\n  ')}
from grouped`;
  return { checks: [...isUnique, ...ofRows], counts: [query, []] };
}

function isCheckedIn({ columns }: Model, column: ColumnShape): boolean {
  return columns.some(({ name, optional }) => name === column.name && (!optional || column.optional));
}

function rowRules({ key, columns }: Pick<Model, 'key' | 'columns'>): RowRule[] {
  const required = columns.filter(({ optional }) => !optional).map((column) => column.name as FieldName);
  if (required.length === 0) return [];
  const complete: RowRule = {
    name: 'required_fields',
    sentence: `No value is missing in ${required.join(', ')}.`,
    broken: required.map((field) => `${field} is null`).join(' or '),
    shown: key,
  };
  // An unknown value must stop the build, or it would be booked under a default.
  const known = required.flatMap((field): RowRule[] => {
    const { values }: Field = FIELDS[field];
    if (!values) return [];
    return [
      {
        name: `known_${field}`,
        sentence: `${field} is one of ${values.join(', ')}.`,
        broken: `${field} not in (${values.map((value) => `'${value}'`).join(', ')})`,
        shown: [...new Set([...key, field])],
        decidedBy: field,
      },
    ];
  });
  return [complete, ...known];
}

/** What a check is run on: the models that were built, and where. */
export interface Checked {
  readonly models: readonly Model[];
  readonly window: BookingWindow;
  readonly into?: Destination;
}

/** The query for the first failures of a check of a model. It reads the books where that model reads them. */
export function failuresOf({ sql }: Check, model: Model, { models, window, into }: Checked): BoundQuery {
  const built = fromBuilt(sql, withoutPrevious(models, { model, into }), into);
  return [`select * from (\n${bindWindow(built, window)}\n) as failures limit 3`, []];
}
