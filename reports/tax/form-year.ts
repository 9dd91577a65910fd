import type { TaxFacts } from '../../ingest/tax/tax-facts.ts';
import type { CreatorYear, TaxYear } from './document.ts';
import type { TaxFile } from './tax-file.ts';
import type { Reason, TaxFormName } from './words.ts';

/** The forms in force of a creator: the facts without names and numbers. */
export interface CreatorFacts {
  readonly us?: TaxFacts | undefined;
  readonly dac7?: TaxFacts | undefined;
}

/** A creator's year in all currencies, and its amounts in the currency of the form. */
export interface FormCreator {
  readonly creator_id: string;
  readonly parts: readonly CreatorYear[];
  /** Before tax: box 2 of 1099-MISC. */
  readonly gross_minor: bigint;
  readonly withheld_minor: bigint;
}

export interface LeftOut extends FormCreator {
  readonly reason: Reason;
}

/** One form of a year: who is on it, who is not and why, and what stops it. */
export interface FormYear {
  readonly form: TaxFormName;
  readonly currency: string | null;
  readonly tax_year: TaxYear;
  readonly included: readonly FormCreator[];
  readonly left_out: readonly LeftOut[];
  /** A sentence for each; nothing is exported while there is one. */
  readonly faults: readonly string[];
}

export interface FormRequest {
  readonly form: TaxFormName;
  readonly file: TaxFile;
  readonly facts: ReadonlyMap<string, CreatorFacts>;
}
