-- rules_by_hash: The texts of the rules with these hashes.
select rule_hash, rule_text
from ledger.rules
where fn.is_in_list(rule_hash, $1);
