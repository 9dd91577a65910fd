import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { Rejected } from '../../warehouse/errors.ts';
import { LINE, NO_LINE } from '../../warehouse/line-of-text.ts';
import { FORM_SCHEMAS, NOT_BLANK, TAX_FORMS, type TaxForm, type TaxProfile } from './forms.ts';
import { faultsOfRules, type ProfileFault } from './profile-rules.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: true });
const validators = new Map(TAX_FORMS.map((form) => [form, ajv.compile(FORM_SCHEMAS[form])]));

/**
 * The profile of a creator as a typed value. Throws `Rejected` with every fault, one a line, each with the creator and the field and without
 * its value. `now` is in milliseconds since 1970.
 */
export function requireProfile(creatorId: string, given: unknown, now: number): TaxProfile {
  const faults = faultsOf(given, now);
  if (faults.length === 0) return given as TaxProfile;
  const lines = faults.map(({ field, fault }) => `  ${field} of ${creatorId} ${fault}.`);
  throw new Rejected(
    `The tax profile of ${creatorId} cannot be stored; correct what follows and send it again:\n${lines.join('\n')}`,
  );
}

/** All faults of a profile, by field: what the schema says, and what the rules of the form say of every other field. */
export function faultsOf(given: unknown, now: number): readonly ProfileFault[] {
  const form = formOf(given);
  if (form === undefined) return [{ field: 'form', fault: `must be one of ${TAX_FORMS.join(', ')}` }];
  const validate = validators.get(form);
  const faults = validate?.(given) ? [] : (validate?.errors ?? []).map(asFault);
  const faulty = new Set(faults.map(({ field }) => field));
  return [...faults, ...faultsOfRules(given as TaxProfile, { now, faulty })];
}

function formOf(given: unknown): TaxForm | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  return TAX_FORMS.find((form) => form === (given as { form?: unknown }).form);
}

function asFault(error: ErrorObject): ProfileFault {
  const place = error.instancePath.slice(1).replaceAll('/', '.');
  const inside = (name: string): string => (place === '' ? name : `${place}.${name}`);
  if (error.keyword === 'required') return { field: inside(error.params.missingProperty), fault: 'is missing' };
  if (error.keyword === 'additionalProperties') {
    return { field: inside(error.params.additionalProperty), fault: 'is unknown; leave it out' };
  }
  const field = place || 'the profile';
  if (error.keyword === 'const') return { field, fault: 'must be confirmed' };
  if (error.keyword === 'enum') return { field, fault: `must be one of ${error.params.allowedValues.join(', ')}` };
  const example = (error.parentSchema as { examples?: readonly string[] } | undefined)?.examples?.[0];
  if (error.keyword === 'maxLength') return { field, fault: `must have at most ${error.params.limit} characters` };
  if (error.keyword === 'pattern' && error.params.pattern === LINE) return { field, fault: NO_LINE };
  if (error.keyword === 'pattern' && error.params.pattern === NOT_BLANK) return { field, fault: 'must not be blank' };
  if (error.keyword === 'pattern' && example !== undefined) return { field, fault: `must be written like ${example}` };
  return { field, fault: error.message ?? 'must be different' };
}
