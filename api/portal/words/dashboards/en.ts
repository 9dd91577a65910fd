import { CARDS, type CardName } from '../../../../reports/dashboards/cards.ts';
import { DASHBOARDS, type DashboardName } from '../../../../reports/dashboards/dashboards.ts';

interface Text {
  readonly title: string;
  readonly meaning: string;
}

const textsOf = <N extends string>(named: Iterable<Text & { readonly name: string }>): Readonly<Record<N, Text>> =>
  Object.fromEntries([...named].map(({ name, title, meaning }) => [name, { title, meaning }])) as Record<N, Text>;

/** What the dashboards say. The titles and sentences in English are those of the declarations. */
export const dashboards = {
  title: 'Dashboards',
  explain: 'Figures of the marketplace. Each has one definition, here and in BI tools.',
  from: 'From',
  to: 'To',
  currency: 'Currency',
  show: 'Show',
  numbers: 'Numbers',
  none: 'There is nothing to show in these months.',
  of: (what: string, month: string): string => `${what}, ${month}`,
  latest: (value: string, month: string): string => `${value} in ${month}`,
  asOf: (time: string): string => `Figures as of ${time}.`,
  closed: (month: string): string => `The books are closed up to ${month}; their seal:`,
  open: 'No month is closed yet.',
  days: (days: string): string => `${days} days`,
  dashboardsOf: textsOf<DashboardName>(DASHBOARDS),
  cards: textsOf<CardName>(CARDS.values()),
  columns: {
    period: 'Month',
    currency: 'Currency',
    metric_value: 'Value',
    journal_on: 'Day',
    license_type: 'Licence type',
    asset_id: 'Asset',
    creator_id: 'Creator',
    developer_id: 'Developer',
    source_id: 'Source',
    milestone: 'Step',
    break_class: 'Class',
    exception_reason: 'Reason',
    payout_status: 'State',
    activity_kind: 'What',
    sold_amount: 'Sold',
    refunds_amount: 'Refunds',
    buyers_net_amount: 'Buyers, net',
    creators_amount: 'To creators',
    platform_fee_amount: 'Platform fee',
    royalty_amount: 'Royalties',
    rounding_amount: 'Carried fractions',
    suspense_amount: 'In suspense',
    spent_amount: 'Spent',
    owed_amount: 'Owed',
    payable_amount: 'Payable',
    held_amount: 'On hold',
    amount: 'Amount',
    sale_count: 'Payments',
    creator_count: 'Creators',
    break_count: 'Breaks',
    fact_count: 'Facts',
    payout_count: 'Payouts',
    activity_count: 'Number',
  },
};
