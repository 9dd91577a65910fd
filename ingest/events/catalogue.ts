import * as assets from './assets.ts';
import * as bank from './bank.ts';
import * as corrections from './corrections.ts';
import * as creators from './creators.ts';
import * as developers from './developers.ts';
import type { EventDeclaration } from './event.ts';
import * as payouts from './payouts.ts';
import * as sales from './sales.ts';
import * as tax from './tax.ts';
import * as usage from './usage.ts';

/** The events of each subject. */
export const SUBJECTS: Readonly<Record<string, readonly EventDeclaration[]>> = {
  Creators: Object.values(creators),
  Assets: Object.values(assets),
  Developers: Object.values(developers),
  Sales: Object.values(sales),
  Usage: Object.values(usage),
  Payouts: Object.values(payouts),
  Bank: Object.values(bank),
  Tax: Object.values(tax),
  Corrections: Object.values(corrections),
};

/** Every event. An event that is not listed here is quarantined. */
export const CATALOGUE: readonly EventDeclaration[] = Object.values(SUBJECTS).flat();
