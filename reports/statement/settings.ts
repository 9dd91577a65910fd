import type { Locale } from './format.ts';
import type { Issuer, IssuerDetails } from './issuer.ts';

/** How statements are composed and shown. Each of it is in the JSON of every statement. */
export interface StatementSettings {
  readonly locale: Locale;
  readonly issuer: IssuerDetails;
  /** The issuers to the creators of other payers than the main one, by payer. */
  readonly otherIssuers?: Readonly<Record<string, Issuer>>;
  /** How many pages of lines a PDF has at most. */
  readonly detailPages: number;
}

export const DEFAULT_SETTINGS: StatementSettings = { locale: 'en', issuer: {}, detailPages: 20 };
