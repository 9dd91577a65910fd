import { readFileSync } from 'node:fs';
import { METRICS, type MetricName, type Unit } from '../../transforms/metrics/metrics.ts';
import { publication } from '../../transforms/published/published.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { parseNamedQueries } from '../../warehouse/named-queries.ts';
import { selectRows } from '../../warehouse/table-queries.ts';
import type { Column, FieldName } from '../../warehouse/vocabulary/fields.ts';
import { type ColumnShape, shapeOf } from '../../warehouse/vocabulary/tables.ts';

/** How a card is drawn: `bar` and `line` over its first column, `row` with horizontal bars, or as a table alone. */
export type Chart = 'bar' | 'line' | 'row' | 'table';

/** What restricts the rows of a card; it applies to a card that has the column. */
export const FILTERS = {
  from: { column: 'period', comparison: '>=' },
  to: { column: 'period', comparison: '<=' },
  currency: { column: 'currency', comparison: '=' },
  creator_id: { column: 'creator_id', comparison: '=' },
} as const satisfies Readonly<Record<string, { column: FieldName; comparison: string }>>;

export type FilterName = keyof typeof FILTERS;

/** A card: a SELECT over marts, and how its rows are shown. */
export interface Card {
  readonly name: string;
  readonly title: string;
  /** What it shows, in one sentence. */
  readonly meaning: string;
  readonly sql: string;
  readonly columns: readonly ColumnShape[];
  readonly chart: Chart;
  /** The column along the chart; the others with words make a series of their own for each value. */
  readonly along: string;
  /** The column that is drawn. */
  readonly value: string;
  /** What the value counts in. */
  readonly unit: Unit;
  readonly filters: readonly FilterName[];
  /** Filters without which the card has no rows, so that nobody can switch them off. */
  readonly locked: readonly FilterName[];
  /** The page of ours behind a row, with names of columns in braces: `/months/{period}`. */
  readonly link?: string;
}

const METRIC_CARDS: Readonly<Record<MetricName, Pick<Card, 'title' | 'chart' | 'link'>>> = {
  creator_sign_ups: { title: 'New creators', chart: 'bar' },
  creators_verified: { title: 'Creators verified', chart: 'bar' },
  assets_uploaded: { title: 'Assets uploaded', chart: 'bar' },
  assets_published: { title: 'Assets published', chart: 'bar' },
  days_to_first_royalty: { title: 'Days to the first royalty', chart: 'line' },
  developer_sign_ups: { title: 'New developers', chart: 'bar' },
  api_keys_created: { title: 'API keys created', chart: 'bar' },
  samples_requested: { title: 'Samples requested', chart: 'bar' },
  purchases: { title: 'Purchases', chart: 'bar' },
  developer_spend: { title: 'Spend of developers', chart: 'bar' },
  gross_revenue: { title: 'Gross revenue', chart: 'bar', link: '/months/{period}' },
  refunds: { title: 'Refunds', chart: 'bar', link: '/months/{period}' },
  platform_fees: { title: 'Platform fees', chart: 'bar', link: '/months/{period}' },
  royalties_accrued: { title: 'Royalties', chart: 'bar', link: '/months/{period}' },
  take_rate: { title: 'Take rate', chart: 'line' },
  payouts: { title: 'Payouts', chart: 'bar', link: '/months/{period}/payouts' },
  creators_liability: { title: 'Owed to creators', chart: 'bar' },
  active_developers: { title: 'Active developers', chart: 'bar' },
  licences_per_developer: { title: 'Licences per developer', chart: 'line' },
  average_licence_value: { title: 'Average licence value', chart: 'line' },
  developer_retention: { title: 'Retention of developers', chart: 'line' },
  developer_churn: { title: 'Churn of developers', chart: 'line' },
  royalty_concentration: { title: 'Share of the ten highest earners', chart: 'line' },
  events_in_quarantine: { title: 'Events in quarantine', chart: 'row' },
  exceptions: { title: 'Exceptions', chart: 'bar', link: '/months/{period}/exceptions' },
  amount_in_suspense: { title: 'Amount in suspense', chart: 'bar', link: '/months/{period}/exceptions' },
  breaks: { title: 'Breaks with Stripe', chart: 'bar', link: '/months/{period}/breaks' },
  days_to_close: { title: 'Days to close', chart: 'bar', link: '/months/{period}' },
};

interface QueryCard extends Pick<Card, 'title' | 'chart' | 'link' | 'along' | 'value' | 'unit'> {
  readonly fields: readonly Column[];
  readonly locked?: readonly FilterName[];
}

