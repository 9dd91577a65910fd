-- no_residual (by period): The amount that buyers paid equals the amounts of creators, the platform and the carried fractions.
select period, currency, residual_amount
from tantieme.period_totals
where residual_amount <> 0;
