import { readFileSync } from 'node:fs';
import { requirePresent } from '../../warehouse/invariant.ts';
import { type NamedQuery, parseNamedQueries } from '../../warehouse/named-queries.ts';
import type { FieldName } from '../../warehouse/vocabulary/fields.ts';
import { type ColumnShape, shapeOf } from '../../warehouse/vocabulary/tables.ts';
import { tablesIn } from '../engine/graph.ts';

/**
 * What a metric counts in: whole numbers; an amount of `currency`; a share in parts per million; or a ratio in millionths of days, of
 * licences, or of a unit of `currency`.
 */
export const UNITS = ['count', 'days', 'amount', 'ppm', 'millionths', 'amount_millionths'] as const;
export type Unit = (typeof UNITS)[number];

const FILES = {
  onboarding: 'onboarding.queries.sql',
  developers: 'developers.queries.sql',
  financial: 'financial.queries.sql',
  engagement: 'engagement.queries.sql',
  operations: 'operations.queries.sql',
} as const;

interface Declaration {
  readonly subject: keyof typeof FILES;
  readonly unit: Unit;
  /** The columns that identify a row. */
  readonly by: readonly [FieldName, ...FieldName[]];
}

const perMonth = ['period'] as const;
const perCurrency = ['period', 'currency'] as const;

/** Every metric; its SQL and its sentence are in `<subject>.queries.sql`. */
const DECLARED = {
  creator_sign_ups: { subject: 'onboarding', unit: 'count', by: perMonth },
  creators_verified: { subject: 'onboarding', unit: 'count', by: perMonth },
  assets_uploaded: { subject: 'onboarding', unit: 'count', by: perMonth },
  assets_published: { subject: 'onboarding', unit: 'count', by: perMonth },
  days_to_first_royalty: { subject: 'onboarding', unit: 'millionths', by: perMonth },
  developer_sign_ups: { subject: 'developers', unit: 'count', by: perMonth },
  api_keys_created: { subject: 'developers', unit: 'count', by: perMonth },
  samples_requested: { subject: 'developers', unit: 'count', by: perMonth },
  purchases: { subject: 'developers', unit: 'count', by: perMonth },
  developer_spend: { subject: 'developers', unit: 'amount', by: perCurrency },
  gross_revenue: { subject: 'financial', unit: 'amount', by: perCurrency },
  refunds: { subject: 'financial', unit: 'amount', by: perCurrency },
  platform_fees: { subject: 'financial', unit: 'amount', by: perCurrency },
  royalties_accrued: { subject: 'financial', unit: 'amount', by: perCurrency },
  take_rate: { subject: 'financial', unit: 'ppm', by: perCurrency },
  payouts: { subject: 'financial', unit: 'amount', by: perCurrency },
  creators_liability: { subject: 'financial', unit: 'amount', by: perCurrency },
  active_developers: { subject: 'engagement', unit: 'count', by: perMonth },
  licences_per_developer: { subject: 'engagement', unit: 'millionths', by: perMonth },
  average_licence_value: { subject: 'engagement', unit: 'amount_millionths', by: perCurrency },
  developer_retention: { subject: 'engagement', unit: 'ppm', by: perMonth },
  developer_churn: { subject: 'engagement', unit: 'ppm', by: perMonth },
  royalty_concentration: { subject: 'engagement', unit: 'ppm', by: perCurrency },
  events_in_quarantine: { subject: 'operations', unit: 'count', by: ['source_id'] },
  exceptions: { subject: 'operations', unit: 'count', by: perMonth },
  amount_in_suspense: { subject: 'operations', unit: 'amount', by: perCurrency },
  breaks: { subject: 'operations', unit: 'count', by: perMonth },
  days_to_close: { subject: 'operations', unit: 'days', by: perMonth },
} as const satisfies Readonly<Record<string, Declaration>>;

export type MetricName = keyof typeof DECLARED;

/** A metric: one SELECT over marts, with the columns of `by` and `metric_value`. */
export interface Metric extends Declaration {
  readonly name: MetricName;
  /** What it is, in one sentence. */
  readonly meaning: string;
  readonly sql: string;
  /** The marts that it reads. */
  readonly reads: readonly string[];
  readonly columns: readonly ColumnShape[];
}

const QUERIES: ReadonlyMap<string, NamedQuery> = new Map(
  Object.values(FILES).flatMap((file) =>
    parseNamedQueries(readFileSync(new URL(`./${file}`, import.meta.url), 'utf8'), file).map((query) => [
      query.name,
      query,
    ]),
  ),
);

export const METRICS: readonly Metric[] = Object.entries(DECLARED).map(([name, declaration]) =>
  metricOf(name as MetricName, declaration),
);

function metricOf(name: MetricName, declaration: Declaration): Metric {
  const { sql, sentence } = requirePresent(
    QUERIES.get(name),
    `The metric ${name} must have a query in ${FILES[declaration.subject]}.`,
  );
  const type = declaration.unit === 'amount' ? 'numeric' : 'int64';
  const value = { name: 'metric_value', type, optional: false, meaning: sentence } as const;
  const columns = [...shapeOf(declaration.by), value];
  return { ...declaration, name, meaning: sentence, sql, reads: tablesIn(sql), columns };
}
