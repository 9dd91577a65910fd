-- The shares of the holders of the same terms sum to the whole.
select terms_id, sum(share_bps) as share_bps
from {{ ref('int_holders') }}
group by terms_id
having sum(share_bps) <> 10000
