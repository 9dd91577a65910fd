-- dispute_in_currency_of_sale (by period): A dispute has the currency of its sale.
select disputes.dispute_id, assignments.period
from tantieme.stg_rudder__disputes as disputes
join tantieme.stg_rudder__sales as sales on sales.sale_id = disputes.sale_id
join tantieme.int_period_assignments as assignments
  on assignments.assigned_id = disputes.dispute_id and assignments.assigned_kind = 'dispute'
where disputes.currency <> sales.currency;

-- outcome_of_known_dispute (by period): Every dispute outcome refers to a recorded dispute.
select outcomes.dispute_id, assignments.period
from tantieme.stg_rudder__dispute_outcomes as outcomes
join tantieme.int_period_assignments as assignments
  on assignments.assigned_id = outcomes.dispute_id and assignments.assigned_kind = 'outcome'
left join tantieme.stg_rudder__disputes as disputes on disputes.dispute_id = outcomes.dispute_id
where disputes.dispute_id is null;
