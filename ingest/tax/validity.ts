import type { TaxForm } from './forms.ts';

/**
 * The last day on which a form counts: of a W-8, 31 December of the third year after that of its signature (26 CFR 1.1441-1(e)(4)(ii)(A));
 * null for a form that does not expire. A change of facts ends it earlier: the creator then gives a new one.
 */
export function validUntilOf(form: TaxForm, signed_at: string): string | null {
  if (form !== 'w8ben' && form !== 'w8bene') return null;
  return `${Number(signed_at.slice(0, 4)) + 3}-12-31`;
}
