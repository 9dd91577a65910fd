import { defineFunction } from './function.ts';

export const isInList = defineFunction({
  name: 'is_in_list',
  parameters: ['member', 'list'],
  meaning: 'Whether a text is one of a JSON array of texts; null where either is null.',
  duckdb: `case when member is not null and list is not null then member in (select unnest(from_json(list, '["VARCHAR"]'))) end`,
  bigquery: 'case when member is not null and list is not null then member in unnest(json_value_array(list)) end',
});
