-- One row per period, developer and currency: what was paid for sales and metered use, without tax. A sale that nothing was paid for is not counted.
-- What is in suspense is no part of it.
select
  period,
  account_owner_id as developer_id,
  currency,
  count(distinct case when journal_kind = 'sale' then journal_id end) as sale_count,
  sum(case when journal_kind in ('sale', 'usage_by_developer') then posting_amount else 0 end) as sold_amount,
  sum(posting_amount) as spent_amount
from tantieme.postings
where account = 'buyers_receivable' and journal_kind in ('sale', 'usage_by_developer', 'refund', 'correction')
group by period, account_owner_id, currency
