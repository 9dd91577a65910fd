import { isOfOwners, type StatusOfOwners } from '../../ingest/tax/form-words.ts';
import type { W8beneProfile } from '../../ingest/tax/forms.ts';

type Chapter3 = W8beneProfile['chapter_3_status'];
type Chapter4 = W8beneProfile['chapter_4_status'];

/**
 * Box 13f by line 4 of the W-8BEN-E: Form 1042-S, Explanation of Codes, chapter 3 status codes. What is transparent for tax has the code of a
 * hybrid entity that claims a treaty.
 */
const CHAPTER_3: Readonly<Record<Exclude<Chapter3, StatusOfOwners>, string>> = {
  corporation: '15',
  complex_trust: '10',
  estate: '17',
  tax_exempt_organization: '20',
  private_foundation: '18',
  foreign_government_controlled_entity: '37',
  foreign_government_integral_part: '36',
  central_bank_of_issue: '24',
  international_organization: '19',
};
const HYBRID = '26';

/**
 * Box 13g by line 5. It is needed for withholdable payments alone, which royalties for licences are not (26 CFR 1.1473-1(a)(4)(iii)), so what has no
 * code of its own stays blank, as a passive NFFE, whose code depends on its owners.
 */
const CHAPTER_4: Readonly<Partial<Record<Chapter4, string>>> = {
  territory_financial_institution: '03',
  participating_ffi: '05',
  reporting_model_2_ffi: '06',
  reporting_model_1_ffi: '07',
  sponsored_ffi: '08',
  registered_deemed_compliant_ffi: '09',
  certified_deemed_compliant_low_value_accounts_ffi: '11',
  certified_deemed_compliant_nonregistering_local_bank: '12',
  certified_deemed_compliant_sponsored_closely_held_investment_vehicle: '13',
  certain_investment_entity_without_financial_accounts: '14',
  nonparticipating_ffi: '15',
  owner_documented_ffi: '16',
  publicly_traded_nffe_or_affiliate: '21',
  active_nffe: '22',
  section_501c_organization: '24',
  excepted_territory_nffe: '25',
  foreign_government_or_central_bank: '27',
  international_organization: '27',
  exempt_retirement_plan: '27',
  entity_wholly_owned_by_exempt_beneficial_owners: '28',
};

/** The codes of an entity, or why it has none: a sentence about its W-8BEN-E. */
export function entityCodes({
  chapter_3_status: status,
  chapter_4_status,
  treaty_claim,
}: W8beneProfile): { readonly chapter3: string; readonly chapter4: string } | { readonly fault: string } {
  if (isOfOwners(status) && !treaty_claim)
    return {
      fault: `chapter_3_status of the W-8BEN-E is ${status}, which is no recipient without a treaty claim as a hybrid entity: its owners are. Ask for a W-8IMY with their forms and report them by hand, or for a corrected W-8BEN-E.`,
    };
  return { chapter3: isOfOwners(status) ? HYBRID : CHAPTER_3[status], chapter4: CHAPTER_4[chapter_4_status] ?? '' };
}
