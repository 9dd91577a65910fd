import { instant, isDay } from '../../warehouse/clock.ts';
import { isOfOwners, STATUSES_WITH_GIIN } from './form-words.ts';
import type {
  Dac7EntityProfile,
  Dac7PersonProfile,
  TaxProfile,
  VatProfile,
  W8beneProfile,
  W8benProfile,
  W9Profile,
} from './forms.ts';
import { countryFault, foreignTinFault, ibanFault, usTinFault, vatIdFault } from './tax-numbers.ts';
import { validUntilOf } from './validity.ts';

/** What is wrong with a field; never its value, which may be a TIN. */
export interface ProfileFault {
  /** Its path: `tin.value`. */
  readonly field: string;
  readonly fault: string;
}

/** The rules of the forms that a schema does not say. Sources: the instructions of the IRS for each form; DAC7, Annex V, section II.B. */
export function faultsOfRules(profile: TaxProfile, now: number): readonly ProfileFault[] {
  const found = new Faults(now);
  found.signature(profile);
  for (const [field, code] of countriesIn(profile)) found.add(field, countryFault(code));
  switch (profile.form) {
    case 'w9':
      w9(profile, found);
      break;
    case 'w8ben':
      w8ben(profile, found);
      break;
    case 'w8bene':
      w8bene(profile, found);
      break;
    case 'dac7_person':
    case 'dac7_entity':
      dac7(profile, found);
      break;
    case 'vat':
      vat(profile, found);
      break;
  }
  return found.all;
}

class Faults {
  readonly all: ProfileFault[] = [];
  readonly #now: string;

  constructor(now: number) {
    this.#now = instant(now);
  }

  add(field: string, fault: string | undefined): void {
    if (fault !== undefined) this.all.push({ field, fault });
  }

  /** Adds a fault unless the condition holds. */
  unless(holds: boolean, field: string, fault: string): void {
    if (!holds) this.add(field, fault);
  }

