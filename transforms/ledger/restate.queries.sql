-- lines_to_compare: What a period's statement lines come to, by creator, currency, kind, asset, licence type and month. Terms and fee are
-- left out: a line whose fee would be another one today is still the same line.
select
  creator_id,
  currency,
  line_kind,
  asset_id,
  license_type,
  earned_period,
  sum(line_amount_exact) as line_amount_exact,
  cast(sum(line_amount_minor) as int64) as line_amount_minor
from tantieme.statement_lines
where period = $1
group by creator_id, currency, line_kind, asset_id, license_type, earned_period
order by creator_id, currency, line_kind, asset_id, license_type, earned_period;
