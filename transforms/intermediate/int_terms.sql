-- One row per version of terms, with the interval in which it is in force, and what is wrong with its holders, if anything. The
-- currency is null if it is not one that can be paid.
with ordered as (
  select
    *,
    row_number() over (order by terms_id) as terms_number,
    lead(occurred_at) over (partition by asset_id, license_type order by occurred_at, terms_id) as valid_until_at,
    fn.split_share_sum(splits) as share_sum
  from tantieme.stg_rudder__asset_terms
)
select
  ordered.terms_number,
  ordered.terms_id,
  ordered.asset_id,
  ordered.license_type,
  ordered.rate,
  currencies.currency,
  ordered.splits,
  ordered.occurred_at as valid_from_at,
  coalesce(ordered.valid_until_at, timestamp '9999-12-31 00:00:00+00') as valid_until_at,
  case
    when ordered.share_sum is null then 'holders_unreadable'
    when ordered.share_sum <> 10000 then 'shares_not_whole'
  end as exception_reason
from ordered
left join seeds.currencies as currencies on currencies.currency = ordered.currency
