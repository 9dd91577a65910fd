-- no_residual: The amount that buyers paid equals the amounts of creators, the platform, the carried fractions and suspense.
select period, currency, residual_amount
from tantieme.period_totals
where period = $period and residual_amount <> 0;
