import { partyOf } from '../../reports/invoice/draft.ts';
import type { Party } from '../../reports/invoice/invoice.ts';
import type { Locale } from '../../reports/statement/format.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { Services } from '../job.ts';
import { type FormInForce, formsInForce } from '../tax/forms-in-force.ts';
import { openInFull } from '../tax/open-profile.ts';
import { billingProfiles, type KnownBusiness, openBillingProfile } from './billing-profiles.ts';

type Stores = Pick<Services, 'operational' | 'clock' | 'taxKeys'>;

/** A business, as far as it is known without opening a tax profile. */
export interface KnownParty {
  readonly party_id: string;
  readonly country: string;
  readonly hasVatId: boolean;
  /** That of the billing profile, or English. */
  readonly language: Locale;
  readonly form: FormInForce | undefined;
  readonly profile: KnownBusiness | undefined;
}

/** The creators with a VAT form in force or a billing profile, by id. */
export async function businessCreators({ operational }: Stores): Promise<ReadonlyMap<string, KnownParty>> {
  const forms = (await formsInForce(operational)).filter(({ regime }) => regime === 'vat');
  const formOf = new Map(forms.map((form) => [form.creator_id, form]));
  const profiles = await billingProfiles(operational, { party_kind: 'creator' });
  const ids = new Set([...formOf.keys(), ...profiles.keys()]);
  return new Map(
    [...ids].flatMap((id) => {
      const known = knownOf({ form: formOf.get(id), profile: profiles.get(id) });
      return known ? [[id, known] as const] : [];
    }),
  );
}

/** The developers with a billing profile, by id. */
export async function businessDevelopers({ operational }: Stores): Promise<ReadonlyMap<string, KnownParty>> {
  const profiles = await billingProfiles(operational, { party_kind: 'developer' });
  return new Map(
    [...profiles].flatMap(([id, profile]) => {
      const known = knownOf({ form: undefined, profile });
      return known ? [[id, known] as const] : [];
    }),
  );
}

/** The VAT form goes before the billing profile: the creator itself has given it. */
function knownOf({ form, profile }: Pick<KnownParty, 'form' | 'profile'>): KnownParty | undefined {
  const language = profile?.language ?? 'en';
  if (form)
    return { party_id: form.creator_id, country: form.facts.tax_country, hasVatId: true, language, form, profile };
  if (!profile) return undefined;
  const { party_id, country, has_vat_id: hasVatId } = profile;
  return { party_id, country, hasVatId, language, form, profile };
}

/**
 * A business with its name, address and numbers. A VAT form is opened for it, which is logged; what that has not, the billing profile adds.
 * Throws as `openInFull` and `openBillingProfile`.
 */
export async function openParty(
  stores: Stores,
  { party_id, form, profile }: KnownParty,
  { because, by }: { readonly because: string; readonly by: string },
): Promise<Party> {
  const business =
    profile && (await openBillingProfile(stores, profile, { purpose: 'exported', because, by }))?.business;
  if (!form) return partyOf(party_id, requirePresent(business, `The business ${party_id} has a form or a profile.`));
  const { tax_number = null, registration_id = null, email = null, phone = null } = business ?? {};
  const opened = await openInFull(stores, form, { purpose: 'exported', because, by });
  if (opened.form !== 'vat') throw new InvariantBroken(`The VAT form of ${party_id} must be one, not ${opened.form}.`);
  const { name, address, country, vat_id } = opened;
  const { street, city, region = null, postal_code = null } = address;
  return {
    ...{ party_id, name, vat_id: prefixed(vat_id, country), tax_number, registration_id, email, phone },
    address: { street, city, region, postal_code, country: address.country },
  };
}

/** With the letters of its country, as EN 16931 wants it (BR-CO-09): Greece writes EL. */
function prefixed(vatId: string, country: string): string {
  const compact = vatId.toUpperCase().replace(/[^0-9A-Z+*]/g, '');
  const prefix = country === 'GR' ? 'EL' : country;
  return /^[A-Z]{2}/.test(compact) ? compact : `${prefix}${compact}`;
}
