import { defineFunction } from './function.ts';

export const splitCount = defineFunction({
  name: 'split_count',
  parameters: ['splits'],
  meaning: 'How many holders a JSON array of splits names.',
  duckdb: 'cast(json_array_length(splits) as bigint)',
  bigquery: 'array_length(json_query_array(splits))',
});

export const splitCreatorId = defineFunction({
  name: 'split_creator_id',
  parameters: ['splits', 'ordinal'],
  meaning: 'The holder at a ordinal, counted from 1.',
  duckdb: `json_extract_string(splits, '$[' || (ordinal - 1) || '].creator_id')`,
  bigquery: `json_value(json_query_array(splits)[safe_offset(ordinal - 1)], '$.creator_id')`,
});

export const splitShareBps = defineFunction({
  name: 'split_share_bps',
  parameters: ['splits', 'ordinal'],
  meaning: "The holder's part at a ordinal, counted from 1, in basis points.",
  duckdb: `cast(json_extract_string(splits, '$[' || (ordinal - 1) || '].share_bps') as bigint)`,
  bigquery: `cast(json_value(json_query_array(splits)[safe_offset(ordinal - 1)], '$.share_bps') as int64)`,
});
