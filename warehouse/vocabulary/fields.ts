/**
 * The vocabulary. Each field declares once the type, unit and meaning of a name. Tables, models, events and documents are
 * lists of field names; row types, DDL and JSON Schemas are derived from them.
 */

import { ASSET_FIELDS } from './assets.ts';
import { CORRECTION_FIELDS } from './corrections.ts';
import { EXCEPTION_FIELDS } from './exceptions.ts';
import type { Field, TypeScriptOf } from './field.ts';
import { LEDGER_FIELDS } from './ledger.ts';
import { LOADING_FIELDS } from './loading.ts';
import { METRIC_FIELDS } from './metrics.ts';
import { PAYOUT_FIELDS } from './payouts.ts';
import { PEOPLE_FIELDS } from './people.ts';
import { RECONCILIATION_FIELDS } from './reconciliation.ts';
import { SALE_FIELDS } from './sales.ts';
import { STRIPE_RECORD_FIELDS } from './stripe-records.ts';
import { TAX_FIELDS } from './tax.ts';
import { TERMS_FIELDS } from './terms.ts';
import { TIME_FIELDS } from './time.ts';

export const FIELDS = {
  ...PEOPLE_FIELDS,
  ...ASSET_FIELDS,
  ...TERMS_FIELDS,
  ...SALE_FIELDS,
  ...TIME_FIELDS,
  ...LEDGER_FIELDS,
  ...EXCEPTION_FIELDS,
  ...CORRECTION_FIELDS,
  ...PAYOUT_FIELDS,
  ...TAX_FIELDS,
  ...STRIPE_RECORD_FIELDS,
  ...RECONCILIATION_FIELDS,
  ...LOADING_FIELDS,
  ...METRIC_FIELDS,
} satisfies Record<string, Field>;

export type FieldName = keyof typeof FIELDS;

/** A column: the name of a field, followed by `?` if it is nullable. */
export type Column = FieldName | `${FieldName}?`;

type ValueOf<N extends FieldName> = TypeScriptOf[(typeof FIELDS)[N]['type']];
type Required<C extends Column> = C extends FieldName ? C : never;
type Optional<C extends Column> = C extends `${infer N extends FieldName}?` ? N : never;

/** The row type of a list of columns. */
export type RowOf<C extends Column> = { readonly [N in Required<C>]: ValueOf<N> } & {
  readonly [N in Optional<C>]: ValueOf<N> | null;
};

/** The field name of a column, whether it is nullable, and the field's declaration. */
export function columnOf(column: Column): { name: FieldName; optional: boolean; field: Field } {
  const optional = column.endsWith('?');
  const name = (optional ? column.slice(0, -1) : column) as FieldName;
  return { name, optional, field: FIELDS[name] };
}
