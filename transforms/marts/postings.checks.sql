-- journal_sums_to_zero (by period): Every journal sums to zero.
select period, journal_id, currency, sum(posting_amount) as posting_amount
from tantieme.postings
group by period, journal_id, currency
having sum(posting_amount) <> 0;
