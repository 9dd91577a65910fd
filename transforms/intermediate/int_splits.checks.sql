-- shares_sum_to_whole: The shares of an asset's holders sum to 10000 basis points.
select splits.terms_id, sum(splits.share_bps) as share_bps
from tantieme.int_splits as splits
group by splits.terms_id
having sum(splits.share_bps) <> 10000;
