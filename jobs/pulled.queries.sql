-- pulled_windows: The windows pulled so far of each kind of Stripe record.
select record_kind, pulled_from_at, pulled_until_at
from stripe.pulls;
