import { type Card, type CardName, cardNamed, type FilterName } from './cards.ts';

/** A dashboard: its cards in reading order. */
export interface Dashboard {
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly cards: readonly CardName[];
  /** Filters that whoever embeds it must fix; such a dashboard is shown in no other way. */
  readonly locked: readonly FilterName[];
}

const DECLARED = {
  executive: {
    title: 'Executive',
    meaning: 'How the marketplace does: revenue, what of it is the platform’s and the creators’, and who takes part.',
    cards: [
      ...(['gross_revenue', 'platform_fees', 'royalties_accrued', 'take_rate'] as const),
      ...(['creators_liability', 'active_developers', 'developer_retention', 'creator_sign_ups'] as const),
    ],
  },
  creators: {
    title: 'Creators',
    meaning: 'Who joins, how far they come, and what they earn.',
    cards: [
      ...(['creator_sign_ups', 'creators_verified', 'assets_uploaded', 'assets_published'] as const),
      ...([
        'days_to_first_royalty',
        'royalty_concentration',
        'onboarding_funnel',
        'top_creators',
        'top_assets',
      ] as const),
    ],
  },
  developers: {
    title: 'Developers',
    meaning: 'Who licenses content, how much, and who stays.',
    cards: [
      ...(['developer_sign_ups', 'api_keys_created', 'samples_requested', 'purchases', 'developer_spend'] as const),
      ...(['licences_per_developer', 'average_licence_value', 'developer_retention', 'developer_churn'] as const),
      'top_developers',
    ],
  },
  finance: {
    title: 'Finance and reconciliation',
    meaning: 'What was earned, paid back, paid out and is owed, and whether Stripe says the same.',
    cards: [
      ...(['daily_revenue', 'refunds', 'payouts', 'creators_liability', 'breaks', 'amount_in_suspense'] as const),
      ...(['totals', 'balances_of_month', 'revenue_by_license_type', 'breaks_by_class'] as const),
    ],
  },
  operations: {
    title: 'Operations',
    meaning: 'What waits for somebody, and how long months take to close.',
    cards: [
      ...(['events_in_quarantine', 'exceptions', 'breaks', 'days_to_close'] as const),
      ...(['exceptions_by_reason', 'payouts_by_state', 'activity_by_kind'] as const),
    ],
  },
  creator: {
    title: 'Your royalties',
    meaning: 'What one creator earns; it is embedded for that creator alone.',
    cards: ['royalties_of_creator', 'assets_of_creator'],
  },
} as const satisfies Readonly<Record<string, Omit<Dashboard, 'name' | 'locked'>>>;

export type DashboardName = keyof typeof DECLARED;

export const DASHBOARDS: readonly Dashboard[] = Object.entries(DECLARED).map(([name, declared]) => ({
  ...declared,
  name,
  locked: [...new Set(declared.cards.flatMap((card) => cardNamed(card).locked))],
}));

/** The cards of a dashboard, in its order. */
export const cardsOf = ({ cards }: Dashboard): readonly Card[] => cards.map(cardNamed);

/** The filters of a dashboard: those that any of its cards has. */
export function filtersOf(dashboard: Dashboard): readonly FilterName[] {
  const names: readonly FilterName[] = ['from', 'to', 'currency', 'creator_id'];
  return names.filter((name) =>
    cardsOf(dashboard).some(({ filters, locked }) => [...filters, ...locked].includes(name)),
  );
}
