import * as assets from './assets.ts';
import * as creators from './creators.ts';
import * as developers from './developers.ts';
import type { EventDeclaration } from './event.ts';
import * as payouts from './payouts.ts';
import * as sales from './sales.ts';
import * as usage from './usage.ts';

/** Every event. An event that is not listed here is quarantined. */
export const CATALOGUE: readonly EventDeclaration[] = [
  ...Object.values(creators),
  ...Object.values(assets),
  ...Object.values(developers),
  ...Object.values(sales),
  ...Object.values(usage),
  ...Object.values(payouts),
];
