-- One row per movement of royalties, day on which a part of what it changes was credited, and country of a payer that withheld tax of that day: which part was
-- used in that country, or nobody knows where. A sale is used where its buyer says or, if the buyer says nothing, where the developer is; metered use and its
-- corrections where the developer is. What an earlier period credited was credited there, of the payers and the developer as its closing knew them. The
-- adjustment of a balance is no royalty. Of history, what is taken back or given back is read.
with moved as (
  select movements.*, coalesce(earlier.credited_period, $period) as credited_period
  from steps.int_movements as movements
  cross join (select distinct credited_on from steps.int_tax_settings) as settings
  left join (select distinct movement_number, credited_period from steps.int_earlier_credits) as earlier
    on earlier.movement_number = movements.movement_number
  where movements.revenue_event_kind <> 'balance'
    and (
      earlier.movement_number is not null
      or not (movements.is_earlier or (movements.revenue_event_kind = 'use' and movements.correction_id is not null))
    )
),
credits as (
  select distinct credited_period
  from moved
),
payers as (
  select distinct $period as credited_period, credited_on, payer_country
  from steps.int_tax_settings
  union all
  select distinct held.period as credited_period, held.credited_on, held.payer_country
  from tantieme.withholdings as held
  join credits on credits.credited_period = held.period
  join seeds.periods as periods on periods.period = held.period and fn.date_of(periods.period_ends_at) = held.credited_on
  where held.period < $period
),
named as (
  select distinct developer_id, credited_period
  from moved
),
developers as (
  select $period as credited_period, developer_id, country
  from tantieme.stg_rudder__developers
  union all
  select named.credited_period, named.developer_id, reported.country
  from named
  join ledger.closes as closed on closed.period = named.credited_period
  join raw.developer_signed_up as reported on reported.developer_id = named.developer_id
  where reported.loaded_at < closed.cutoff_at and named.credited_period < $period
  qualify row_number() over (
    partition by named.developer_id, named.credited_period order by reported.timestamp desc, reported.loaded_at desc, reported.id desc
  ) = 1
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
  select
    moved.*,
    payers.credited_on,
    payers.payer_country,
    coalesce(bought.buyer_country, developers.country) as used_country,
    elsewhere.elsewhere_amount
  from moved
  join payers on payers.credited_period = moved.credited_period
  left join bought on bought.sale_id = moved.sale_id
  left join developers on developers.developer_id = moved.developer_id and developers.credited_period = moved.credited_period
  left join steps.int_usage_elsewhere as elsewhere
    on elsewhere.payer_country = payers.payer_country
    and elsewhere.terms_id = moved.terms_id
    and elsewhere.fee_bps = moved.fee_bps
    and elsewhere.earned_period = moved.earned_period
    and moved.revenue_event_kind = 'use'
    and moved.correction_id is null
)
select
  movement_number,
  payer_country,
  credited_on,
  case
    when used_country <> payer_country then 0
    when elsewhere_amount > 0 then 1000000 - fn.ppm_share(elsewhere_amount, amount_after)
    else 1000000
  end as payer_source_ppm
from placed
