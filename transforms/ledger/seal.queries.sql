-- sealed_postings: The postings of a period that its seal covers. Each column is named, so that one added later changes no seal.
select
  posting_id,
  journal_id,
  period,
  account,
  account_owner_id,
  currency,
  posting_amount
from tantieme.postings
where period = $1
order by posting_id;

-- sealed_statement_lines: The statement lines of a period that its seal covers.
select
  line_id,
  period,
  creator_id,
  currency,
  line_kind,
  asset_id,
  license_type,
  earned_period,
  terms_id,
  rate,
  fee_bps,
  share_bps,
  revenue_event_count,
  units,
  gross_amount,
  platform_fee_amount,
  line_amount_exact,
  line_amount_minor
from tantieme.statement_lines
where period = $1
order by creator_id, currency, line_id;

-- sealed_balances: The balances of a period that its seal covers; whether one is payable depends on the day and is not sealed.
select
  period,
  creator_id,
  currency,
  opening_minor,
  earnings_minor,
  refunds_minor,
  adjustments_minor,
  payouts_minor,
  closing_minor,
  held_minor,
  paid_ahead_minor,
  carried_in_exact,
  carried_out_exact
from tantieme.balances
where period = $1
order by creator_id, currency;
