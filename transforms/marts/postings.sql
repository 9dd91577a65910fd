-- One row per posting: debits are positive, credits negative, and every journal sums to zero.
with earned as (
  select
    period,
    case when revenue_event_kind = 'sale' then movement_id else 'uses:' || terms_id || ':' || developer_id || ':' || earned_period || ':' || cast(fee_bps as string) end as journal_id,
    creator_id,
    developer_id,
    currency,
    gross_amount,
    platform_fee_amount,
    royalty_amount
  from tantieme.royalties
),
carried as (
  select period, 'rounding:' || creator_id || ':' || currency || ':' || period as journal_id, creator_id, currency, carried_out_exact - carried_in_exact as amount
  from tantieme.int_carries
),
entries as (
  select period, journal_id, 'buyers' as account, developer_id as account_owner_id, currency, gross_amount as amount from earned
  union all
  select period, journal_id, 'platform_fees' as account, 'platform' as account_owner_id, currency, -platform_fee_amount as amount from earned
  union all
  select period, journal_id, 'creators' as account, creator_id as account_owner_id, currency, -royalty_amount as amount from earned
  union all
  select period, journal_id, 'creators' as account, creator_id as account_owner_id, currency, amount from carried
  union all
  select period, journal_id, 'rounding' as account, creator_id as account_owner_id, currency, -amount as amount from carried
  union all
  select period, payout_id as journal_id, 'creators' as account, creator_id as account_owner_id, currency, amount from tantieme.payouts
  union all
  select period, payout_id as journal_id, 'stripe' as account, 'platform' as account_owner_id, currency, -amount as amount from tantieme.payouts
),
posted as (
  select period, journal_id, account, account_owner_id, currency, sum(amount) as posting_amount
  from entries
  group by period, journal_id, account, account_owner_id, currency
)
select
  journal_id || '/' || account || '/' || account_owner_id || '/' || currency as posting_id,
  journal_id,
  period,
  account,
  account_owner_id,
  currency,
  posting_amount
from posted
where posting_amount <> 0
