-- settings: From when on tax is withheld by which settings, the latest first.
select payer_id, fn.date_of(valid_from_at) as valid_from_on, payer_country, undocumented_treatment, decided_by, occurred_at as decided_at
from tantieme.stg_rudder__tax_settings
order by valid_from_at desc, payer_id;

-- credited_last: The day on which the royalties of the last closed month were credited: the first of the next month; no row if none is closed.
select fn.date_of(periods.period_ends_at) as credited_on, closes.period
from ledger.closes as closes
join seeds.periods as periods on periods.period = closes.period
order by closes.period desc
limit 1;
