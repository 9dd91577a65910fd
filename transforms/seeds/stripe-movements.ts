import type { AccountName } from '../../warehouse/vocabulary/accounts.ts';
import type { CashMovement, FlowKind, MovementClass } from '../../warehouse/vocabulary/reconciliation.ts';

/** By `balance_type`: the account of the books that is this balance. Only `payments` is what payouts are paid from. */
export const STRIPE_BALANCE_TYPES = {
  payments: 'stripe_balance',
  issuing: 'stripe_issuing_balance',
  refund_and_dispute_prefunding: 'stripe_prefunding_balance',
  risk_reserved: 'stripe_reserved_balance',
} as const satisfies Readonly<Record<string, AccountName>>;

/**
 * What each balance transaction of Stripe's means: its reporting category says which movement it is, and lists the types and balances that it
 * comes with. Anything else is a break.
 * Source: docs.stripe.com/reports/reporting-categories, docs.stripe.com/reports/balance-transaction-types and the typings of API version
 * 2026-10-28.endive. A type whose category Stripe does not document is listed where it fits.
 */
interface StripeCategory {
  /** The movement of an object that it is a part of; the two balance transactions of a partial capture are one `charge`. */
  readonly cash_movement: CashMovement;
  /** The kind of object whose money moves: it is found by its own balance transaction, or as the source. `other` if there is none. */
  readonly flow_kind: FlowKind;
  /**
   * What the books have of it. `reported`: a service reports it, and both are compared. `own`: between Stripe and the platform only, and
   * explained by itself. `notable`: the same, but finance must look. `unexplained`: nobody can say what it is without Stripe's description.
   */
  readonly movement_class: MovementClass;
  /** 1 if its amount is positive, −1 if negative, 0 if it may be either. */
  readonly expected_sign: -1 | 0 | 1;
  /** The account that is posted against the balance. */
  readonly account: AccountName;
  /** Every type that it comes with, the usual one first; also those of older API versions. */
  readonly types: readonly string[];
  /** The balances that it may move. */
  readonly balances: readonly StripeBalanceType[];
  /** The line of the bridge that sums it; Stripe's own reports have payouts apart, too. */
  readonly bridge_line: 'activity' | 'payouts';
  /** The pair that it is one of, if it always comes as two balance transactions whose sum is zero. */
  readonly category_pair: string | null;
}

type StripeBalanceType = keyof typeof STRIPE_BALANCE_TYPES;
const ALL_BALANCES = Object.keys(STRIPE_BALANCE_TYPES) as readonly StripeBalanceType[];
const PAYMENTS: readonly StripeBalanceType[] = ['payments'];
const PREFUNDED: readonly StripeBalanceType[] = ['payments', 'refund_and_dispute_prefunding'];

type Unusual = Partial<Pick<StripeCategory, 'balances' | 'bridge_line' | 'category_pair'>>;

const BUYERS = 'buyers_receivable';
const CREATORS = 'connected_accounts';

