-- One row per period and fact that needs a look, though it is booked or in suspense elsewhere. A sale whose charge Stripe does not have, or which
-- exceeds its charge, is listed as long as that is so and its doubt is not void, and what it earned is on hold. A fact of which another report with other
-- content was recorded since the closing before is listed once, with both reports; the first one counts. The amounts of a use are what its terms
-- give for each report. So are backdated terms listed that do not count from their own time.
with booked as (
  select sale_id, asset_id, developer_id, amount, currency, occurred_at, recorded_at, $period as flagged_period
  from steps.int_sales
  where exception_reason is null
  union all
  select fact_id as sale_id, asset_id, developer_id, flagged_amount as amount, currency, occurred_at, recorded_at, flagged_period
  from tantieme.flagged_facts
  where period = $previous_period and exception_reason in ('charge_exceeded', 'charge_missing', 'license_repeated')
  union all
  select firsts.fact_id as sale_id, firsts.asset_id, firsts.developer_id, firsts.amount, firsts.currency, firsts.occurred_at, firsts.recorded_at, $period as flagged_period
  from steps.int_first_reports as firsts
  join steps.int_voided_facts as doubts on doubts.fact_id = firsts.fact_id and doubts.fact_kind = 'doubt' and doubts.was_voided and not doubts.is_voided
  where firsts.fact_kind = 'sale' and not firsts.is_due and firsts.occurred_at < $ends_at
),
differing as (
  select
    firsts.*,
    reports.message_id as other_message_id,
    reports.amount as other_amount,
    reports.currency as other_currency
  from steps.int_first_reports as firsts
  join steps.int_reports as reports on reports.fact_id = firsts.fact_id and reports.fact_kind = firsts.fact_kind
  where reports.recorded_at >= $late_from_at
    and reports.occurred_at is not null
    and (
      fn.field_text(firsts.sale_id) || fn.field_text(firsts.license_type) || fn.field_text(firsts.asset_id) || fn.field_text(firsts.developer_id)
      || fn.field_text(firsts.creator_id) || fn.field_text(firsts.payout_id) || fn.field_text(firsts.payout_period) || fn.field_numeric(firsts.amount) || fn.field_text(firsts.currency)
      || fn.field_text(firsts.dispute_outcome) || fn.field_text(firsts.account_id_stripe) || fn.field_text(firsts.transfer_id_stripe)
    ) <> (
      fn.field_text(reports.sale_id) || fn.field_text(reports.license_type) || fn.field_text(reports.asset_id) || fn.field_text(reports.developer_id)
      || fn.field_text(reports.creator_id) || fn.field_text(reports.payout_id) || fn.field_text(reports.payout_period) || fn.field_numeric(reports.amount) || fn.field_text(reports.currency)
      || fn.field_text(reports.dispute_outcome) || fn.field_text(reports.account_id_stripe) || fn.field_text(reports.transfer_id_stripe)
    )
  qualify row_number() over (partition by firsts.fact_kind, firsts.fact_id order by reports.recorded_at, reports.message_id) = 1
),
differing_uses as (
  select
    firsts.*,
    reports.report_rank as other_rank
  from steps.int_repeated_uses as firsts
  join steps.int_repeated_uses as reports on reports.use_id = firsts.use_id
  where firsts.report_rank = 1
    and reports.recorded_at >= $late_from_at
    and (
      fn.field_text(firsts.asset_id) || fn.field_text(firsts.developer_id) || fn.field_text(firsts.reported_right) || fn.field_numeric(fn.try_numeric(firsts.reported_units))
    ) <> (
      fn.field_text(reports.asset_id) || fn.field_text(reports.developer_id) || fn.field_text(reports.reported_right) || fn.field_numeric(fn.try_numeric(reports.reported_units))
    )
  qualify row_number() over (partition by firsts.use_id order by reports.report_rank) = 1
),
rated_reports as (
  select
    reports.use_id,
    reports.report_rank,
    reports.message_id,
    rates.currency,
    case when fn.try_billionths(reports.reported_units) >= 0 and rates.rate_billionths >= 0 then fn.billionths(fn.billionths_product(fn.try_billionths(reports.reported_units), rates.rate_billionths)) end as amount
  from steps.int_repeated_uses as reports
  join differing_uses on differing_uses.use_id = reports.use_id
  left join steps.int_rates as rates
    on rates.asset_id = reports.asset_id
    and rates.license_type = 'metered'
    and rates.valid_from_at <= reports.occurred_at
    and rates.valid_until_at > reports.occurred_at
  where reports.report_rank in (1, differing_uses.other_rank)
)
select
  $period as period,
  'sale' as fact_kind,
  booked.sale_id as fact_id,
  doubtful.exception_reason,
  booked.flagged_period,
  booked.asset_id,
  booked.developer_id,
  booked.sale_id,
  booked.amount as flagged_amount,
  booked.currency,
  cast(null as string) as message_id,
  cast(null as string) as other_message_id,
  null as other_amount,
  cast(null as string) as other_currency,
  booked.occurred_at,
  booked.recorded_at
from booked
join steps.int_doubtful_sales as doubtful on doubtful.sale_id = booked.sale_id
union all
select
  $period as period,
  fact_kind,
  fact_id,
  'reports_differ' as exception_reason,
  $period as flagged_period,
  asset_id,
  developer_id,
  sale_id,
  amount as flagged_amount,
  currency,
  message_id,
  other_message_id,
  other_amount,
  other_currency,
  occurred_at,
  recorded_at
from differing
union all
select
  $period as period,
  'use' as fact_kind,
  uses.use_id as fact_id,
  'reports_differ' as exception_reason,
  $period as flagged_period,
  uses.asset_id,
  uses.developer_id,
  cast(null as string) as sale_id,
  firsts.amount as flagged_amount,
  firsts.currency,
  uses.message_id,
  others.message_id as other_message_id,
  others.amount as other_amount,
  others.currency as other_currency,
  uses.occurred_at,
  uses.recorded_at
from differing_uses as uses
join rated_reports as firsts on firsts.use_id = uses.use_id and firsts.report_rank = 1
join rated_reports as others on others.use_id = uses.use_id and others.report_rank = uses.other_rank
union all
select
  $period as period,
  'terms' as fact_kind,
  terms_id as fact_id,
  'terms_backdated' as exception_reason,
  $period as flagged_period,
  asset_id,
  cast(null as string) as developer_id,
  cast(null as string) as sale_id,
  null as flagged_amount,
  currency,
  cast(null as string) as message_id,
  cast(null as string) as other_message_id,
  null as other_amount,
  cast(null as string) as other_currency,
  occurred_at,
  recorded_at
from steps.int_terms
where is_backdated and recorded_at >= $late_from_at