  birth(day: string): void {
    this.add('birth_on', isDay(day) ? undefined : 'is not a day of the calendar');
    this.unless(day < this.#now.slice(0, 10), 'birth_on', 'must be in the past');
    this.unless(day >= '1900-01-01', 'birth_on', 'is before 1900');
  }

  signature({ form, signature }: TaxProfile): void {
    if (signature === undefined) return;
    const { signed_at } = signature;
    if (Number.isNaN(Date.parse(signed_at)) || !isDay(signed_at.slice(0, 10))) {
      this.add('signature.signed_at', 'is not an instant of the calendar');
      return;
    }
    this.unless(Date.parse(signed_at) <= Date.parse(this.#now), 'signature.signed_at', 'must not be in the future');
    const until = validUntilOf(form, signed_at);
    this.unless(
      until === null || until >= this.#now.slice(0, 10),
      'signature.signed_at',
      `is too old: the form expired on ${until}; the creator must sign a new one`,
    );
  }
}

/** Every country of a profile with its path. */
function countriesIn(value: object, place = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    const path = `${place}${name}`;
    if (typeof inner === 'object' && inner !== null) return countriesIn(inner, `${path}.`);
    const isCountry = /(^|_)country$|^citizenship$/.test(name) || /(^|\.)establishment_countries\.$/.test(place);
    return isCountry ? [[path, String(inner)]] : [];
  });
}

function w9(profile: W9Profile, found: Faults): void {
  const { classification, llc_classification, other_classification, tin, is_tin_applied_for } = profile;
  const isLlc = classification === 'llc';
  found.unless(
    isLlc === (llc_classification !== undefined),
    'llc_classification',
    'belongs to an LLC, and an LLC needs it',
  );
  const isOther = classification === 'other';
  found.unless(
    isOther === (other_classification !== undefined),
    'other_classification',
    'belongs to the classification other, which needs it',
  );
  const isFlowThrough =
    ['partnership', 'trust_or_estate'].includes(classification) || llc_classification === 'partnership';
  found.unless(
    !profile.has_foreign_partners || isFlowThrough,
    'has_foreign_partners',
    'belongs to a partnership, a trust or estate, or an LLC taxed as a partnership',
  );
  // “Codes apply only to certain entities, not individuals”; “S corporations must not enter an exempt payee code”.
  found.unless(
    profile.exempt_payee_code === undefined || !['individual', 's_corporation'].includes(classification),
    'exempt_payee_code',
    `is not for the classification ${classification}`,
  );
  found.unless(
    profile.fatca_exemption_code === undefined || classification !== 'individual',
    'fatca_exemption_code',
    `is not for the classification ${classification}`,
  );
  found.unless(
    (tin === undefined) === (is_tin_applied_for === true),
    'tin',
    'is needed, or is_tin_applied_for, but not both',
  );
  if (!tin) return;
  found.add('tin.value', usTinFault(tin.type, tin.value));
  const needsEin = ['c_corporation', 's_corporation', 'partnership', 'llc'].includes(classification);
  found.unless(!needsEin || tin.type === 'ein', 'tin.type', `must be ein for the classification ${classification}`);
}

const US = 'US';

function w8ben(profile: W8benProfile, found: Faults): void {
  found.unless(profile.citizenship !== US, 'citizenship', 'is the United States; a citizen gives a W-9');
  found.birth(profile.birth_on);
  foreign(profile, found, 'person');
}

function w8bene(profile: W8beneProfile, found: Faults): void {
  found.unless(
    profile.incorporation_country !== US,
    'incorporation_country',
    'is the United States; its entities give a W-9',
  );
  const needsGiin = STATUSES_WITH_GIIN.includes(profile.chapter_4_status);
  found.unless(
    !needsGiin || profile.giin !== undefined,
    'giin',
    `is needed for the status ${profile.chapter_4_status}`,
  );
  found.unless(
    !isOfOwners(profile.chapter_3_status) || profile.treaty_claim !== undefined,
    'chapter_3_status',
    `needs a treaty claim, as ${profile.chapter_3_status}; without one, its owners give their forms with a W-8IMY`,
  );
  foreign(profile, found, 'entity');
}

function foreign(profile: W8benProfile | W8beneProfile, found: Faults, holder: 'person' | 'entity'): void {
  const { us_tin, foreign_tin, treaty_claim, residence_address } = profile;
  found.unless(
    residence_address.country !== US,
    'residence_address.country',
    'is the United States; its residents give a W-9',
  );
  if (us_tin) found.add('us_tin.value', usTinFault(us_tin.type, us_tin.value));
  if (foreign_tin) found.add('foreign_tin.value', foreignTinFault(foreign_tin.country, foreign_tin.value, holder));
  if (!treaty_claim) return;
  found.unless(us_tin !== undefined || foreign_tin !== undefined, 'treaty_claim', 'needs a US TIN or a foreign TIN');
  found.unless(
    treaty_claim.country === residence_address.country,
    'treaty_claim.country',
    'must be the country of residence',
  );
}

type Dac7 = Dac7PersonProfile | Dac7EntityProfile;

function dac7(profile: Dac7, found: Faults): void {
  const holder = profile.form === 'dac7_person' ? 'person' : 'entity';
  profile.tins.forEach(({ country, value }, index) => {
    // A seller who lives elsewhere may have a TIN of the United States, whose type DAC7 does not want to know.
    if (country !== US) found.add(`tins.${index}.value`, foreignTinFault(country, value, holder));
  });
  if (profile.form === 'dac7_person') {
    found.birth(profile.birth_on);
    const hasPlace = profile.tins.length > 0 || profile.birth_place !== undefined;
    found.unless(hasPlace, 'birth_place', 'is needed where there is no TIN');
  }
  if (profile.vat_id !== undefined) found.add('vat_id', vatIdFault(profile.residence_country, profile.vat_id));
  account(profile.financial_account, found);
}

function account(given: Dac7['financial_account'], found: Faults): void {
  if (given?.type === 'iban') found.add('financial_account.identifier', ibanFault(given.identifier));
}

function vat(profile: VatProfile, found: Faults): void {
  found.add('vat_id', vatIdFault(profile.country, profile.vat_id));
}