/** The meaning of each reporting category: movement, object, class, sign, account, types; and what is not as usual. */
const CATEGORIES: readonly (readonly [
  string,
  CashMovement,
  FlowKind,
  MovementClass,
  -1 | 0 | 1,
  AccountName,
  string,
  Unusual?,
])[] = [
  ['charge', 'charge', 'charge', 'reported', 1, BUYERS, 'charge payment validation', { balances: PAYMENTS }],
  [
    'charge_failure',
    'charge_failure',
    'charge',
    'reported',
    -1,
    BUYERS,
    'payment_failure_refund',
    { balances: PAYMENTS },
  ],
  [
    'partial_capture_reversal',
    'charge',
    'charge',
    'reported',
    -1,
    BUYERS,
    'refund payment_refund',
    { balances: PAYMENTS },
  ],
  ['payment_reversal', 'charge_failure', 'charge', 'reported', -1, BUYERS, 'payment_reversal', { balances: PAYMENTS }],
  ['refund', 'refund', 'refund', 'reported', -1, BUYERS, 'refund payment_refund', { balances: PREFUNDED }],
  [
    'refund_failure',
    'refund_failure',
    'refund',
    'reported',
    1,
    BUYERS,
    'refund_failure adjustment payment_refund',
    { balances: PREFUNDED },
  ],
  [
    'dispute',
    'dispute',
    'dispute',
    'reported',
    -1,
    'disputes',
    'adjustment adjusted_for_overdraft_transaction',
    { balances: PREFUNDED },
  ],
  ['dispute_reversal', 'dispute_reversal', 'dispute', 'reported', 1, 'disputes', 'adjustment', { balances: PREFUNDED }],
  ['transfer', 'transfer', 'transfer', 'reported', -1, CREATORS, 'transfer recipient_transfer', { balances: PAYMENTS }],
  [
    'transfer_reversal',
    'transfer_reversal',
    'transfer',
    'reported',
    1,
    CREATORS,
    'transfer_refund transfer_cancel transfer_failure recipient_transfer_cancel recipient_transfer_failure',
    { balances: PAYMENTS },
  ],
  ['connect_collection_transfer', 'other', 'other', 'own', -1, CREATORS, 'connect_collection_transfer'],
  ['connect_reserved_funds', 'other', 'other', 'own', 0, 'stripe_reserves', 'reserve_transaction'],
  ['risk_reserved_funds', 'other', 'other', 'own', 0, 'stripe_reserves', 'reserve_hold reserve_release reserved_funds'],
  ['payment_network_reserve_hold', 'other', 'other', 'own', -1, 'stripe_reserves', 'payment_network_reserve_hold'],
  ['payment_network_reserve_release', 'other', 'other', 'own', 1, 'stripe_reserves', 'payment_network_reserve_release'],
  ['payout', 'payout', 'payout', 'own', 0, 'platform_bank', 'payout', { bridge_line: 'payouts' }],
  [
    'payout_reversal',
    'payout_reversal',
    'payout',
    'notable',
    0,
    'platform_bank',
    'payout_failure payout_cancel',
    { bridge_line: 'payouts' },
  ],
  [
    'payout_minimum_balance_hold',
    'other',
    'other',
    'own',
    -1,
    'platform_bank',
    'payout_minimum_balance_hold',
    { bridge_line: 'payouts', category_pair: 'payout_minimum_balance' },
  ],
  [
    'payout_minimum_balance_release',
    'other',
    'other',
    'own',
    1,
    'platform_bank',
    'payout_minimum_balance_release',
    { bridge_line: 'payouts', category_pair: 'payout_minimum_balance' },
  ],
  ['topup', 'topup', 'topup', 'own', 1, 'platform_bank', 'topup'],
  ['topup_reversal', 'topup_reversal', 'topup', 'notable', -1, 'platform_bank', 'topup_reversal'],
  ['advance', 'other', 'other', 'own', 0, 'stripe_reserves', 'advance', { category_pair: 'advance' }],
  ['advance_funding', 'other', 'other', 'own', 0, 'stripe_reserves', 'advance_funding', { category_pair: 'advance' }],
  ['fee', 'other', 'other', 'own', 0, 'processor_fees', 'stripe_fee stripe_fx_fee fee_credit_funding'],
  ['network_cost', 'other', 'other', 'own', 0, 'processor_fees', 'network_cost'],
  ['tax', 'other', 'other', 'own', 0, 'processor_fee_tax', 'tax_fee tax_fund'],
  ['platform_earning', 'other', 'other', 'unexplained', 1, 'suspense', 'application_fee'],
  ['platform_earning_refund', 'other', 'other', 'unexplained', -1, 'suspense', 'application_fee_refund'],
  ['contribution', 'other', 'other', 'unexplained', -1, 'suspense', 'contribution'],
  ['climate_order_purchase', 'other', 'other', 'unexplained', -1, 'suspense', 'climate_order_purchase'],
  ['climate_order_refund', 'other', 'other', 'unexplained', 1, 'suspense', 'climate_order_refund'],
  ['unreconciled_customer_funds', 'other', 'other', 'unexplained', 1, 'suspense', 'payment_unreconciled'],
  [
    'other_adjustment',
    'other',
    'other',
    'unexplained',
    0,
    'suspense',
    'adjustment obligation_outbound obligation_reversal_inbound inbound_transfer inbound_transfer_reversal',
  ],
  ['anticipation_repayment', 'other', 'other', 'unexplained', 0, 'suspense', 'anticipation_repayment'],
  ['financing_paydown', 'other', 'other', 'unexplained', 0, 'suspense', 'adjustment'],
  ['financing_paydown_reversal', 'other', 'other', 'unexplained', 0, 'suspense', 'adjustment'],
  ['financing_payout', 'other', 'other', 'unexplained', 0, 'suspense', 'adjustment'],
  ['financing_payout_reversal', 'other', 'other', 'unexplained', 0, 'suspense', 'adjustment'],
  ['issuing_authorization_hold', 'other', 'other', 'unexplained', 0, 'suspense', 'issuing_authorization_hold'],
  ['issuing_authorization_release', 'other', 'other', 'unexplained', 0, 'suspense', 'issuing_authorization_release'],
  [
    'issuing_dispute',
    'other',
    'other',
    'unexplained',
    0,
    'suspense',
    'issuing_dispute issuing_dispute_provisional_credit issuing_dispute_provisional_credit_reversal',
  ],
  ['issuing_transaction', 'other', 'other', 'unexplained', 0, 'suspense', 'issuing_transaction'],
  ['stripe_balance_payment_debit', 'other', 'other', 'unexplained', 0, 'suspense', 'stripe_balance_payment_debit'],
  [
    'stripe_balance_payment_debit_reversal',
    'other',
    'other',
    'unexplained',
    0,
    'suspense',
    'stripe_balance_payment_debit_reversal',
  ],
];

/** By `reporting_category`. */
export const STRIPE_CATEGORIES: Readonly<Record<string, StripeCategory>> = Object.fromEntries(
  CATEGORIES.map(([category, cash_movement, flow_kind, movement_class, expected_sign, account, types, unusual]) => {
    const usual = { balances: ALL_BALANCES, bridge_line: 'activity', category_pair: null } as const;
    const meaning = { cash_movement, flow_kind, movement_class, expected_sign, account, types: types.split(' ') };
    return [category, { ...meaning, ...usual, ...unusual }];
  }),
);
