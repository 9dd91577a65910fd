-- shares_sum_to_whole: The shares of an asset's holders sum to 10000 basis points.
select terms_id, sum(share_bps) as share_bps
from tantieme.int_splits
group by terms_id
having sum(share_bps) <> 10000;
