-- One row per sale of the month and per refund of it, with what is left of the price after it.
with sales as (
  select sales.*, terms.terms_id, terms.fee_bps
  from {{ ref('stg_sales') }} as sales
  left join {{ ref('int_terms') }} as terms
    on terms.asset_id = sales.asset_id
    and terms.license_type = sales.license_type
    and terms.valid_from_at <= sales.occurred_at
    and terms.valid_until_at > sales.occurred_at
  where sales.occurred_at >= timestamptz '{{ var("starts_at") }}'
    and sales.occurred_at < timestamptz '{{ var("ends_at") }}'
),

refunds as (
  select
    *,
    row_number() over (partition by sale_id order by recorded_at, occurred_at, refund_id) as movement_rank,
    sum(amount) over (
      partition by sale_id
      order by recorded_at, occurred_at, refund_id
      rows between unbounded preceding and current row
    ) as amount_refunded
  from {{ ref('stg_refunds') }}
  where occurred_at >= timestamptz '{{ var("starts_at") }}'
    and occurred_at < timestamptz '{{ var("ends_at") }}'
)

select
  sale_id as movement_id,
  'earning' as movement_kind,
  sale_id,
  0 as movement_rank,
  terms_id,
  asset_id,
  developer_id,
  license_type,
  currency,
  fee_bps,
  amount as amount_after,
  occurred_at
from sales
union all
select
  'refund:' || refunds.refund_id as movement_id,
  'refund' as movement_kind,
  sales.sale_id,
  refunds.movement_rank,
  sales.terms_id,
  sales.asset_id,
  sales.developer_id,
  sales.license_type,
  sales.currency,
  sales.fee_bps,
  greatest(sales.amount - refunds.amount_refunded, 0) as amount_after,
  refunds.occurred_at
from refunds
inner join sales on sales.sale_id = refunds.sale_id
