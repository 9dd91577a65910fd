-- no_residual (by period): What buyers paid is what creators, the platform and the carried fractions got.
select period, currency, residual_amount
from tantieme.period_totals
where residual_amount <> 0;
