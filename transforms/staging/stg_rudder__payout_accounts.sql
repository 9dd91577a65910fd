-- One row per creator with a connected account, in its latest state.
with latest as (
  select *
  from raw.creator_payout_account_updated
  where creator_id is not null
  qualify row_number() over (partition by creator_id order by timestamp desc, loaded_at desc, id desc) = 1
)
select creator_id, account_id_stripe, account_status
from latest
