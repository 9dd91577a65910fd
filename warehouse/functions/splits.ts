import { defineFunction, matches } from './function.ts';

const _ = String.raw`[ \t\n\r]*`;
const CREATOR = String.raw`"creator_id"${_}:${_}"[^"\\\x00-\x1f]+"`;
const SHARE = `"share_bps"${_}:${_}(?:0|[1-9][0-9]{0,4})`;
const HOLDER = String.raw`\{${_}(?:${CREATOR}${_},${_}${SHARE}|${SHARE}${_},${_}${CREATOR})${_}\}`;

/**
 * An array of at most 20 holders, each with an id and a whole number of basis points and nothing else, as the event schema requires. The
 * engines parse other JSON and malformed JSON differently: of a share of 1.5, one would round and the other fail.
 */
const SPLITS = String.raw`${_}\[${_}(?:${HOLDER}(?:${_},${_}${HOLDER}){0,19})?${_}\]${_}`;

/** Null for malformed splits: they have no holders, and what is sold or used under them waits in suspense. */
const readable = {
  duckdb: (value: string): string => `case when ${matches.duckdb('splits', SPLITS)} then ${value} end`,
  bigquery: (value: string): string => `case when ${matches.bigquery('splits', SPLITS)} then ${value} end`,
} as const;

export const splitShareSum = defineFunction({
  name: 'split_share_sum',
  parameters: ['splits'],
  meaning: 'The sum of the shares in a JSON array of splits, in basis points; null if the text is not such an array.',
  duckdb: readable.duckdb(
    `cast(coalesce(list_sum(cast(json_extract_string(splits, '$[*].share_bps') as bigint[])), 0) as bigint)`,
  ),
  bigquery: readable.bigquery(
    `(select coalesce(sum(cast(json_value(holder, '$.share_bps') as int64)), 0) from unnest(json_query_array(splits)) as holder)`,
  ),
});

export const splitCreatorIds = defineFunction({
  name: 'split_creator_ids',
  parameters: ['splits'],
  meaning: 'The creator_id of every holder in a JSON array of splits that split_share_sum can read, in their order.',
  duckdb: `json_extract_string(splits, '$[*].creator_id')`,
  bigquery: `if(splits is null, null, array(select json_value(holder, '$.creator_id') from unnest(json_query_array(splits)) as holder with offset as position order by position))`,
});

export const splitShares = defineFunction({
  name: 'split_shares',
  parameters: ['splits'],
  meaning: 'The share of every holder in such an array, in basis points, in their order.',
  duckdb: `cast(json_extract_string(splits, '$[*].share_bps') as bigint[])`,
  bigquery: `if(splits is null, null, array(select cast(json_value(holder, '$.share_bps') as int64) from unnest(json_query_array(splits)) as holder with offset as position order by position))`,
});

export const elementCount = defineFunction({
  name: 'element_count',
  parameters: ['elements'],
  meaning: 'The number of elements of an array.',
  duckdb: 'cast(len(elements) as bigint)',
  bigquery: 'array_length(elements)',
});

export const elementAt = defineFunction({
  name: 'element_at',
  parameters: ['elements', 'ordinal'],
  meaning: 'The element of an array at an ordinal, counted from 1; null beyond its end.',
  // A negative index of DuckDB counts from the end.
  duckdb: 'case when ordinal > 0 then elements[ordinal] end',
  bigquery: 'elements[safe_ordinal(ordinal)]',
});
