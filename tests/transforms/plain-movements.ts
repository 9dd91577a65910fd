/** Sales, refunds and payouts that match at once, and a few of everything else that names one of them and leaves it in doubt. */
export function plainMovements(seed: number): readonly string[] {
  const own = `'plain_' || i`;
  const drawn = (salt: string) => `'plain_' || cast(hash(i, ${seed}, '${salt}') % 120 as bigint)`;
  const at = `timestamptz '2026-01-15' + to_hours(i % 120 * 12)`;
  const insert = (table: string, columns: Readonly<Record<string, string>>, ids: string) =>
    `insert into ${table} by name select ${Object.entries(columns)
      .map(([name, value]) => `${value} as ${name}`)
      .join(', ')} from range(${ids}) as counted(i)`;
  const report = { id: own, timestamp: at, loaded_at: at, amount: `'10'`, tax_amount: `'0'`, currency: `'EUR'` };
  const { tax_amount, ...sent } = report;
  const { amount, currency, ...told } = sent;
  const read = { pulled_at: at, recorded_at: at, object_stripe: `'{}'` };
  const record = { id_stripe: own, currency: `'EUR'`, amount_minor: '1000', created_at: at, ...read };
  const charge = { captured_minor: '1000', refunded_minor: '0', is_disputed: 'false', status_stripe: `'succeeded'` };
  const named = { balance_transaction_id_stripe: `'txn_' || ${own}` };
  const transaction = (source: string, kind: string, type: string, sign: string) => ({
    ...record,
    ...{
      id_stripe: `'txn_' || ${own}`,
      source_id_stripe: source,
      amount_minor: `${sign}1000`,
      net_minor: `${sign}1000`,
    },
    ...{ reporting_category: `'${kind}'`, balance_transaction_type: `'${type}'`, balance_type: `'payments'` },
    ...{ fee_minor: '0', fee_tax_minor: '0', status_stripe: `'available'`, available_at: at },
  });
  const payout = { creator_id: `'cr_1'`, payout_period: `'2026-01'`, account_id_stripe: `'acct_1'` };
  const sale = { ...report, sale_id: own, charge_id_stripe: own };
  // Ids that nothing plain has; `other` names one of what is plain.
  const [by, other] = ['200, 204', (name: string, salt: string) => ({ [name]: drawn(salt) })];
  return [
    insert('raw.license_purchased', sale, '60'),
    insert('stripe.charges', { ...record, ...charge, ...named }, '60'),
    insert('stripe.balance_transactions', transaction(own, 'charge', 'charge', ''), '60'),
    insert('raw.license_refunded', { ...report, refund_id: own, sale_id: own, refund_id_stripe: own }, '60, 90'),
    insert(
      'stripe.refunds',
      { ...record, ...named, status_stripe: `'succeeded'`, charge_id_stripe: `'plain'` },
      '60, 90',
    ),
    insert('stripe.balance_transactions', transaction(own, 'refund', 'refund', '-'), '60, 90'),
    insert('raw.payout_sent', { ...sent, ...payout, payout_id: own, transfer_id_stripe: own }, '90, 120'),
    insert(
      'stripe.transfers',
      { ...record, ...named, reversed_minor: '0', destination_account_id_stripe: `'acct_1'` },
      '90, 120',
    ),
    insert('stripe.balance_transactions', transaction(own, 'transfer', 'transfer', '-'), '90, 120'),
    insert('raw.license_purchased', { ...sale, ...other('sale_id', 'again') }, by),
    insert('raw.license_purchased', { ...sale, ...other('charge_id_stripe', 'shared') }, '204, 208'),
    insert('raw.dispute_opened', { ...report, dispute_id: own, sale_id: own, ...other('dispute_id_stripe', 'dp') }, by),
    insert('raw.payout_sent', { ...sent, ...payout, payout_id: own, ...other('transfer_id_stripe', 'paid') }, by),
    insert(
      'raw.payout_reversed',
      { ...sent, ...payout, payout_id: own, reversal_id_stripe: own, ...other('transfer_id_stripe', 'back') },
      by,
    ),
    insert('raw.correction_approved', { ...told, ...corrected(drawn('void')), correction_id: own }, '200, 220'),
    insert('stripe.charges', { ...record, ...charge, ...other('id_stripe', 'version'), ...named }, by),
    insert(
      'stripe.charges',
      { ...record, ...charge, balance_transaction_id_stripe: `'txn_' || ${drawn('claimed')}` },
      '204, 208',
    ),
    insert(
      'stripe.refunds',
      { ...record, status_stripe: `'failed'`, failure_balance_transaction_id_stripe: `'txn_' || ${drawn('failed')}` },
      '208, 212',
    ),
    insert('stripe.refunds', { ...record, ...named, ...other('charge_id_stripe', 'part') }, '212, 216'),
    insert('stripe.balance_transactions', transaction(own, 'partial_capture_reversal', 'refund', '-'), '212, 216'),
    insert(
      'stripe.transfer_reversals',
      {
        ...record,
        ...other('transfer_id_stripe', 'reversed'),
        balance_transaction_id_stripe: `'txn_' || ${drawn('taken')}`,
      },
      by,
    ),
    insert('stripe.balance_transactions', transaction(drawn('source'), 'charge', 'charge', ''), '216, 220'),
  ];
}

const corrected = (id: string): Readonly<Record<string, string>> => ({
  corrected_kind: `'sale'`,
  corrected_id: id,
});

/** What only Stripe has, so that there is something to compare one by one. */
export const CHARGE_OF_NOBODY = [
  `insert into stripe.charges by name select 'ch_nobody' as id_stripe, 100 as amount_minor, 100 as captured_minor, 0 as refunded_minor, 'EUR' as currency,
     'succeeded' as status_stripe, false as is_disputed, 'txn_nobody' as balance_transaction_id_stripe, timestamptz '2026-01-09' as created_at,
     timestamptz '2026-01-09' as pulled_at, timestamptz '2026-01-09' as recorded_at, '{}' as object_stripe`,
  `insert into stripe.balance_transactions by name select 'txn_nobody' as id_stripe, 'ch_nobody' as source_id_stripe, 'charge' as reporting_category,
     'charge' as balance_transaction_type, 'payments' as balance_type, 100 as amount_minor, 0 as fee_minor, 0 as fee_tax_minor, 100 as net_minor,
     'EUR' as currency, 'available' as status_stripe, timestamptz '2026-01-09' as available_at, timestamptz '2026-01-09' as created_at,
     timestamptz '2026-01-09' as pulled_at, timestamptz '2026-01-09' as recorded_at, '{}' as object_stripe`,
];
