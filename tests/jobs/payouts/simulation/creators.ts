import { type CreatorFixture, PAYABLE } from '../../january.ts';

/** Somebody with an account at Stripe to whom no payout may go. */
export const THIEF = 'thief';

/** The creators of a course: those who are paid for January, and two whose identity is verified only in February. */
export const CREATORS: readonly CreatorFixture[] = [
  ...PAYABLE,
  { name: 'fay', currency: 'USD', sales: ['1000.00'], verified: false, account: 'active' },
  { name: 'gus', currency: 'EUR', sales: ['1000.00'], verified: false, account: 'active' },
];
