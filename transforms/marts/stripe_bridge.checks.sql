-- bridge_closes: The opening balance and all movements of a period give its closing balance, per balance and currency.
select balance_type, currency, sum(case when bridge_line = 'closing' then -net_minor else net_minor end) as difference_minor
from tantieme.stripe_bridge
where period = $period and bridge_line in ('opening', 'activity', 'payouts', 'closing')
group by balance_type, currency
having sum(case when bridge_line = 'closing' then -net_minor else net_minor end) <> 0;
