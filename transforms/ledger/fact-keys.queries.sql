-- fact_key_count: How many keys the seal of a period covers: those after the period before it, up to its own.
select count(*) as key_count
from ledger.fact_keys
where ($1 = '' or period > $1) and period <= $2;

-- fact_key_digests: For each bucket of the keys from one to another, the hash of its keys in their order.
with keys as (
  select fn.key_bucket(key_hash) as bucket, fn.key_pair(key_hash, key_check) as pair
  from ledger.fact_keys
  where ($1 = '' or period > $1) and period <= $2
    and key_hash >= cast($3 as int64) and key_hash <= cast($4 as int64)
)
select bucket, fn.sha256_hex(fn.sorted_pairs(array_agg(pair))) as digest
from keys
group by bucket
order by bucket;

-- missing_fact_keys: The uses of a period that was built again whose key the ledger does not have.
select uses.use_id, count(*) over () as missing_count
from steps.int_uses as uses
left join ledger.fact_keys as keys
  on keys.key_hash = fn.key_hash('use:' || uses.use_id)
  and keys.key_check = fn.key_check('use:' || uses.use_id)
  and keys.period = $1
where uses.suspended_period is null and keys.key_hash is null
order by uses.use_id
limit 3;

-- added_fact_keys: The keys in the ledger that no use of a period has that was built again.
with built as (
  select fn.key_hash('use:' || use_id) as key_hash, fn.key_check('use:' || use_id) as key_check
  from steps.int_uses
  where suspended_period is null
)
select keys.period, keys.key_hash, keys.key_check, count(*) over () as added_count
from ledger.fact_keys as keys
left join built
  on built.key_hash = keys.key_hash
  and built.key_check = keys.key_check
  and keys.period = $2
where ($1 = '' or keys.period > $1) and keys.period <= $2 and built.key_hash is null
order by keys.period, keys.key_hash, keys.key_check
limit 3;
