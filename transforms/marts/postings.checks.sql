-- journal_sums_to_zero (by period): Every journal sums to zero.
select postings.period, postings.journal_id, postings.currency, sum(postings.posting_amount) as posting_amount
from tantieme.postings as postings
group by postings.period, postings.journal_id, postings.currency
having sum(postings.posting_amount) <> 0;
