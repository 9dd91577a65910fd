import type { TaxClassification } from '../../warehouse/vocabulary/tax.ts';
import type { TaxForm, TaxProfile, W8beneProfile, W9Profile } from './forms.ts';
import { validUntilOf } from './validity.ts';

/** What of a profile is neither a name nor an address nor a number: stored in plain text, and kept when a profile is erased. */
export interface TaxFacts {
  readonly tax_form: TaxForm;
  readonly tax_classification: TaxClassification;
  /** The country of residence; of a W-9 the United States, wherever the address is. */
  readonly tax_country: string;
  readonly has_tin: boolean;
  readonly treaty_country: string | null;
  readonly treaty_rate_bps: number | null;
  readonly treaty_article: string | null;
  readonly treaty_income_type: string | null;
  /** Of a W-9: the exempt payee code. */
  readonly exempt_code: string | null;
  /** Whether the creator has certified that it is subject to backup withholding. */
  readonly is_subject_to_backup_withholding: boolean;
  /** The date of the signature; null if the form is not signed. */
  readonly signed_on: string | null;
  readonly valid_until_on: string | null;
}

/** The facts of a checked profile. */
export function factsOf(profile: TaxProfile): TaxFacts {
  const { form, signature } = profile;
  const signed_on = signature?.signed_at.slice(0, 10) ?? null;
  return {
    ...NO_CLAIM,
    tax_form: form,
    signed_on,
    valid_until_on: signature ? validUntilOf(form, signature.signed_at) : null,
    ...factsOfForm(profile),
  };
}

const NO_CLAIM = {
  treaty_country: null,
  treaty_rate_bps: null,
  treaty_article: null,
  treaty_income_type: null,
  exempt_code: null,
  is_subject_to_backup_withholding: false,
} as const;

type OfForm = Pick<TaxFacts, 'tax_classification' | 'tax_country' | 'has_tin'> & Partial<TaxFacts>;

function factsOfForm(profile: TaxProfile): OfForm {
  switch (profile.form) {
    case 'w9':
      return {
        tax_classification: classOfW9(profile),
        tax_country: 'US',
        has_tin: profile.tin !== undefined,
        exempt_code: profile.exempt_payee_code ?? null,
        is_subject_to_backup_withholding: profile.is_subject_to_backup_withholding,
      };
    case 'w8ben':
    case 'w8bene': {
      const { us_tin, foreign_tin, treaty_claim, residence_address } = profile;
      return {
        tax_classification: profile.form === 'w8ben' ? 'individual' : CLASS_OF_STATUS[profile.chapter_3_status],
        tax_country: residence_address.country,
        has_tin: us_tin !== undefined || foreign_tin !== undefined,
        ...(treaty_claim && {
          treaty_country: treaty_claim.country,
          treaty_rate_bps: treaty_claim.rate_bps,
          treaty_article: treaty_claim.article,
          treaty_income_type: treaty_claim.income_type,
        }),
      };
    }
    case 'dac7_person':
    case 'dac7_entity':
      return {
        tax_classification: profile.form === 'dac7_person' ? 'individual' : 'other',
        tax_country: profile.residence_country,
        has_tin: profile.tins.length > 0,
      };
    case 'vat':
      return { tax_classification: 'other', tax_country: profile.country, has_tin: true };
  }
}

function classOfW9({ classification, llc_classification }: W9Profile): TaxClassification {
  const taxed = classification === 'llc' ? llc_classification : classification;
  if (taxed === 'c_corporation' || taxed === 's_corporation') return 'corporation';
  if (taxed === 'individual' || taxed === 'partnership' || taxed === 'trust_or_estate') return taxed;
  return 'other';
}

const CLASS_OF_STATUS: Readonly<Record<W8beneProfile['chapter_3_status'], TaxClassification>> = {
  corporation: 'corporation',
  partnership: 'partnership',
  simple_trust: 'trust_or_estate',
  complex_trust: 'trust_or_estate',
  grantor_trust: 'trust_or_estate',
  estate: 'trust_or_estate',
  disregarded_entity: 'disregarded_entity',
  tax_exempt_organization: 'tax_exempt',
  private_foundation: 'tax_exempt',
  foreign_government_controlled_entity: 'government',
  foreign_government_integral_part: 'government',
  central_bank_of_issue: 'government',
  international_organization: 'government',
};