/** Cards with a query of their own, in `cards.queries.sql`. */
const QUERY_CARDS = {
  daily_revenue: {
    ...{ title: 'Revenue by day', chart: 'line', along: 'journal_on', value: 'sold_amount', unit: 'amount' },
    fields: ['period', 'journal_on', 'currency', 'sold_amount'],
  },
  revenue_by_license_type: {
    ...{
      title: 'Revenue by licence type',
      chart: 'table',
      along: 'license_type',
      value: 'sold_amount',
      unit: 'amount',
    },
    fields: [
      ...(['period', 'currency', 'license_type', 'sold_amount', 'refunds_amount'] as const),
      ...(['platform_fee_amount', 'royalty_amount'] as const),
    ],
  },
  top_creators: {
    ...{ title: 'Highest royalties', chart: 'table', along: 'creator_id', value: 'royalty_amount', unit: 'amount' },
    fields: ['period', 'currency', 'creator_id', 'royalty_amount'],
    link: '/creators/{creator_id}',
  },
  top_assets: {
    ...{
      title: 'Assets with the highest revenue',
      chart: 'table',
      along: 'asset_id',
      value: 'buyers_net_amount',
      unit: 'amount',
    },
    fields: ['period', 'currency', 'asset_id', 'buyers_net_amount', 'royalty_amount'],
  },
  top_developers: {
    ...{
      title: 'Developers who spent most',
      chart: 'table',
      along: 'developer_id',
      value: 'spent_amount',
      unit: 'amount',
    },
    fields: ['period', 'currency', 'developer_id', 'sale_count', 'spent_amount'],
  },
  onboarding_funnel: {
    ...{ title: 'Steps of new creators', chart: 'table', along: 'milestone', value: 'creator_count', unit: 'count' },
    fields: ['period', 'milestone', 'creator_count'],
  },
  totals: {
    ...{ title: 'Where the money went', chart: 'table', along: 'period', value: 'buyers_net_amount', unit: 'amount' },
    fields: [
      ...(['period', 'currency', 'buyers_net_amount', 'creators_amount'] as const),
      ...(['platform_fee_amount', 'rounding_amount', 'suspense_amount'] as const),
    ],
    link: '/months/{period}',
  },
  balances_of_month: {
    ...{ title: 'Balances of creators', chart: 'table', along: 'period', value: 'owed_amount', unit: 'amount' },
    fields: ['period', 'currency', 'creator_count', 'owed_amount', 'payable_amount', 'held_amount'],
    link: '/months/{period}/payouts',
  },
  breaks_by_class: {
    ...{ title: 'Breaks by class', chart: 'table', along: 'break_class', value: 'break_count', unit: 'count' },
    fields: ['period', 'currency', 'break_class', 'break_count'],
    link: '/months/{period}/breaks',
  },
  exceptions_by_reason: {
    ...{ title: 'Exceptions by reason', chart: 'table', along: 'exception_reason', value: 'fact_count', unit: 'count' },
    fields: ['period', 'exception_reason', 'fact_count'],
    link: '/months/{period}/exceptions',
  },
  payouts_by_state: {
    ...{ title: 'Payouts by state', chart: 'table', along: 'payout_status', value: 'payout_count', unit: 'count' },
    fields: ['period', 'currency', 'payout_status', 'payout_count', 'amount'],
    link: '/months/{period}/payouts',
  },
  activity_by_kind: {
    ...{ title: 'Activity', chart: 'table', along: 'activity_kind', value: 'activity_count', unit: 'count' },
    fields: ['period', 'activity_kind', 'activity_count'],
  },
  royalties_of_creator: {
    ...{ title: 'Royalties', chart: 'bar', along: 'period', value: 'royalty_amount', unit: 'amount' },
    fields: ['period', 'currency', 'creator_id', 'royalty_amount'],
    locked: ['creator_id'],
  },
  assets_of_creator: {
    ...{ title: 'Royalties by asset', chart: 'table', along: 'asset_id', value: 'royalty_amount', unit: 'amount' },
    fields: ['period', 'currency', 'creator_id', 'asset_id', 'license_type', 'royalty_amount'],
    locked: ['creator_id'],
  },
} as const satisfies Readonly<Record<string, QueryCard>>;

export type CardName = MetricName | keyof typeof QUERY_CARDS;

const FILE = 'cards.queries.sql';
const QUERIES = new Map(
  parseNamedQueries(readFileSync(new URL(`./${FILE}`, import.meta.url), 'utf8'), FILE).map((each) => [each.name, each]),
);

export const CARDS: ReadonlyMap<string, Card> = new Map<string, Card>([
  ...METRICS.map(
    ({ name, meaning, sql, columns, by, unit }) =>
      [
        name,
        {
          ...{ name, meaning, sql, columns, unit, along: by[0], value: 'metric_value' },
          ...{ filters: filtersOf(columns), locked: [] },
          ...METRIC_CARDS[name],
        },
      ] as const,
  ),
  ...Object.entries<QueryCard>(QUERY_CARDS).map(([name, declared]) => [name, queryCard(name, declared)] as const),
]);

const publicationColumns = shapeOf(['publication_version', 'published_at', 'closed_period?', 'seal?']);

/** What every dashboard of a BI tool shows besides its cards, each of which is a query of its own. */
export const PUBLICATION_CARD: Card = {
  ...{ name: 'publication', title: 'Publication', chart: 'table', unit: 'count', filters: [], locked: [] },
  meaning: 'Which publication the cards read, and the latest closed month in it with its seal.',
  ...{ columns: publicationColumns, along: 'publication_version', value: 'publication_version' },
  sql: selectRows({ name: publication.name, columns: publicationColumns })[0],
};

function queryCard(name: string, { fields, locked = [], ...shown }: QueryCard): Card {
  const { sql, sentence } = requirePresent(QUERIES.get(name), `The card ${name} must have a query in ${FILE}.`);
  const columns = shapeOf(fields);
  return { name, meaning: sentence, sql, columns, filters: filtersOf(columns), locked, ...shown };
}

/** The filters that a card can have by its columns. A creator is a filter only of cards that are locked to one. */
function filtersOf(columns: readonly ColumnShape[]): FilterName[] {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  return (Object.keys(FILTERS) as FilterName[]).filter(
    (filter) => filter !== 'creator_id' && has(FILTERS[filter].column),
  );
}

/** The card of a name. */
export const cardNamed = (name: CardName): Card => requirePresent(CARDS.get(name), `No card is named ${name}.`);

/** The columns by which the rows of a card are ordered: those that are no figures. */
export const orderOf = ({ columns }: Card): readonly string[] =>
  columns.filter(({ name }) => !isFigure(name)).map(({ name }) => name);

const isFigure = (name: string): boolean => name === 'metric_value' || /(^|_)(amount|count|minor)$/.test(name);
