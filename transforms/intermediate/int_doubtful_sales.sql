-- One row per sale whose payment is in doubt, of those that happened in the period, were in suspense, or were doubtful before: its charge
-- is exceeded from this sale on; the licence was bought with an earlier sale already; or Stripe does not have the charge, though its
-- records of that day have been read to the end. The sales of a charge may exceed it by rounding, each by less than a minor unit. A void
-- sale counts for nothing, and a doubt that finance has voided is none. An invoice for use takes its part of a charge as a sale does. Of
-- history, the sales and invoices of the same charges and licences are read.
with payments as (
  select id, sale_id, license_id, charge_id_stripe, amount, tax_amount, currency, timestamp, loaded_at
  from raw.license_purchased
  union all
  select id, sale_id, cast(null as string) as license_id, charge_id_stripe, amount, tax_amount, currency, timestamp, loaded_at
  from raw.subscription_started
  union all
  select id, sale_id, cast(null as string) as license_id, charge_id_stripe, amount, tax_amount, currency, timestamp, loaded_at
  from raw.subscription_renewed
  union all
  select id, 'invoice:' || invoice_id as sale_id, cast(null as string) as license_id, charge_id_stripe, amount, tax_amount, currency, timestamp, loaded_at
  from raw.usage_invoiced
),
wanted as (
  select fact_id as sale_id
  from steps.int_first_reports
  where fact_kind = 'sale' and is_of_period
  union distinct
  select fact_id as sale_id
  from tantieme.flagged_facts
  where period = $previous_period and exception_reason in ('charge_exceeded', 'charge_missing', 'license_repeated')
  union distinct
  select fact_id as sale_id
  from steps.int_voided_facts
  where fact_kind = 'doubt' and was_voided and not is_voided
),
of_wanted as (
  select payments.charge_id_stripe, payments.license_id
  from payments
  join wanted on wanted.sale_id = payments.sale_id
),
of_charges as (
  select distinct charge_id_stripe
  from of_wanted
  where charge_id_stripe is not null
),
of_licenses as (
  select distinct license_id
  from of_wanted
  where license_id is not null
),
related as (
  select sale_id
  from wanted
  union distinct
  select payments.sale_id
  from payments
  join of_charges on of_charges.charge_id_stripe = payments.charge_id_stripe
  union distinct
  select payments.sale_id
  from payments
  join of_licenses on of_licenses.license_id = payments.license_id
),
first_recorded as (
  select payments.*
  from payments
  join related on related.sale_id = payments.sale_id
  left join steps.int_voided_facts as voided on voided.fact_id = payments.sale_id and voided.fact_kind = 'sale' and voided.is_voided
  where payments.timestamp is not null and voided.fact_id is null
  qualify row_number() over (partition by payments.sale_id order by payments.loaded_at, payments.id) = 1
),
paid as (
  select
    sales.*,
    coalesce(
      case
        when fn.is_bookable(fn.try_numeric(sales.amount), currencies.minor_per_unit) and fn.is_minor(fn.try_numeric(sales.amount), currencies.minor_per_unit)
          then fn.minor_floor(fn.try_numeric(sales.amount), currencies.minor_per_unit)
      end,
      0
    ) as price_minor,
    coalesce(
      case when fn.is_bookable(fn.try_numeric(sales.tax_amount), currencies.minor_per_unit) then fn.minor_floor(fn.try_numeric(sales.tax_amount), currencies.minor_per_unit) end,
      0
    ) as tax_minor
  from first_recorded as sales
  left join seeds.currencies as currencies on currencies.currency = sales.currency
),
ranked as (
  select
    sale_id,
    charge_id_stripe,
    currency,
    fn.day_number(timestamp) as sold_day,
    price_minor + tax_minor as paid_minor,
    row_number() over (partition by charge_id_stripe, currency order by loaded_at, id) as charge_rank,
    sum(price_minor + tax_minor) over (partition by charge_id_stripe, currency order by loaded_at, id rows between unbounded preceding and current row) as paid_together_minor,
    sum(case when price_minor > 0 then 1 else 0 end) over (partition by license_id order by loaded_at, id rows between unbounded preceding and current row) as license_rank,
    license_id is not null and price_minor > 0 as is_licensed
  from paid
),
charges as (
  select charges.id_stripe, charges.currency, charges.status_stripe, case when charges.captured_minor > 0 then charges.captured_minor else charges.amount_minor end as charge_minor
  from stripe.charges as charges
  join of_charges on of_charges.charge_id_stripe = charges.id_stripe
  where true
  qualify row_number() over (partition by charges.id_stripe order by charges.pulled_at desc) = 1
),
coverage as (
  select fn.day_number(max(covered_until_at)) as last_day
  from stripe.charge_coverage
),
doubted as (
  select
    ranked.sale_id,
    case
      when ranked.paid_minor > 0 and ranked.paid_together_minor - charges.charge_minor >= ranked.charge_rank then 'charge_exceeded'
      when ranked.is_licensed and ranked.license_rank > 1 then 'license_repeated'
      when ranked.paid_minor > 0 and charges.id_stripe is null and ranked.sold_day < coverage.last_day then 'charge_missing'
    end as exception_reason,
    ranked.charge_rank
  from ranked
  join wanted on wanted.sale_id = ranked.sale_id
  left join steps.int_voided_facts as trusted on trusted.fact_id = ranked.sale_id and trusted.fact_kind = 'doubt' and trusted.is_voided
  cross join coverage
  left join charges
    on charges.id_stripe = ranked.charge_id_stripe
    and charges.currency = ranked.currency
    and charges.status_stripe <> 'failed'
  where trusted.fact_id is null
)
select
  sale_id,
  exception_reason,
  exception_reason = 'license_repeated' or (exception_reason = 'charge_exceeded' and charge_rank > 1) as is_suspended
from doubted
where exception_reason is not null
