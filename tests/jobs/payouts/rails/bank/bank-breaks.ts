import { expect } from 'vitest';
import { acknowledgeBreaks } from '../../../../../jobs/break-decisions.ts';
import { breaksOf, holdsOf } from '../../../../../jobs/breaks.ts';
import type { Services } from '../../../../../jobs/job.ts';
import { parsePeriod } from '../../../../../warehouse/period.ts';

/** What the month of `bank-files.test.ts` leaves in the books and as breaks. */

const FEBRUARY = parsePeriod('2026-02');

/** In euros, two accounts begin with 1,000.00 each; 160.00 were paid and came back less 5.00, and five entries are in suspense. */
export async function expectBankPostings({ warehouse }: Services): Promise<void> {
  const postings = await warehouse.query(
    `select account, currency, sum(case when posting_amount < 0 then -posting_amount else 0 end) as moved, sum(posting_amount) as total
     from tantieme.postings where period = '2026-02' and account in ('bank_balance', 'connected_accounts')
     group by account, currency order by account, currency`,
  );
  expect(postings).toEqual([
    { account: 'bank_balance', currency: 'EUR', moved: '512', total: '1648' },
    { account: 'bank_balance', currency: 'USD', moved: '40', total: '100' },
    { account: 'connected_accounts', currency: 'USD', moved: '80', total: '0' },
  ]);
}

/** Unexplained are the statement in the place of the right one (159.00 and 10.00) and the return that was booked twice (155.00). */
export async function expectBankBreaks(services: Services): Promise<void> {
  const bridge = `select currency, statement_minor, booked_minor, in_transit_minor, residual_minor
    from tantieme.bank_bridge where period = '2026-02' order by currency`;
  const figures = (await services.warehouse.query(bridge)).map((row) => Object.values(row).join(' '));
  expect(figures).toEqual(['EUR 197200 164800 0 32400', 'USD 6000 10000 4000 0']);
  const found = await breaksOf(services, FEBRUARY);
  expect(found.map(({ break_class, creators }) => [break_class, ...creators].join(' ')).sort()).toEqual([
    'bank_amount_differs cr_bea',
    'bank_balance_differs',
    ...['bank_contradicts', 'bank_contradicts'],
    ...['bank_entry_unexplained', 'bank_entry_unexplained', 'bank_entry_unexplained'],
    ...['bank_payout_returned cr_bea', 'bank_payout_returned cr_bea', 'bank_payout_returned cr_cid'],
  ]);
  const differing = 'The bank booked 159.00 EUR in one sum, and 160.00 EUR were left to be paid by the file.';
  expect(found.map(({ what_happened }) => what_happened)).toContain(differing);
  expect([...(await holdsOf(services, FEBRUARY)).keys()]).toEqual(['cr_bea']);
  const breakIds = found.map(({ break_id }) => break_id);
  const sentence = 'The bank sent a wrong statement, and has corrected it.';
  await acknowledgeBreaks(services, { period: FEBRUARY, breakIds, sentence, by: 'finn' });
  expect((await holdsOf(services, FEBRUARY)).size).toBe(0);
}
