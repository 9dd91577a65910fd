-- journal_sums_to_zero: Every journal entry sums to zero per currency.
select postings.period, postings.journal_id, postings.currency, sum(postings.posting_amount) as posting_amount
from tantieme.postings as postings
where postings.period = $period
group by postings.period, postings.journal_id, postings.currency
having sum(postings.posting_amount) <> 0;

-- clearing_ends_at_zero: The clearing account of metered use ends the period at zero in every currency.
select postings.period, postings.currency, sum(postings.posting_amount) as posting_amount
from tantieme.postings as postings
where postings.period = $period and postings.account = 'usage_clearing'
group by postings.period, postings.currency
having sum(postings.posting_amount) <> 0;
