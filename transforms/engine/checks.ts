import type { BoundQuery, NamedQuery } from '../../warehouse/named-queries.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Field } from '../../warehouse/vocabulary/field.ts';
import { FIELDS, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { Model } from './model.ts';

/** A query whose rows are failures. */
export type Check = Omit<NamedQuery, 'line'>;

/**
 * The checks of every model: keys are unique, no required value is missing, and every value is in the vocabulary. They are
 * derived from the model's declaration. If the model has periods, they cover only the period that is built.
 */
export function impliedChecks({ name: model, key, columns }: Model, period: Period): Check[] {
  const hasPeriods = columns.some((column) => column.name === 'period' && !column.optional);
  const rows = hasPeriods ? `(select * from ${model} where period = '${period}' or period is null) as built` : model;
  const keys = key.join(', ');
  const required = columns.filter(({ optional }) => !optional).map((column) => column.name as FieldName);
  const check = (name: string, sentence: string, sql: string): Check => ({ name, sentence, sql, byPeriod: false });
  const unique = check(
    'unique_key',
    `There is at most one row per ${keys}.`,
    `select ${keys} from ${rows} group by ${keys} having count(*) > 1`,
  );
  const complete = check(
    'required_fields',
    `No value is missing in ${required.join(', ')}.`,
    `select ${keys} from ${rows} where ${required.map((field) => `${field} is null`).join(' or ')}`,
  );
  // An unknown value must stop the build, or it would be booked under a default.
  const known = required.flatMap((field) => {
    const { values }: Field = FIELDS[field];
    if (!values) return [];
    const list = values.map((value) => `'${value}'`).join(', ');
    const shown = [...new Set([...key, field])].join(', ');
    return [
      check(
        `known_${field}`,
        `${field} is one of ${values.join(', ')}.`,
        `select ${shown} from ${rows} where ${field} not in (${list})`,
      ),
    ];
  });
  return required.length > 0 ? [unique, complete, ...known] : [unique];
}

/** The query for the first failures of a check. Failures in later periods do not stop the build of an earlier one. */
export function failuresOf({ sql, byPeriod }: Check, period: Period): BoundQuery {
  const failures = `select * from (\n${sql}\n) as failures`;
  return byPeriod ? [`${failures} where period <= $1 limit 3`, [period]] : [`${failures} limit 3`, []];
}
