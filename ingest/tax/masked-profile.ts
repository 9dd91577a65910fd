import { requirePresent } from '../../warehouse/invariant.ts';
import type { TaxForm, TaxProfile } from './forms.ts';

/** A profile in which a mask stands in the place of each secret value; otherwise as it was given. */
export type MaskedProfile = TaxProfile;

interface DividedProfile {
  readonly masked: MaskedProfile;
  /** The values of what is masked, by path: `tin.value`, `tins.0.value`. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * The fields of each form whose values are only shown for a reason: numbers that identify a person or an account, and the date of birth. The
 * registration number of an entity is its TIN in some countries.
 */
const SECRET_FIELDS: Readonly<Record<TaxForm, readonly RegExp[]>> = {
  w9: [/^tin\.value$/],
  w8ben: [/^(us|foreign)_tin\.value$/, /^birth_on$/],
  w8bene: [/^(us|foreign)_tin\.value$/],
  dac7_person: [/^tins\.\d+\.value$/, /^birth_on$/, /^vat_id$/, /^financial_account\.identifier$/],
  dac7_entity: [/^registration_number$/, /^tins\.\d+\.value$/, /^vat_id$/, /^financial_account\.identifier$/],
  vat: [/^vat_id$/],
};

/** Whether the value of a field, by its path, is one of these. */
export const isSecretField = (form: TaxForm, path: string): boolean =>
  SECRET_FIELDS[form].some((pattern) => pattern.test(path));

type Tree = Record<string, unknown>;

/** Takes the secret values out of a profile. */
export function divideProfile(profile: TaxProfile): DividedProfile {
  const masked = structuredClone(profile);
  const secrets = new Map<string, string>();
  visit(masked as unknown as Tree, '', (holder, name, path) => {
    if (!isSecretField(profile.form, path)) return;
    const value = String(holder[name]);
    secrets.set(path, value);
    holder[name] = maskOf(value, { isDate: path === 'birth_on', type: String(holder.type) });
  });
  return { masked, secrets };
}

/** The profile as it was given. Throws if a path is not in it. */
export function joinProfile({ masked, secrets }: DividedProfile): TaxProfile {
  const profile = structuredClone(masked);
  const open = new Map(secrets);
  visit(profile as unknown as Tree, '', (holder, name, path) => {
    const value = open.get(path);
    if (value === undefined) return;
    holder[name] = value;
    open.delete(path);
  });
  requirePresent(open.size === 0 ? open : undefined, 'A secret value has no place in its profile.');
  return profile;
}

/** Calls back for each text in a value, with what holds it, its name there and its path. */
function visit(tree: Tree, place: string, found: (holder: Tree, name: string, path: string) => void): void {
  for (const [name, inner] of Object.entries(tree)) {
    if (typeof inner === 'object' && inner !== null) visit(inner as Tree, `${place}${name}.`, found);
    else if (typeof inner === 'string') found(tree, name, `${place}${name}`);
  }
}

const SHOWN = 4;

/**
 * A number by its last four characters, if it has at least twice as many: `XXX-XX-1234`, the form that the IRS allows on copies for recipients
 * (26 CFR 301.6109-4). A date is masked as a whole.
 */
export function maskOf(value: string, { isDate, type }: { isDate: boolean; type: string }): string {
  if (isDate) return 'XXXX-XX-XX';
  const plain = value.replace(/[^\p{L}\p{N}]/gu, '');
  const last = plain.length >= 2 * SHOWN ? plain.slice(-SHOWN) : '';
  if (type === 'ssn' || type === 'itin') return `XXX-XX-${last}`;
  if (type === 'ein') return `XX-XXX${last}`;
  return `${'X'.repeat(Math.max(plain.length - last.length, SHOWN))}${last}`;
}
