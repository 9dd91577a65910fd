-- fees_do_not_overlap: At most one platform fee is in force for a licence type on a day; a second would book a use twice.
select fees.license_type, fees.effective_from_on, others.effective_from_on as other_from_on
from seeds.platform_fees as fees
join seeds.platform_fees as others
  on others.license_type = fees.license_type
  and others.effective_from_on >= fees.effective_from_on
  and (others.effective_from_on < fees.effective_until_on or fees.effective_until_on is null)
  and (others.effective_from_on > fees.effective_from_on or others.fee_bps > fees.fee_bps);
