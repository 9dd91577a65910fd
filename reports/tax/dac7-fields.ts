import type { Dac7EntityProfile, Dac7PersonProfile } from '../../ingest/tax/forms.ts';
import type { FormCreator, FormYear } from './form-year.ts';
import { FieldFaults } from './profiles.ts';

/** A creator on DAC7 with its seller data. */
export interface Seller {
  readonly creator: FormCreator;
  readonly profile: Dac7PersonProfile | Dac7EntityProfile;
}

/** Member states, as MSCountryCode_Type has them. */
const MEMBER_STATES = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/** What XML 1.0 cannot hold, or what ends a line. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** Rules where the schema is weak. Throws `Rejected` with every fault. */
export function assertSellers(year: FormYear, sellers: readonly Seller[]): void {
  const faults = new FieldFaults();
  for (const { creator, profile } of sellers) {
    const say = (isRight: boolean, sentence: string): void => faults.unless(isRight, creator.creator_id, sentence);
    for (const [field, value] of textsIn(profile)) {
      say(!UNPRINTABLE.test(value), `${field} has a control character.`);
      say(value.length <= 200 && value.trim() !== '', `${field} is empty or longer than 200 characters.`);
    }
    if (profile.form === 'dac7_person') {
      say(/^\d{4}-\d{2}-\d{2}$/.test(profile.birth_on), 'birth_on is needed.');
      say(profile.tins.length > 0 || profile.birth_place !== undefined, 'birth_place is needed where there is no TIN.');
      continue;
    }
    const odd = (profile.establishment_countries ?? []).filter((country) => !MEMBER_STATES.includes(country));
    say(odd.length === 0, `establishment_countries has ${odd.join(', ')}, which are no member states.`);
  }
  faults.finish(year);
}

/** Every text of a profile that is written, with its path. */
function textsIn(value: object, place = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    if (name === 'signature') return [];
    if (typeof inner === 'string') return [[`${place}${name}`, inner]];
    return typeof inner === 'object' && inner !== null ? textsIn(inner, `${place}${name}.`) : [];
  });
}
