-- Every journal entry sums to zero.
select journal_id, currency, sum(posting_amount) as amount
from {{ ref('postings') }}
group by journal_id, currency
having sum(posting_amount) <> 0
