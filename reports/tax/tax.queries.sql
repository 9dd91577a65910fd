-- credited: What each month from $1 to $2 has credited to each creator and taken back, and how its balance was adjusted. The adjustment of a balance is no royalty.
select
  period,
  creator_id,
  currency,
  sum(case when line_kind = 'earning' then line_amount_minor else 0 end) as credited_minor,
  sum(case when line_kind <> 'earning' and coalesce(corrected_kind, '') <> 'balance' then line_amount_minor else 0 end) as taken_back_minor,
  sum(case when coalesce(corrected_kind, '') = 'balance' then line_amount_minor else 0 end) as adjusted_minor,
  sum(case when coalesce(corrected_kind, '') = 'balance' then 0 else platform_fee_amount end) as fee_amount,
  sum(case when line_kind = 'earning' then revenue_event_count else 0 end) as activity_count
from ledger.statement_lines
where period >= $1 and period <= $2
group by period, creator_id, currency
order by period, creator_id, currency;

-- stated: By how much the statements of these months change what is owed, before tax and payouts.
select creator_id, currency, sum(earnings_minor - refunds_minor + adjustments_minor) as stated_minor, sum(withheld_minor) as withheld_minor
from ledger.balances
where period >= $1 and period <= $2
group by creator_id, currency
order by creator_id, currency;

-- withheld: The tax withheld of what these months credit, by rule.
select period, creator_id, currency, payer_country, payee_status, withholding_rule_id, withholding_rate_ppm, taxable_amount, withheld_minor
from ledger.withholdings
where period >= $1 and period <= $2
order by period, creator_id, currency;

-- paid: What was sent to each creator in each month from $1 to $2, and what came back then, whenever it was booked.
with moved as (
  select creator_id, currency, fn.month_of(occurred_at) as paid_month, amount as sent_amount, 0 as returned_amount
  from ledger.payouts
  where period >= $1
  union all
  select creator_id, currency, fn.month_of(occurred_at) as paid_month, 0 as sent_amount, amount as returned_amount
  from ledger.payout_reversals
  where period >= $1
)
select creator_id, currency, paid_month, sum(sent_amount) as sent_amount, sum(returned_amount) as returned_amount
from moved
where paid_month >= $1 and paid_month <= $2
group by creator_id, currency, paid_month
order by creator_id, currency, paid_month;
