import { type BreakSource, composeReport, type FinanceSources } from '../../../reports/finance/compose.ts';
import type { FinanceReport } from '../../../reports/finance/document.ts';
import { BREAK_CLASSES } from '../../../warehouse/vocabulary/reconciliation.ts';

type Line = FinanceSources['bridge'][number];

const line = (bridge_line: string, net_minor: bigint, more: Partial<Line> = {}): Line => ({
  ...{ period: '2026-01', balance_type: 'payments', currency: 'USD', bridge_line, bridge_category: '' },
  ...{ movement_count: 0n, gross_minor: 0n, fee_minor: 0n, net_minor },
  ...more,
});

const category = (
  bridge_category: string,
  [count, gross, fee]: readonly [bigint, bigint, bigint],
  more: Partial<Line> = {},
): Line =>
  line(bridge_category === 'payout' ? 'payouts' : 'activity', gross - fee, {
    ...{ bridge_category, movement_count: count, gross_minor: gross, fee_minor: fee },
    ...more,
  });

const JPY = { currency: 'JPY' };

const BRIDGE: readonly Line[] = [
  line('opening', 1_000_00n),
  category('charge', [12n, 5_000_00n, 145_30n]),
  category('dispute', [1n, -100_00n, 15_00n]),
  category('refund', [2n, -150_00n, 0n]),
  category('payout', [1n, -2_000_00n, 0n]),
  line('closing', 3_589_70n),
  line('retrieved', 3_590_70n),
  line('residual', 1_00n),
  line('opening', 0n, JPY),
  category('charge', [1n, 12_000n, 432n], JPY),
  line('closing', 11_568n, JPY),
];

/** A break whose amounts differ by a cent, unless it says otherwise. */
export function breakSource(more: Partial<BreakSource> = {}): BreakSource {
  const { flow_id = 'ch_1', break_class = 'amount_differs' } = more;
  const { priority, cure } = BREAK_CLASSES[break_class as keyof typeof BREAK_CLASSES];
  return {
    ...{
      period: '2026-01',
      break_id: `charge:${flow_id}`,
      break_class,
      flow_id,
      flow_kind: 'charge',
      cash_movement: 'charge',
    },
    ...{ currency: 'USD', ledger_minor: 10_00n, stripe_minor: 9_99n, settled_currency: 'USD', settled_minor: 9_99n },
    stripe_currency: 'USD',
    ...{ fee_minor: 30n, stripe_period: '2026-01', account_id_stripe: null, description_stripe: null },
    ...{ created_at: '2026-01-15T12:00:00.000Z', priority, cure, age_days: 18, break_state: 'open' },
    what_happened: `The charge ${flow_id} is 10.00 USD in our books and 9.99 USD at Stripe: 0.01 USD more in our books.`,
    ...{ whose_money: 'It was earned, in part, by cr_ada.', creators: ['cr_ada'], owner: null },
    ...{ first_seen_at: '2026-02-02T04:00:00.000Z', acknowledgement: null, earlier_acknowledgements: [] },
    ...more,
  };
}

/** A month with two currencies, a residual, a payout that arrives in the next month, and these breaks. */
export function reportWith(breaks: readonly BreakSource[]): FinanceReport {
  const count = (state: string): number => breaks.filter(({ break_state }) => break_state === state).length;
  const open = count('open');
  return composeReport({
    ...{ period: '2026-01', composedAt: '2026-02-02T06:00:00.000Z', issuerName: 'Tantieme Test Marketplace' },
    verdict: 'incomplete',
    reason: "Stripe's balance in JPY has not been read since the end of 2026-01; run pull-stripe.",
    breaks_by_state: { open, in_grace: count('in_grace'), acknowledged: count('acknowledged') },
    bridge: BRIDGE,
    movements: [
      ['charge', 'matched', 'USD', 11n, 4_990_00n, 4_990_00n],
      ['charge', 'matched', 'USD', 2n, 50_00n, 50_00n, 'EUR', 46_10n],
      ['charge', 'amount_differs', 'USD', 1n, 10_00n, 9_99n],
      ['refund', 'matched', 'USD', 2n, -150_00n, -150_00n],
      ['charge', 'matched', 'JPY', 1n, 12_000n, 12_000n],
      ['payout', 'own', 'USD', 1n, 0n, -2_000_00n],
    ].map(
      ([
        flow_kind,
        match_status,
        currency,
        flow_count,
        ledger_minor,
        stripe_minor,
        settled_currency = null,
        settled_minor = null,
      ]) => ({
        ...{ period: '2026-01', flow_kind, match_status, currency, flow_count, ledger_minor, stripe_minor },
        ...{ settled_currency, settled_minor },
      }),
    ) as FinanceSources['movements'],
    payouts: [
      {
        ...{ id_stripe: 'po_1', amount_minor: 2_000_00n, currency: 'USD', status_stripe: 'in_transit' },
        ...{ created_at: '2026-01-30T22:00:00.000Z', arrives_at: '2026-02-03T00:00:00.000Z' },
      },
    ],
    returned: [
      {
        ...{ account_id_stripe: 'acct_ada', id_stripe: 'po_back', creator_id: 'cr_ada', amount_minor: 12_50n },
        ...{ currency: 'USD', bank_result: 'returned', failure_code: 'account_closed' },
        ...{ created_at: '2026-01-10T00:00:00.000Z', came_back_recorded_at: '2026-01-15T00:00:00.000Z' },
      },
    ],
    negative: [
      {
        ...{ account_id_stripe: 'acct_ben', creator_id: null, currency: 'JPY', available_minor: -300n },
        ...{ pending_minor: 0n, pulled_at: '2026-02-01T00:00:00.000Z' },
      },
    ],
    stripe_reports: [
      {
        ...{ report: 'balance.summary.1', currency: 'USD', line: 'closing', reported_count: null, pulled_count: 16 },
        ...{ reported_net: '3590.70', pulled_net: '3589.70', gross_difference: null, fee_difference: null },
        net_difference: '1.00',
      },
    ],
    breaks,
    comparison_overrides: [
      {
        ...{ sequence: 1, sentence: 'Stripe was down.', overridden_by: 'Ada' },
        overridden_at: '2026-02-02T05:00:00.000Z',
      },
    ],
  });
}
