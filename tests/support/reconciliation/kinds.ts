import type { BalanceType } from '../stripe/acts/act.ts';

/**
 * Every kind of balance transaction that Stripe may have, and what each must end in: written down apart from the seed, from
 * docs.stripe.com/reports/reporting-categories.
 */

const PREFUNDING = 'refund_and_dispute_prefunding';
export const ALL_BALANCES = ['payments', 'issuing', PREFUNDING, 'risk_reserved'] as const;
const PAYING = ['payments', PREFUNDING] as const;

/** The account of the books of each balance. */
const BALANCES: Readonly<Record<BalanceType, string>> = {
  payments: 'stripe_balance',
  issuing: 'stripe_issuing_balance',
  [PREFUNDING]: 'stripe_prefunding_balance',
  risk_reserved: 'stripe_reserved_balance',
};

interface Kind {
  readonly category: string;
  readonly types: readonly string[];
  readonly balances: readonly BalanceType[];
  /** Signs of the amount: `+`, `-`, or both. */
  readonly signs: string;
  readonly ends: string;
  readonly account: string;
  readonly line: string;
}

/** Category, signs, end in the comparison, account that is posted against the balance, line of the bridge; types; balances. */
export const KINDS: readonly Kind[] = [
  ...kinds(
    ['payments'],
    `charge                    + matched buyers_receivable  activity: charge payment validation
    charge_failure            - matched buyers_receivable  activity: payment_failure_refund
    partial_capture_reversal  - matched buyers_receivable  activity: refund payment_refund
    payment_reversal          - matched buyers_receivable  activity: payment_reversal
    transfer                  - matched connected_accounts activity: transfer recipient_transfer
    transfer_reversal         + matched connected_accounts activity: transfer_refund transfer_cancel transfer_failure recipient_transfer_cancel recipient_transfer_failure`,
  ),
  ...kinds(
    PAYING,
    `refund           - matched buyers_receivable activity: refund payment_refund
    refund_failure   + matched buyers_receivable activity: refund_failure adjustment payment_refund
    dispute          - matched disputes          activity: adjustment adjusted_for_overdraft_transaction
    dispute_reversal + matched disputes          activity: adjustment`,
  ),
  ...kinds(
    ALL_BALANCES,
    `connect_collection_transfer      - own            connected_accounts activity: connect_collection_transfer
    connect_reserved_funds          +- own            stripe_reserves    activity: reserve_transaction
    risk_reserved_funds             +- own            stripe_reserves    activity: reserve_hold reserve_release reserved_funds
    payment_network_reserve_hold     - own            stripe_reserves    activity: payment_network_reserve_hold
    payment_network_reserve_release  + own            stripe_reserves    activity: payment_network_reserve_release
    payout                          +- own            platform_bank      payouts: payout
    payout_reversal                 +- payout_failed  platform_bank      payouts: payout_failure payout_cancel
    payout_minimum_balance_hold      - own            platform_bank      payouts: payout_minimum_balance_hold
    payout_minimum_balance_release   + own            platform_bank      payouts: payout_minimum_balance_release
    topup                            + own            platform_bank      activity: topup
    topup_reversal                   - topup_reversed platform_bank      activity: topup_reversal
    advance                         +- own            stripe_reserves    activity: advance
    advance_funding                 +- own            stripe_reserves    activity: advance_funding
    fee                             +- own            processor_fees     activity: stripe_fee stripe_fx_fee fee_credit_funding
    network_cost                    +- own            processor_fees     activity: network_cost
    tax                             +- own            processor_fee_tax  activity: tax_fee tax_fund
    platform_earning                 + unexplained    suspense           activity: application_fee
    platform_earning_refund          - unexplained    suspense           activity: application_fee_refund
    contribution                     - unexplained    suspense           activity: contribution
    climate_order_purchase           - unexplained    suspense           activity: climate_order_purchase
    climate_order_refund             + unexplained    suspense           activity: climate_order_refund
    unreconciled_customer_funds      + unexplained    suspense           activity: payment_unreconciled
    other_adjustment                +- unexplained    suspense           activity: adjustment obligation_outbound obligation_reversal_inbound inbound_transfer inbound_transfer_reversal
    anticipation_repayment          +- unexplained    suspense           activity: anticipation_repayment
    financing_paydown               +- unexplained    suspense           activity: adjustment
    financing_paydown_reversal      +- unexplained    suspense           activity: adjustment
    financing_payout                +- unexplained    suspense           activity: adjustment
    financing_payout_reversal       +- unexplained    suspense           activity: adjustment
    issuing_authorization_hold      +- unexplained    suspense           activity: issuing_authorization_hold
    issuing_authorization_release   +- unexplained    suspense           activity: issuing_authorization_release
    issuing_dispute                 +- unexplained    suspense           activity: issuing_dispute issuing_dispute_provisional_credit issuing_dispute_provisional_credit_reversal
    issuing_transaction             +- unexplained    suspense           activity: issuing_transaction
    stripe_balance_payment_debit    +- unexplained    suspense           activity: stripe_balance_payment_debit
    stripe_balance_payment_debit_reversal +- unexplained suspense        activity: stripe_balance_payment_debit_reversal`,
  ),
];

function kinds(balances: readonly BalanceType[], text: string): Kind[] {
  return text.split('\n').map((row) => {
    const [words = '', types = ''] = row.trim().split(': ');
    const [category = '', signs = '', ends = '', account = '', line = ''] = words.split(/ +/);
    return { category, types: types.split(' '), balances, signs, ends, account, line };
  });
}

/** Each kind as a test names it: category, type and balance. */
export const KIND_NAMES = KINDS.flatMap(({ category, types, balances }) =>
  types.flatMap((type) => balances.map((balance) => `${category} ${type} ${balance}`)),
).sort();

/** What each kind must end in, as `endsOf` has it. What nobody can explain elsewhere is usual in the balance of cards. */
export const KIND_ENDS = KINDS.flatMap(({ category, types, balances, ends, account, line }) =>
  types.flatMap((type) =>
    balances.map((balance) => {
      const end = ends === 'unexplained' && balance === 'issuing' ? 'own' : ends;
      return `${category} ${type} ${balance}: ${end}, ${account} on ${BALANCES[balance]}, ${line}`;
    }),
  ),
).sort();
