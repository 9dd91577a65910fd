import type { AccountName } from '../../warehouse/vocabulary/accounts.ts';
import type { CashMovement, FlowKind, MovementClass } from '../../warehouse/vocabulary/reconciliation.ts';

/**
 * What each balance transaction of Stripe's means. Its reporting category says which movement it is; its type must be known; its balance
 * type says which balance it moves. A value that is in none of the three lists is a break.
 * Source: docs.stripe.com/reports/reporting-categories, docs.stripe.com/reports/balance-transaction-types and the typings of API version
 * 2026-10-28.endive.
 */
export interface StripeCategory {
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
}

const BUYERS = 'buyers_receivable';
const CREATORS = 'connected_accounts';

/** The meaning of each reporting category: movement, object, class, sign, account. */
const CATEGORIES: readonly (readonly [string, CashMovement, FlowKind, MovementClass, -1 | 0 | 1, AccountName])[] = [
  ['charge', 'charge', 'charge', 'reported', 1, BUYERS],
  ['charge_failure', 'charge_failure', 'charge', 'reported', -1, BUYERS],
  ['partial_capture_reversal', 'charge', 'charge', 'reported', -1, BUYERS],
  ['payment_reversal', 'charge_failure', 'charge', 'reported', -1, BUYERS],
  ['refund', 'refund', 'refund', 'reported', -1, BUYERS],
  ['refund_failure', 'refund_failure', 'refund', 'reported', 1, BUYERS],
  ['dispute', 'dispute', 'dispute', 'reported', -1, 'disputes'],
  ['dispute_reversal', 'dispute_reversal', 'dispute', 'reported', 1, 'disputes'],
  ['transfer', 'transfer', 'transfer', 'reported', -1, CREATORS],
  ['transfer_reversal', 'transfer_reversal', 'transfer', 'reported', 1, CREATORS],
  ['connect_collection_transfer', 'other', 'other', 'own', -1, CREATORS],
  ['connect_reserved_funds', 'other', 'other', 'own', 0, 'stripe_reserves'],
  ['risk_reserved_funds', 'other', 'other', 'own', 0, 'stripe_reserves'],
  ['payment_network_reserve_hold', 'other', 'other', 'own', -1, 'stripe_reserves'],
  ['payment_network_reserve_release', 'other', 'other', 'own', 1, 'stripe_reserves'],
  ['payout', 'payout', 'payout', 'own', 0, 'platform_bank'],
  ['payout_reversal', 'payout_reversal', 'payout', 'notable', 0, 'platform_bank'],
  ['payout_minimum_balance_hold', 'other', 'other', 'own', -1, 'platform_bank'],
  ['payout_minimum_balance_release', 'other', 'other', 'own', 1, 'platform_bank'],
  ['topup', 'topup', 'topup', 'own', 1, 'platform_bank'],
  ['topup_reversal', 'topup_reversal', 'topup', 'notable', -1, 'platform_bank'],
  ['advance', 'other', 'other', 'own', 0, 'stripe_reserves'],
  ['advance_funding', 'other', 'other', 'own', 0, 'stripe_reserves'],
  ['fee', 'other', 'other', 'own', 0, 'processor_fees'],
  ['network_cost', 'other', 'other', 'own', 0, 'processor_fees'],
  ['tax', 'other', 'other', 'own', 0, 'processor_fee_tax'],
  ['platform_earning', 'other', 'other', 'unexplained', 1, 'suspense'],
  ['platform_earning_refund', 'other', 'other', 'unexplained', -1, 'suspense'],
  ['contribution', 'other', 'other', 'unexplained', -1, 'suspense'],
  ['climate_order_purchase', 'other', 'other', 'unexplained', -1, 'suspense'],
  ['climate_order_refund', 'other', 'other', 'unexplained', 1, 'suspense'],
  ['unreconciled_customer_funds', 'other', 'other', 'unexplained', 1, 'suspense'],
  ['other_adjustment', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['anticipation_repayment', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['financing_paydown', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['financing_paydown_reversal', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['financing_payout', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['financing_payout_reversal', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['issuing_authorization_hold', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['issuing_authorization_release', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['issuing_dispute', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['issuing_transaction', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['stripe_balance_payment_debit', 'other', 'other', 'unexplained', 0, 'suspense'],
  ['stripe_balance_payment_debit_reversal', 'other', 'other', 'unexplained', 0, 'suspense'],
];

/** By `reporting_category`. */
export const STRIPE_CATEGORIES: Readonly<Record<string, StripeCategory>> = Object.fromEntries(
  CATEGORIES.map(([category, cash_movement, flow_kind, movement_class, expected_sign, account]) => [
    category,
    { cash_movement, flow_kind, movement_class, expected_sign, account },
  ]),
);

/** Every `type` that is known, with those of older API versions. */
export const STRIPE_TYPES: readonly string[] = `
  adjustment adjusted_for_overdraft_transaction advance advance_funding anticipation_repayment
  application_fee application_fee_refund charge climate_order_purchase climate_order_refund
  connect_collection_transfer contribution fee_credit_funding inbound_transfer inbound_transfer_reversal
  issuing_authorization_hold issuing_authorization_release issuing_dispute issuing_dispute_provisional_credit issuing_dispute_provisional_credit_reversal
  issuing_transaction network_cost obligation_outbound obligation_reversal_inbound payment
  payment_failure_refund payment_network_reserve_hold payment_network_reserve_release payment_refund payment_reversal
  payment_unreconciled payout payout_cancel payout_failure payout_minimum_balance_hold
  payout_minimum_balance_release recipient_transfer recipient_transfer_cancel recipient_transfer_failure refund
  refund_failure reserve_hold reserve_release reserve_transaction reserved_funds
  stripe_balance_payment_debit stripe_balance_payment_debit_reversal stripe_fee stripe_fx_fee tax_fee
  tax_fund topup topup_reversal transfer transfer_cancel
  transfer_failure transfer_refund validation
`
  .trim()
  .split(/\s+/);

/** By `balance_type`: the account of the books that is this balance. Only `payments` is what payouts are paid from. */
export const STRIPE_BALANCE_TYPES = {
  payments: 'stripe_balance',
  issuing: 'stripe_issuing_balance',
  refund_and_dispute_prefunding: 'stripe_prefunding_balance',
  risk_reserved: 'stripe_reserved_balance',
} as const satisfies Readonly<Record<string, AccountName>>;
