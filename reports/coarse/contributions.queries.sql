-- contributions: The royalties of each creator in a period by currency and licence type.
select currency, license_type, creator_id, sum(royalty_amount) as royalty_amount
from tantieme.royalties
where period = $1
group by currency, license_type, creator_id
order by currency, license_type, creator_id;
