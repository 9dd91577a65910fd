import { defineModel } from '../engine/model.ts';

export const postings = defineModel(import.meta.url, {
  name: 'postings',
  kind: 'period',
  books: true,
  reads: ['tantieme.royalties', 'tantieme.int_carries', 'tantieme.payouts'],
  fields: ['posting_id', 'journal_id', 'period', 'account', 'account_owner_id', 'currency', 'posting_amount'],
  key: ['period', 'posting_id'],
  checks: [
    {
      holds: 'Every journal sums to zero.',
      failures: `select postings.period, postings.journal_id, postings.currency, sum(postings.posting_amount) as posting_amount from tantieme.postings as postings group by postings.period, postings.journal_id, postings.currency having sum(postings.posting_amount) <> 0`,
      hasPeriod: true,
    },
  ],
});
