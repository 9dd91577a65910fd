-- The change of a creator's balance equals the postings to the creator's account.
with posted as (
  select account_owner_id, currency, -sum(posting_amount) as amount
  from {{ ref('postings') }}
  where account = 'creators_payable'
  group by account_owner_id, currency
)

select balances.creator_id, balances.currency
from {{ ref('balances') }} as balances
inner join {{ ref('currencies') }} as currencies on currencies.currency = balances.currency
left join posted on posted.account_owner_id = balances.creator_id and posted.currency = balances.currency
where coalesce(posted.amount, 0) * currencies.minor_per_unit <> balances.closing_minor - balances.opening_minor
