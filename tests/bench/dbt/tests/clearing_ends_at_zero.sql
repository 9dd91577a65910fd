-- The clearing account of metered use ends the month at zero.
select currency, sum(posting_amount) as amount
from {{ ref('postings') }}
where account = 'usage_clearing'
group by currency
having sum(posting_amount) <> 0
