import { defineFunction } from './function.ts';

export const hasText = defineFunction({
  name: 'has_text',
  parameters: ['value', 'part'],
  meaning: 'Whether a text has another one in it, with the same characters; every text has the empty one.',
  duckdb: 'contains(value, part)',
  bigquery: 'strpos(value, part) > 0',
});
