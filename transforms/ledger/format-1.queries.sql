-- sealed_hashes: What the seal of a period is made of, in the row without a key: the root of the tree of creators, the hash of the rows
-- that no statement shows, and the number of postings. With 'nodes', one more row for each creator and currency, in the order of the keys.
-- This is format 1 of the seal; it must not change. A leaf is the hash of a row in canonical form. Each column of a row is named, so
-- that one added later changes no seal. A part is the hash of the leaves of a table of one creator in one currency; a node is the hash of
-- the parts of one creator in one currency. The tree is over the nodes by the first digits of the hash of their key. Rows that no statement
-- shows are hashed in buckets by the first digits of their leaves: a large account needs no large array. Blinds, which follow from the
-- secret of the closing, keep whoever sees a hash from finding its rows by trying. Whether a balance is payable depends on the day, and when a fact was recorded on the load that
-- it came in: neither is sealed. The royalties of uses are the statement lines. Movements are what a statement shows of the allocations
-- of sales: those that are no earnings, without the developer.
with leaves as (
  select
    'postings' as sealed_table,
    cast(null as string) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('postings'),
      fn.field_text(journal_id),
      fn.field_text(period),
      fn.field_text(journal_kind),
      fn.field_date(journal_on),
      fn.field_text(source_reference),
      fn.field_text(account),
      fn.field_text(account_owner_id),
      fn.field_text(currency),
      fn.field_numeric(posting_amount)
    )) as leaf
  from ledger.postings
  where period = $1
  union all
  select
    'statement_lines' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('statement_lines'),
      fn.field_text(period),
      fn.field_text(creator_id),
      fn.field_text(currency),
      fn.field_text(line_kind),
      fn.field_text(asset_id),
      fn.field_text(license_type),
      fn.field_text(earned_period),
      fn.field_text(terms_id),
      fn.field_numeric(rate),
      fn.field_int(fee_bps),
      fn.field_int(share_bps),
      fn.field_int(revenue_event_count),
      fn.field_numeric(units),
      fn.field_numeric(gross_amount),
      fn.field_numeric(platform_fee_amount),
      fn.field_numeric(line_amount_exact),
      fn.field_int(line_amount_minor),
      fn.field_text(correction_id),
      fn.field_text(corrected_kind),
      fn.field_text(corrected_id),
      fn.field_text(correction_reason)
    )) as leaf
  from ledger.statement_lines
  where period = $1
  union all
  select
    'balances' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('balances'),
      fn.field_text(period),
      fn.field_text(creator_id),
      fn.field_text(currency),
      fn.field_int(opening_minor),
      fn.field_int(earnings_minor),
      fn.field_int(refunds_minor),
      fn.field_int(adjustments_minor),
      fn.field_int(withheld_minor),
      fn.field_int(payouts_minor),
      fn.field_int(payout_reversals_minor),
      fn.field_int(closing_minor),
      fn.field_int(held_minor),
      fn.field_int(paid_ahead_minor),
      fn.field_numeric(carried_in_exact),
      fn.field_numeric(carried_out_exact)
    )) as leaf
  from ledger.balances
  where period = $1
  union all
  select
    'withholdings' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('withholdings'),
      fn.field_text(period),
      fn.field_text(creator_id),
      fn.field_text(currency),
      fn.field_date(credited_on),
      fn.field_text(payer_country),
      fn.field_text(payee_status),
      fn.field_text(status_basis),
      fn.field_text(withholding_rule_id),
      fn.field_int(withholding_rate_ppm),
      fn.field_numeric(credited_amount),
      fn.field_numeric(taxable_amount),
      fn.field_int(withheld_minor),
      fn.field_int(withheld_of_year_minor),
      fn.field_int(not_given_back_minor)
    )) as leaf
  from ledger.withholdings
  where period = $1
  union all
  select
    'carried_fractions' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('carried_fractions'),
      fn.field_text(period),
      fn.field_text(creator_id),
      fn.field_text(currency),
      fn.field_numeric(carried_in_exact),
      fn.field_numeric(carried_out_exact)
    )) as leaf
  from ledger.carried_fractions
  where period = $1
  union all
  select
    'sale_allocations' as sealed_table,
    cast(null as string) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('sale_allocations'),
      fn.field_text(period),
      fn.field_text(movement_id),
      fn.field_text(creator_id),
      fn.field_text(movement_kind),
      fn.field_text(sale_id),
      fn.field_text(asset_id),
      fn.field_text(developer_id),
      fn.field_text(license_type),
      fn.field_text(terms_id),
      fn.field_text(currency),
      fn.field_int(fee_bps),
      fn.field_int(share_bps),
      fn.field_numeric(gross_amount),
      fn.field_numeric(royalty_amount),
      fn.field_text(earned_period),
      fn.field_instant(occurred_at)
    )) as leaf
  from ledger.sale_allocations
  where period = $1
  union all
  select
    'movements' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('movements'),
      fn.field_text(period),
      fn.field_text(creator_id),
      fn.field_text(currency),
      fn.field_text(movement_kind),
      fn.field_text(asset_id),
      fn.field_text(license_type),
      fn.field_text(earned_period),
      fn.field_text(terms_id),
      fn.field_int(fee_bps),
      fn.field_int(share_bps),
      fn.field_text(movement_id),
      fn.field_text(sale_id),
      fn.field_instant(occurred_at),
      fn.field_numeric(gross_amount),
      fn.field_numeric(royalty_amount)
    )) as leaf
  from ledger.sale_allocations
  where period = $1 and movement_kind <> 'earning'
  union all
  select
    'payouts' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('payouts'),
      fn.field_text(period),
      fn.field_text(payout_id),
      fn.field_text(creator_id),
      fn.field_text(payout_period),
      fn.field_numeric(amount),
      fn.field_text(currency),
      fn.field_text(account_id_stripe),
      fn.field_text(transfer_id_stripe),
      fn.field_instant(occurred_at)
    )) as leaf
  from ledger.payouts
  where period = $1
  union all
  select
    'payout_reversals' as sealed_table,
    fn.field_text(creator_id) || fn.field_text(currency) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('payout_reversals'),
      fn.field_text(period),
      fn.field_text(reversal_id_stripe),
      fn.field_text(payout_id),
      fn.field_text(creator_id),
      fn.field_text(payout_period),
      fn.field_numeric(amount),
      fn.field_text(currency),
      fn.field_text(account_id_stripe),
      fn.field_text(transfer_id_stripe),
      fn.field_instant(occurred_at)
    )) as leaf
  from ledger.payout_reversals
  where period = $1
  union all
  select
    'suspended_facts' as sealed_table,
    cast(null as string) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('suspended_facts'),
      fn.field_text(period),
      fn.field_text(fact_kind),
      fn.field_text(fact_id),
      fn.field_text(exception_reason),
      fn.field_text(suspended_period),
      fn.field_text(asset_id),
      fn.field_text(license_type),
      fn.field_text(developer_id),
      fn.field_text(creator_id),
      fn.field_text(sale_id),
      fn.field_numeric(suspended_amount),
      fn.field_text(currency),
      fn.field_numeric(units),
      fn.field_text(reported_right),
      fn.field_instant(occurred_at)
    )) as leaf
  from ledger.suspended_facts
  where period = $1
  union all
  select
    'flagged_facts' as sealed_table,
    cast(null as string) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('flagged_facts'),
      fn.field_text(period),
      fn.field_text(fact_kind),
      fn.field_text(fact_id),
      fn.field_text(exception_reason),
      fn.field_text(flagged_period),
      fn.field_text(asset_id),
      fn.field_text(developer_id),
      fn.field_text(sale_id),
      fn.field_numeric(flagged_amount),
      fn.field_text(currency),
      fn.field_text(message_id),
      fn.field_text(other_message_id),
      fn.field_numeric(other_amount),
      fn.field_text(other_currency),
      fn.field_instant(occurred_at)
    )) as leaf
  from ledger.flagged_facts
  where period = $1
  union all
  select
    'period_totals' as sealed_table,
    cast(null as string) as node_key,
    fn.sha256_hex(concat(
      fn.field_text('period_totals'),
      fn.field_text(period),
      fn.field_text(currency),
      fn.field_numeric(buyers_net_amount),
      fn.field_numeric(creators_amount),
      fn.field_numeric(platform_fee_amount),
      fn.field_numeric(refunds_amount),
      fn.field_numeric(rounding_amount),
      fn.field_numeric(suspense_amount),
      fn.field_numeric(residual_amount)
    )) as leaf
  from ledger.period_totals
  where period = $1
),
parts as (
  select
    node_key,
    fn.sha256_hex(fn.field_text('part') || fn.field_text(sealed_table) || node_key || fn.sorted_text(array_agg(leaf))) as part,
    max(case when sealed_table = 'carried_fractions' then 1 else 0 end) as carried_fraction_count
  from leaves
  where node_key is not null
  group by node_key, sealed_table
),
creators as (
  select
    node_key,
    fn.sha256_hex(fn.field_text('blind') || fn.field_text($3) || fn.field_text('node') || node_key) as blind,
    fn.sorted_text(array_agg(part)) as node_parts,
    max(carried_fraction_count) as carried_fraction_count
  from parts
  group by node_key
),
nodes as (
  select
    fn.sha256_hex(node_key) as key_hash,
    fn.sha256_hex(fn.field_text('node') || fn.field_text(blind) || node_key || node_parts) as node,
    carried_fraction_count
  from creators
),
tree_4 as (
  select substr(key_hash, 1, 4) as prefix, fn.sha256_hex(fn.sorted_text(array_agg(node))) as digest
  from nodes
  group by substr(key_hash, 1, 4)
),
tree_3 as (
  select substr(prefix, 1, 3) as prefix, fn.sha256_hex(fn.sorted_text(array_agg(digest))) as digest
  from tree_4
  group by substr(prefix, 1, 3)
),
tree_2 as (
  select substr(prefix, 1, 2) as prefix, fn.sha256_hex(fn.sorted_text(array_agg(digest))) as digest
  from tree_3
  group by substr(prefix, 1, 2)
),
tree_1 as (
  select substr(prefix, 1, 1) as prefix, fn.sha256_hex(fn.sorted_text(array_agg(digest))) as digest
  from tree_2
  group by substr(prefix, 1, 1)
),
buckets as (
  select fn.sha256_hex(fn.sorted_text(array_agg(leaf))) as digest
  from leaves
  where node_key is null
  group by substr(leaf, 1, 3)
)
select
  cast(null as string) as key_hash,
  cast(null as string) as node,
  cast(null as int64) as carried_fraction_count,
  (select fn.sha256_hex(fn.sorted_text(array_agg(digest))) from tree_1) as creators_hash,
  (select fn.sha256_hex(fn.sorted_text(array_agg(digest))) from buckets) as rows_hash,
  (select count(*) from leaves where sealed_table = 'postings') as posting_count
union all
select
  key_hash,
  node,
  carried_fraction_count,
  cast(null as string) as creators_hash,
  cast(null as string) as rows_hash,
  cast(null as int64) as posting_count
from nodes
where $2 = 'nodes'
order by key_hash;
