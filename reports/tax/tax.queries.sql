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

-- withheld: The tax that these months withhold or give back, by rule and the day on which the royalties were credited.
select period, creator_id, currency, credited_on, payer_country, payee_status, withholding_rule_id, withholding_rate_ppm, taxable_amount, withheld_minor
from ledger.withholdings
where period >= $1 and period <= $2
order by period, creator_id, currency, credited_on;

-- changed_earlier: What each of these months changes of what was credited before $1, by the month that credited it; of metered use, by its own month.
with changed as (
  select changes.period, changes.creator_id, changes.currency, earned.period as credited_period, changes.royalty_amount, changes.gross_amount - changes.royalty_amount as fee_amount
  from ledger.sale_allocations as changes
  join ledger.sale_allocations as earned on earned.sale_id = changes.sale_id and earned.creator_id = changes.creator_id
  where changes.period >= $1 and changes.period <= $2 and changes.movement_kind <> 'earning' and earned.movement_kind = 'earning' and earned.period < $1
  union all
  select period, creator_id, currency, earned_period as credited_period, line_amount_exact as royalty_amount, platform_fee_amount as fee_amount
  from ledger.statement_lines
  where period >= $1 and period <= $2 and corrected_kind = 'use' and earned_period < $1
)
select period, creator_id, currency, credited_period, sum(royalty_amount) as royalty_amount, sum(fee_amount) as fee_amount
from changed
group by period, creator_id, currency, credited_period
order by creator_id, currency, credited_period, period;

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
