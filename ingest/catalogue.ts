import * as assets from './events/assets.ts';
import * as creators from './events/creators.ts';
import * as developers from './events/developers.ts';
import type { EventDeclaration } from './events/event.ts';
import * as payouts from './events/payouts.ts';
import * as sales from './events/sales.ts';
import * as usage from './events/usage.ts';

/** Every event there is. What is not in here is set aside, with the reason. */
export const CATALOGUE: readonly EventDeclaration[] = [
  ...Object.values(creators),
  ...Object.values(assets),
  ...Object.values(developers),
  ...Object.values(sales),
  ...Object.values(usage),
  ...Object.values(payouts),
];
