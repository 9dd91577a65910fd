import { defineModel } from '../engine/model.ts';

export const postings = defineModel(import.meta.url, {
  name: 'postings',
  kind: 'period',
  books: true,
  reads: ['tantieme.royalties', 'tantieme.int_carries', 'tantieme.payouts'],
  fields: ['posting_id', 'journal_id', 'period', 'account', 'account_owner_id', 'currency', 'posting_amount'],
  key: ['period', 'posting_id'],
});
