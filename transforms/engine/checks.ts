import type { BoundQuery, NamedQuery } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Field } from '../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { Model } from './model.ts';

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
}

/**
 * Keys are unique, no required value is missing, and every value is in the vocabulary. If the model has periods, the checks
 * cover only the period that is built.
 */
export function impliedChecks(model: Model, period: Period): ImpliedChecks {
  const hasPeriods = model.columns.some((column) => column.name === 'period' && !column.optional);
  const rows = hasPeriods
    ? `(select * from ${model.name} where period = '${period}' or period is null) as built`
    : model.name;
  const keys = model.key.join(', ');
  const rules = rowRules(model);
  const unique: Check = {
    name: 'unique_key',
    sentence: `There is at most one row per ${keys}.`,
    sql: `select ${keys} from ${rows} group by ${keys} having count(*) > 1`,
    byPeriod: false,
  };
  const ofRows = rules.map(
    ({ name, sentence, broken, shown }): Check => ({
      name,
      sentence,
      sql: `select ${shown.join(', ')} from ${rows} where ${broken}`,
      byPeriod: false,
    }),
  );
  const perKey = rules.map(({ name, broken }) => `,\n    sum(case when ${broken} then 1 else 0 end) as ${name}`);
  const sums = rules.map(({ name }) => `,\n  cast(coalesce(sum(${name}), 0) as int64) as ${name}`);
  const counts = `with keys as (
  select
    ${keys},
    count(*) as row_count${perKey.join('')}
  from ${rows}
  group by ${keys}
)
select
  cast(coalesce(sum(case when row_count > 1 then 1 else 0 end), 0) as int64) as unique_key${sums.join('')}
from keys`;
  return { checks: [unique, ...ofRows], counts: [counts, []] };
}

function rowRules({ key, columns }: Model): RowRule[] {
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
      },
    ];
  });
  return [complete, ...known];
}

/** The query for the first failures of a check. Failures in later periods do not stop the build of an earlier one. */
export function failuresOf({ sql, byPeriod }: Check, period: Period): BoundQuery {
  const failures = `select * from (\n${sql}\n) as failures`;
  return byPeriod ? [`${failures} where period <= $1 limit 3`, [period]] : [`${failures} limit 3`, []];
}
