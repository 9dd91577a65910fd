-- One row per period, day, currency, licence type and asset: what buyers paid and got back, and what of it is the platform's and the creators'. What
-- is in suspense is no part of it. Metered use is on the last day of its month; what is recorded late is in the period that books it.
with moved as (
  select
    period,
    case when occurred_at is null then fn.last_day_of(earned_period) else fn.date_of(occurred_at) end as journal_on,
    currency,
    license_type,
    asset_id,
    case when movement_kind = 'earning' then gross_amount else 0 end as sold_amount,
    case when movement_kind = 'earning' then 0 else -gross_amount end as refunds_amount,
    gross_amount,
    platform_fee_amount,
    royalty_amount
  from tantieme.royalties
)
select
  period,
  journal_on,
  currency,
  license_type,
  asset_id,
  sum(sold_amount) as sold_amount,
  sum(refunds_amount) as refunds_amount,
  sum(gross_amount) as buyers_net_amount,
  sum(platform_fee_amount) as platform_fee_amount,
  sum(royalty_amount) as royalty_amount
from moved
group by period, journal_on, currency, license_type, asset_id
