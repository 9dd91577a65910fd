-- One row per month, with the seal of its books once they are closed.
select
  periods.period,
  substr(periods.period, 1, 4) || case
    when substr(periods.period, 6, 2) <= '03' then '-Q1'
    when substr(periods.period, 6, 2) <= '06' then '-Q2'
    when substr(periods.period, 6, 2) <= '09' then '-Q3'
    else '-Q4'
  end as quarter,
  substr(periods.period, 1, 4) as calendar_year,
  periods.period_starts_at,
  periods.period_ends_at,
  closes.seal is not null as is_closed,
  closes.cutoff_at,
  closes.seal
from seeds.periods as periods
left join ledger.closes as closes on closes.period = periods.period
