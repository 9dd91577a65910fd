import { defineModel } from '../engine/model.ts';

export const intInvoiceDifferences = defineModel(import.meta.url, {
  name: 'int_invoice_differences',
  kind: 'step',
  reads: ['steps.int_usage_by_developer', 'steps.int_corrections', 'raw.usage_invoiced', 'seeds.currencies'],
  readsPrevious: ['tantieme.postings'],
  fields: ['journal_id', 'journal_on', 'source_reference', 'developer_id', 'currency', 'amount'],
  key: ['journal_id'],
});
