import type { breaks } from '../../transforms/marts/breaks.ts';
import type { periodTotals } from '../../transforms/marts/period_totals.ts';
import type { reconciliations } from '../../transforms/marts/reconciliations.ts';
import type { suspendedFacts } from '../../transforms/marts/suspended_facts.ts';
import type { Row } from '../../warehouse/vocabulary/tables.ts';

export const TOTALS: Row<typeof periodTotals> = {
  period: '2026-01',
  currency: 'USD',
  buyers_net_amount: '37',
  creators_amount: '20',
  platform_fee_amount: '5',
  refunds_amount: '12.5',
  rounding_amount: '0',
  suspense_amount: '12',
  residual_amount: '0',
};

/** A sale without terms, a refund that is too high, and two uses of an asset without terms. */
export const SUSPENDED: readonly Row<typeof suspendedFacts>[] = [
  suspended({ fact_kind: 'sale', fact_id: 'sale_7', exception_reason: 'terms_missing', suspended_amount: '12' }),
  suspended({
    fact_kind: 'refund',
    fact_id: 'ref/7',
    exception_reason: 'reduction_exceeds_sale',
    suspended_amount: '-50.01',
  }),
  suspended({ fact_kind: 'use', fact_id: 'use_1', exception_reason: 'terms_missing', currency: null }),
  suspended({ fact_kind: 'use', fact_id: 'use_2', exception_reason: 'terms_missing', currency: null }),
];

function suspended(fact: Partial<Row<typeof suspendedFacts>>): Row<typeof suspendedFacts> {
  return {
    period: '2026-01',
    fact_kind: 'sale',
    fact_id: '',
    exception_reason: 'terms_missing',
    suspended_period: '2026-01',
    asset_id: 'asset_7',
    license_type: 'one_time',
    developer_id: 'dev_1',
    creator_id: null,
    sale_id: null,
    suspended_amount: null,
    currency: 'USD',
    units: '1',
    reported_right: null,
    occurred_at: '2026-01-10T10:00:00.000Z',
    recorded_at: '2026-01-23T06:00:00.001Z',
    ...fact,
  };
}

export const MOVEMENTS: Row<typeof reconciliations> = {
  period: '2026-01',
  currency: 'USD',
  flow_kind: 'charge',
  match_status: 'missing_in_stripe',
  flow_count: 1n,
  ...{ ledger_minor: 1250n, stripe_minor: 0n, settled_currency: null, settled_minor: null },
};

const NOT_AT_STRIPE = {
  stripe_minor: null,
  stripe_currency: null,
  settled_currency: null,
  settled_minor: null,
  fee_minor: null,
  stripe_period: null,
} as const;
export const BREAK: Row<typeof breaks> = {
  ...NOT_AT_STRIPE,
  ...{ account_id_stripe: null, description_stripe: null, created_at: null },
  ...{ period: '2026-01', break_id: 'charge:ch_1', break_class: 'missing_in_stripe' },
  ...{ flow_id: 'ch_1', flow_kind: 'charge', cash_movement: 'charge', currency: 'USD', ledger_minor: 1250n },
};
