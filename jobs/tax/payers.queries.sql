-- payers: The payers that creators were assigned to, and from which day on, the latest first.
select creator_id, payer_id, payer_country, fn.date_of(valid_from_at) as valid_from_on, decided_by, occurred_at as decided_at
from tantieme.stg_rudder__creator_payers
order by valid_from_at desc, creator_id;
