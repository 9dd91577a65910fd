const rowsOf = (where: string): string => `tantieme.stg_stripe__balance_transactions where ${where}`;

/** Every kind of movement that is correct, and what the month has of it: a relation that is not empty. */
export const CORRECT_KINDS: Readonly<Record<string, string>> = {
  ...ofCategories(
    ...[
      'charge',
      'charge_failure',
      'partial_capture_reversal',
      'refund',
      'refund_failure',
      'dispute',
      'dispute_reversal',
    ],
    ...['transfer', 'transfer_reversal', 'connect_reserved_funds', 'risk_reserved_funds', 'payout', 'topup', 'advance'],
    ...['payout_minimum_balance_hold', 'payout_minimum_balance_release', 'advance_funding', 'network_cost', 'tax'],
    ...['payment_network_reserve_hold', 'payment_network_reserve_release', 'issuing_transaction'],
  ),
  'a canceled refund':
    "stripe.refunds where status_stripe = 'canceled' and failure_balance_transaction_id_stripe is not null",
  'a failed refund': rowsOf(
    "reporting_category = 'refund_failure' and source_id_stripe not in (select id_stripe from stripe.refunds where status_stripe = 'canceled')",
  ),
  'a refund that waits for funds':
    "stripe.refunds where status_stripe = 'pending' and balance_transaction_id_stripe is null",
  'a refund of a sale of an earlier month': `stripe.refunds as refunds
    join stripe.charges as charges on charges.id_stripe = refunds.charge_id_stripe
    where charges.created_at < '2026-01-01' and refunds.created_at >= '2026-01-01'`,
  'an authorisation that expired':
    'stripe.charges where balance_transaction_id_stripe is null and refunded_minor = amount_minor',
  'a converted charge': converted('charges', 'charge'),
  'a converted refund': converted('refunds', 'refund'),
  'a converted dispute': converted('disputes', 'dispute'),
  'a converted dispute that is won': converted('disputes', 'dispute_reversal'),
  'an inquiry': "stripe.disputes where status_stripe = 'warning_closed'",
  'a lost dispute': "stripe.disputes where status_stripe = 'lost'",
  'a dispute that is withdrawn again after it was won': `(
    select source_id_stripe from ${rowsOf("reporting_category = 'dispute'")} group by source_id_stripe having count(*) = 2)`,
  'several disputes of one charge':
    '(select charge_id_stripe from stripe.disputes group by charge_id_stripe having count(distinct id_stripe) > 1)',
  'a charge in a currency without decimals': rowsOf("reporting_category = 'charge' and currency = 'JPY'"),
  'a charge in a currency of three decimals': rowsOf("reporting_category = 'charge' and currency = 'KWD'"),
  'a cart':
    '(select charge_id_stripe from raw.license_purchased group by charge_id_stripe having count(distinct sale_id) > 1)',
  'a risk reserve that is released': rowsOf("balance_transaction_type = 'reserve_release' and amount_minor > 0"),
  'the balance of that reserve': rowsOf("balance_type = 'risk_reserved' and amount_minor < 0"),
  'an instant payout with a fee': rowsOf("reporting_category = 'payout' and fee_minor > 0"),
  'a payout by hand': "stripe.payouts where not is_automatic and status_stripe = 'paid'",
  'an automatic payout that arrives in the next month':
    "stripe.payouts where is_automatic and arrives_at >= '2026-02-01'",
  'a top-up that failed': "stripe.topups where status_stripe = 'failed'",
  'a top-up that was canceled': "stripe.topups where status_stripe = 'canceled'",
  'a refund that the balance for refunds pays': rowsOf(
    "reporting_category = 'refund' and balance_type = 'refund_and_dispute_prefunding'",
  ),
  'what Stripe takes from its reserve, released before or not': `(
    select 1 from ${rowsOf("reporting_category = 'connect_collection_transfer'")} having count(*) = 2)`,
  'a fee': rowsOf("reporting_category = 'fee' and amount_minor < 0"),
  'a fee that is given back': rowsOf("reporting_category = 'fee' and amount_minor > 0"),
  'a fee for a conversion': rowsOf("balance_transaction_type = 'stripe_fx_fee'"),
};

function ofCategories(...categories: string[]): Record<string, string> {
  return Object.fromEntries(categories.map((category) => [category, rowsOf(`reporting_category = '${category}'`)]));
}

/** What moved another currency than that of its object. */
function converted(table: string, category: string): string {
  return `stripe.${table} as objects
    join tantieme.stg_stripe__balance_transactions as moved on moved.source_id_stripe = objects.id_stripe
    where moved.reporting_category = '${category}' and moved.currency <> objects.currency`;
}
