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

/**
 * The rules of the forms that a schema does not say. Sources: the instructions of the IRS for each form; DAC7, Annex V, section II.B. A rule that is about
 * a field in `faulty` (paths as in `ProfileFault`) is left out: what the schema says of it comes first. `now` is in milliseconds since 1970.
 */
export function faultsOfRules(
  given: TaxProfile,
  { now, faulty }: { readonly now: number; readonly faulty: ReadonlySet<string> },
): readonly ProfileFault[] {
  const profile = readable(given, faulty);
  const found = new Faults(now);
  signature(profile, found);
  for (const [field, code] of countriesIn(given, faulty)) found.judge(field, () => countryFault(code));
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
  return found.all.filter(({ field }) => !faulty.has(field));
}

/** A rule has read a field that is missing, or is not what the schema demands. */
class FaultyField extends Error {
  override name = 'FaultyField';
}

/** The same value, of which nobody can read a field that has a fault: that throws `FaultyField`. */
function readable<T extends object>(value: T, faulty: ReadonlySet<string>, place = ''): T {
  return new Proxy(value, {
    get(target, name) {
      const inner: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || typeof inner === 'function') return inner;
      const path = `${place}${name}`;
      if (faulty.has(path)) throw new FaultyField(path);
      return typeof inner === 'object' && inner !== null ? readable(inner, faulty, `${path}.`) : inner;
    },
  });
}

class Faults {
  readonly all: ProfileFault[] = [];
  readonly now: string;

  constructor(now: number) {
    this.now = instant(now);
  }

  /** Adds what a rule says of a field, unless a field that the rule reads is faulty itself. */
  judge(field: string, rule: () => string | undefined): void {
    try {
      const fault = rule();
      if (fault !== undefined) this.all.push({ field, fault });
    } catch (error) {
      if (!(error instanceof FaultyField)) throw error;
    }
  }

  /** Adds a fault unless the condition holds. */
  unless(field: string, holds: () => boolean, fault: () => string): void {
    this.judge(field, () => (holds() ? undefined : fault()));
  }
}

function birth(profile: { readonly birth_on: string }, found: Faults): void {
  found.unless(
    'birth_on',
    () => isDay(profile.birth_on),
    () => 'is not a day of the calendar',
  );
  found.unless(
    'birth_on',
    () => profile.birth_on < found.now.slice(0, 10),
    () => 'must be in the past',
  );
  found.unless(
    'birth_on',
    () => profile.birth_on >= '1900-01-01',
    () => 'is before 1900',
  );
}

function signature(profile: TaxProfile, found: Faults): void {
  found.judge('signature.signed_at', () => {
    if (profile.signature === undefined) return undefined;
    const { signed_at } = profile.signature;
    if (Number.isNaN(Date.parse(signed_at)) || !isDay(signed_at.slice(0, 10)))
      return 'is not an instant of the calendar';
    if (Date.parse(signed_at) > Date.parse(found.now)) return 'must not be in the future';
    const until = validUntilOf(profile.form, signed_at);
    if (until === null || until >= found.now.slice(0, 10)) return undefined;
    return `is too old: the form expired on ${until}; the creator must sign a new one`;
  });
}

/** Every country of a profile with its path, but of no field in `faulty`: what nobody declared may be nested as deeply as its sender likes. */
function countriesIn(value: object, faulty: ReadonlySet<string>, place = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    const path = `${place}${name}`;
    if (faulty.has(path)) return [];
    if (typeof inner === 'object' && inner !== null) return countriesIn(inner, faulty, `${path}.`);
    const isCountry = /(^|_)country$|^citizenship$/.test(name) || /(^|\.)establishment_countries\.$/.test(place);
    return isCountry ? [[path, String(inner)]] : [];
  });
}

