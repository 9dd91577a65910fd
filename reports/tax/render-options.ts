import type { Profiles } from './profiles.ts';
import type { TaxFile } from './tax-file.ts';

/** What the files of a form are made of, beside the year. */
export interface RenderOptions {
  readonly file: TaxFile;
  readonly profiles: Profiles;
  /** Whether the IRS was informed in writing that the payer of an earlier filing was wrong. */
  readonly isPayerCorrected?: boolean | undefined;
}
