/** The words of the forms, in our spelling; the number of the line is that of the IRS's form. */

/** W-9, line 3a. */
export const W9_CLASSES = [
  'individual',
  'c_corporation',
  's_corporation',
  'partnership',
  'trust_or_estate',
  'llc',
  'other',
] as const;

/** W-9, line 3a: how an LLC is taxed. */
export const LLC_CLASSES = ['c_corporation', 's_corporation', 'partnership'] as const;

/** W-8BEN-E, line 4. */
export const CHAPTER_3_STATUSES = [
  'corporation',
  'partnership',
  'simple_trust',
  'complex_trust',
  'grantor_trust',
  'estate',
  'disregarded_entity',
  'tax_exempt_organization',
  'private_foundation',
  'foreign_government_controlled_entity',
  'foreign_government_integral_part',
  'central_bank_of_issue',
  'international_organization',
] as const;

/** Those whose owners are the recipients, unless they claim a treaty as a hybrid entity (instructions for Form W-8BEN-E, line 4). */
const STATUSES_OF_OWNERS = ['partnership', 'simple_trust', 'grantor_trust', 'disregarded_entity'] as const;
export type StatusOfOwners = (typeof STATUSES_OF_OWNERS)[number];
export const isOfOwners = (status: string): status is StatusOfOwners =>
  (STATUSES_OF_OWNERS as readonly string[]).includes(status);

/** W-8BEN-E, line 5. */
export const CHAPTER_4_STATUSES = [
  'nonparticipating_ffi',
  'participating_ffi',
  'reporting_model_1_ffi',
  'reporting_model_2_ffi',
  'registered_deemed_compliant_ffi',
  'sponsored_ffi',
  'certified_deemed_compliant_nonregistering_local_bank',
  'certified_deemed_compliant_low_value_accounts_ffi',
  'certified_deemed_compliant_sponsored_closely_held_investment_vehicle',
  'certified_deemed_compliant_limited_life_debt_investment_entity',
  'certain_investment_entity_without_financial_accounts',
  'owner_documented_ffi',
  'restricted_distributor',
  'nonreporting_iga_ffi',
  'foreign_government_or_central_bank',
  'international_organization',
  'exempt_retirement_plan',
  'entity_wholly_owned_by_exempt_beneficial_owners',
  'territory_financial_institution',
  'excepted_nonfinancial_group_entity',
  'excepted_nonfinancial_start_up',
  'excepted_nonfinancial_entity_in_liquidation_or_bankruptcy',
  'section_501c_organization',
  'nonprofit_organization',
  'publicly_traded_nffe_or_affiliate',
  'excepted_territory_nffe',
  'active_nffe',
  'passive_nffe',
  'excepted_inter_affiliate_ffi',
  'direct_reporting_nffe',
  'sponsored_direct_reporting_nffe',
  'account_that_is_not_a_financial_account',
] as const;

/** The statuses with which the IRS gives a GIIN. */
export const STATUSES_WITH_GIIN: readonly string[] = [
  'participating_ffi',
  'reporting_model_1_ffi',
  'reporting_model_2_ffi',
  'registered_deemed_compliant_ffi',
  'sponsored_ffi',
  'direct_reporting_nffe',
  'sponsored_direct_reporting_nffe',
];

/** W-8BEN-E, line 14b. */
export const LIMITATIONS_ON_BENEFITS = [
  'government',
  'tax_exempt_pension_trust_or_pension_fund',
  'other_tax_exempt_organization',
  'publicly_traded_corporation',
  'subsidiary_of_publicly_traded_corporation',
  'ownership_and_base_erosion_test',
  'derivative_benefits_test',
  'active_trade_or_business_test',
  'discretionary_determination',
  'other_article',
  'no_lob_article_in_treaty',
] as const;
