-- live_publication: One row, as a publication has, where BI tools read views: they show the warehouse as it is, at any time.
select
  'live' as publication_version,
  -- Always null: a closing has both or neither.
  case when months.seal is null then months.cutoff_at end as published_at,
  latest.closed_period,
  months.seal
from (select max(period) as closed_period from tantieme.months where is_closed) as latest
left join tantieme.months as months on months.period = latest.closed_period;
