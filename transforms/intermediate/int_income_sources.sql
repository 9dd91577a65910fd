-- One row per movement of royalties and country of a payer that withholds tax of what it changes: on which day that was credited, and which part of it was
-- used in that country, or nobody knows where. A sale is used where its buyer says or, if the buyer says nothing, where the developer is; metered use and its
-- corrections where the developer is. What changes an earlier period was credited there, of the payers and the developer as its closing knew them. The
-- adjustment of a balance is no royalty. A country by whose law that month withheld nothing has what was added to it since. Of history, what is taken back is read.
with moved as (
  select movements.*, coalesce(earlier.credited_period, reversed.credited_period, $period) as credited_period
  from steps.int_movements as movements
  cross join (select distinct credited_on from steps.int_tax_settings) as settings
  left join (select distinct sale_id, credited_period from steps.int_earlier_shares) as earlier on earlier.sale_id = movements.sale_id
  left join steps.int_use_reversals as reversed
    on reversed.correction_id = movements.correction_id and reversed.exception_reason is null
  where movements.revenue_event_kind <> 'balance'
),
credits as (
  select distinct credited_period
  from moved
),
held as (
  select distinct held.period as credited_period, held.credited_on, held.payer_country
  from tantieme.withholdings as held
  join credits on credits.credited_period = held.period
  join seeds.periods as periods on periods.period = held.period and fn.date_of(periods.period_ends_at) = held.credited_on
  where held.period < $period
),
payers as (
  select distinct $period as credited_period, credited_on, payer_country, true as was_withheld
  from steps.int_tax_settings
  union all
  select credited_period, credited_on, payer_country, true as was_withheld
  from held
  union all
  select distinct held.credited_period, held.credited_on, settings.payer_country, false as was_withheld
  from held
  cross join steps.int_tax_settings as settings
  left join held as same on same.credited_period = held.credited_period and same.payer_country = settings.payer_country
  where same.payer_country is null
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
  join payers
    on payers.credited_period = moved.credited_period
    and (payers.was_withheld or moved.amount_after >= moved.amount_before)
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
