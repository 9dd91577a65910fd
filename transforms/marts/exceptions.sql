-- One row per period and exception: a fact in suspense at its end, all uses of an asset that are in suspense for one reason, or a fact that
-- needs a look. The digest is that of its facts with their amounts, by which an acknowledgement knows them again; hashed in parts, as there may be millions.
with suspended as (
  select
    *,
    case when fact_kind = 'use' then 'use:' || exception_reason || ':' || coalesce(asset_id, '') || ':' || coalesce(currency, '') else fact_kind || ':' || fact_id end as exception_id
  from tantieme.suspended_facts
),
listed as (
  select
    period,
    exception_id,
    fact_kind,
    fact_id,
    exception_reason,
    suspended_period,
    suspended_amount,
    null as flagged_amount,
    currency,
    cast(null as string) as message_id,
    cast(null as string) as other_message_id,
    null as other_amount,
    cast(null as string) as other_currency,
    units,
    asset_id,
    sale_id,
    developer_id,
    creator_id,
    occurred_at,
    recorded_at
  from suspended
  union all
  select
    period,
    exception_reason || ':' || fact_kind || ':' || fact_id as exception_id,
    fact_kind,
    fact_id,
    exception_reason,
    flagged_period as suspended_period,
    null as suspended_amount,
    flagged_amount,
    currency,
    message_id,
    other_message_id,
    other_amount,
    other_currency,
    null as units,
    asset_id,
    sale_id,
    developer_id,
    cast(null as string) as creator_id,
    occurred_at,
    recorded_at
  from tantieme.flagged_facts
),
facts as (
  select
    *,
    fn.sha256_hex(
      fn.field_text(fact_kind) || fn.field_text(fact_id) || fn.field_numeric(coalesce(suspended_amount, flagged_amount)) || fn.field_text(currency) || fn.field_numeric(units)
      || case when other_message_id is null then '' else fn.field_text(other_message_id) end
    ) as leaf
  from listed
),
parts as (
  select period, exception_id, fn.sha256_hex(fn.sorted_text(array_agg(leaf))) as part
  from facts
  group by period, exception_id, substr(leaf, 1, 3)
),
digests as (
  select period, exception_id, fn.sha256_hex(fn.sorted_text(array_agg(part))) as facts_digest
  from parts
  group by period, exception_id
),
excepted as (
  select
    period,
    exception_id,
    max(fact_kind) as fact_kind,
    max(exception_reason) as exception_reason,
    cast(count(*) as int64) as fact_count,
    min(suspended_period) as suspended_period,
    sum(suspended_amount) as suspended_amount,
    sum(flagged_amount) as flagged_amount,
    max(currency) as currency,
    max(message_id) as message_id,
    max(other_message_id) as other_message_id,
    max(other_amount) as other_amount,
    max(other_currency) as other_currency,
    sum(units) as units,
    max(asset_id) as asset_id,
    max(sale_id) as sale_id,
    case when min(developer_id) = max(developer_id) then max(developer_id) end as developer_id,
    max(creator_id) as creator_id,
    min(occurred_at) as first_occurred_at,
    min(recorded_at) as first_recorded_at
  from facts
  group by period, exception_id
)
select excepted.*, digests.facts_digest
from excepted
join digests on digests.period = excepted.period and digests.exception_id = excepted.exception_id
