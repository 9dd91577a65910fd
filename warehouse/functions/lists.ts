import { defineFunction } from './function.ts';

export const isInList = defineFunction({
  name: 'is_in_list',
  parameters: ['member', 'list'],
  meaning: 'Whether a text is one of a JSON array of texts; null where it is null.',
  duckdb: `member in (select unnest(from_json(list, '["VARCHAR"]')))`,
  bigquery: 'member in unnest(json_value_array(list))',
});
