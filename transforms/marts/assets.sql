-- One row per asset, as last reported, with the creator who uploaded it.
select asset_id, creator_id, asset_title
from tantieme.stg_rudder__assets