function w9(profile: W9Profile, found: Faults): void {
  found.unless(
    'llc_classification',
    () => (profile.classification === 'llc') === (profile.llc_classification !== undefined),
    () => 'belongs to an LLC, and an LLC needs it',
  );
  found.unless(
    'other_classification',
    () => (profile.classification === 'other') === (profile.other_classification !== undefined),
    () => 'belongs to the classification other, which needs it',
  );
  found.unless(
    'has_foreign_partners',
    () =>
      !profile.has_foreign_partners ||
      ['partnership', 'trust_or_estate'].includes(profile.classification) ||
      profile.llc_classification === 'partnership',
    () => 'belongs to a partnership, a trust or estate, or an LLC taxed as a partnership',
  );
  // “Codes apply only to certain entities, not individuals”; “S corporations must not enter an exempt payee code”.
  found.unless(
    'exempt_payee_code',
    () => profile.exempt_payee_code === undefined || !['individual', 's_corporation'].includes(profile.classification),
    () => `is not for the classification ${profile.classification}`,
  );
  found.unless(
    'fatca_exemption_code',
    () => profile.fatca_exemption_code === undefined || profile.classification !== 'individual',
    () => `is not for the classification ${profile.classification}`,
  );
  found.unless(
    'tin',
    () => (profile.tin === undefined) === (profile.is_tin_applied_for === true),
    () => 'is needed, or is_tin_applied_for, but not both',
  );
  found.judge('tin.value', () => profile.tin && usTinFault(profile.tin.type, profile.tin.value));
  found.unless(
    'tin.type',
    () =>
      profile.tin === undefined ||
      profile.tin.type === 'ein' ||
      !['c_corporation', 's_corporation', 'partnership', 'llc'].includes(profile.classification),
    () => `must be ein for the classification ${profile.classification}`,
  );
}

const US = 'US';

function w8ben(profile: W8benProfile, found: Faults): void {
  found.unless(
    'citizenship',
    () => profile.citizenship !== US,
    () => 'is the United States; a citizen gives a W-9',
  );
  birth(profile, found);
  foreign(profile, found, 'person');
}

function w8bene(profile: W8beneProfile, found: Faults): void {
  found.unless(
    'incorporation_country',
    () => profile.incorporation_country !== US,
    () => 'is the United States; its entities give a W-9',
  );
  found.unless(
    'giin',
    () => !STATUSES_WITH_GIIN.includes(profile.chapter_4_status) || profile.giin !== undefined,
    () => `is needed for the status ${profile.chapter_4_status}`,
  );
  found.unless(
    'chapter_3_status',
    () => !isOfOwners(profile.chapter_3_status) || profile.treaty_claim !== undefined,
    () =>
      `needs a treaty claim, as ${profile.chapter_3_status}; without one, its owners give their forms with a W-8IMY`,
  );
  foreign(profile, found, 'entity');
}

function foreign(profile: W8benProfile | W8beneProfile, found: Faults, holder: 'person' | 'entity'): void {
  found.unless(
    'residence_address.country',
    () => profile.residence_address.country !== US,
    () => 'is the United States; its residents give a W-9',
  );
  found.judge('us_tin.value', () => profile.us_tin && usTinFault(profile.us_tin.type, profile.us_tin.value));
  found.judge(
    'foreign_tin.value',
    () => profile.foreign_tin && foreignTinFault(profile.foreign_tin.country, profile.foreign_tin.value, holder),
  );
  found.unless(
    'treaty_claim',
    () => profile.treaty_claim === undefined || profile.us_tin !== undefined || profile.foreign_tin !== undefined,
    () => 'needs a US TIN or a foreign TIN',
  );
  found.unless(
    'treaty_claim.country',
    () => profile.treaty_claim === undefined || profile.treaty_claim.country === profile.residence_address.country,
    () => 'must be the country of residence',
  );
}

type Dac7 = Dac7PersonProfile | Dac7EntityProfile;

function dac7(profile: Dac7, found: Faults): void {
  const holder = profile.form === 'dac7_person' ? 'person' : 'entity';
  found.judge('tins', () => {
    profile.tins.forEach((tin, index) => {
      // A seller who lives elsewhere may have a TIN of the United States, whose type DAC7 does not want to know.
      found.judge(`tins.${index}.value`, () =>
        tin.country === US ? undefined : foreignTinFault(tin.country, tin.value, holder),
      );
    });
    return undefined;
  });
  if (profile.form === 'dac7_person') {
    birth(profile, found);
    found.unless(
      'birth_place',
      () => profile.tins.length > 0 || profile.birth_place !== undefined,
      () => 'is needed where there is no TIN',
    );
  }
  found.judge('vat_id', () =>
    profile.vat_id === undefined ? undefined : vatIdFault(profile.residence_country, profile.vat_id),
  );
  found.judge('financial_account.identifier', () =>
    profile.financial_account?.type === 'iban' ? ibanFault(profile.financial_account.identifier) : undefined,
  );
}

function vat(profile: VatProfile, found: Faults): void {
  found.judge('vat_id', () => vatIdFault(profile.country, profile.vat_id));
}
