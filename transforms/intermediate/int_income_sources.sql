-- One row per movement of royalties, if tax is withheld: which part of it was used in the payer's country, or nobody knows where. A sale is used
-- where its buyer says or, if the buyer says nothing, where the developer is; metered use and its corrections where the developer is. The adjustment of a balance
-- is no royalty. Of history, the sales that are taken back are read.
with moved as (
  select movements.*, settings.payer_country
  from steps.int_movements as movements
  cross join steps.int_tax_settings as settings
  where movements.revenue_event_kind <> 'balance'
),
wanted as (
  select distinct sale_id
  from moved
  where sale_id is not null
),
reported as (
  select id, sale_id, buyer_country, timestamp, loaded_at
  from raw.license_purchased
  union all
  select id, sale_id, buyer_country, timestamp, loaded_at
  from raw.subscription_started
  union all
  select id, sale_id, buyer_country, timestamp, loaded_at
  from raw.subscription_renewed
),
bought as (
  select reported.sale_id, reported.buyer_country
  from reported
  join wanted on wanted.sale_id = reported.sale_id
  where reported.timestamp is not null
  qualify row_number() over (partition by reported.sale_id order by reported.loaded_at, reported.id) = 1
),
placed as (
  select moved.*, coalesce(bought.buyer_country, developers.country) as used_country, elsewhere.elsewhere_amount
  from moved
  left join bought on bought.sale_id = moved.sale_id
  left join tantieme.stg_rudder__developers as developers on developers.developer_id = moved.developer_id
  left join steps.int_usage_elsewhere as elsewhere
    on elsewhere.terms_id = moved.terms_id
    and elsewhere.fee_bps = moved.fee_bps
    and elsewhere.earned_period = moved.earned_period
    and moved.revenue_event_kind = 'use'
    and moved.correction_id is null
)
select
  movement_number,
  case
    when used_country <> payer_country then 0
    when elsewhere_amount > 0 then 1000000 - fn.ppm_share(elsewhere_amount, amount_after)
    else 1000000
  end as payer_source_ppm
from placed
