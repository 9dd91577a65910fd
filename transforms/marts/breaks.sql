-- One row per movement in which our books and Stripe differ.
select period, flow_id, flow_kind, match_status as break_class, currency, ledger_minor, stripe_minor
from tantieme.int_matches
where match_status not in ('matched', 'platform_own')
