import type { TaxProfile, TaxRegime } from '../../ingest/tax/forms.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { FormYear } from './form-year.ts';
import type { TaxFormName } from './words.ts';

/** The opened profiles of the creators on a form. */
export type Profiles = ReadonlyMap<string, TaxProfile>;

/** Which profile of a creator a form is made from; null for none. */
export const REGIME_OF_FORM: Readonly<Record<TaxFormName, TaxRegime | null>> = {
  us_1099_misc: 'us',
  us_1042_s: 'us',
  dac7: 'dac7',
  generic: null,
};

/** Collects what is wrong with the fields of creators, so that all of it is said at once. */
export class FieldFaults {
  readonly #lines: string[] = [];

  unless(isRight: boolean, creator_id: string, sentence: string): void {
    if (!isRight) this.#lines.push(`${creator_id}: ${sentence}`);
  }

  /** Throws `Rejected` with every fault, one per line. */
  finish({ form, tax_year }: Pick<FormYear, 'form' | 'tax_year'>): void {
    assertNoFaults({ form, tax_year, faults: this.#lines });
  }
}

/** Throws `Rejected` with every fault, one per line. */
export function assertNoFaults({ form, tax_year, faults }: Pick<FormYear, 'form' | 'tax_year' | 'faults'>): void {
  if (faults.length === 0) return;
  const lines = faults.map((fault) => `\n  ${fault}`).join('');
  throw new Rejected(`${form} of ${tax_year.year} cannot be exported, and nothing was:${lines}`);
}

/** A name for a file: ids may have any character. */
export function fileNameOf(creator_id: string, index: number): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(creator_id) ? creator_id : `recipient-${index + 1}`;
}
